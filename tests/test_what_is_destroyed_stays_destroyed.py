"""Destroying a day's key makes its people unreadable: here, in every backup, and with every old copy of the keys."""

import datetime as dt

import pytest
from django.db import connections

from kakou import vault
from kakou.access.scope import acting_as
from kakou.audit.queries import verify
from kakou.kernel.errors import NotFound
from kakou.people import actions, queries
from kakou.people.actions import NewPerson
from kakou.people.models import Person
from kakou.people.rules import Category, Facts
from kakou.vault.actions import destroy_keys
from kakou.vault.keys import KeyDestroyed, KeyStore
from kakou.vault.keys.copies import export, restore
from kakou.vault.sealing import unseal
from tests.canaries import CANARIES

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DUE, LATER = dt.date(2021, 11, 8), dt.date(2022, 8, 10)


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")


@pytest.fixture
def two(tree, cast, at):
    """One person due in November, one who stays until next year."""
    with acting_as(cast.secretary):
        return [
            actions.add_person(
                NewPerson(
                    tree.garden.pk, Facts(one.name, ("10", one.document), one.phone), Category.VISITOR, due_on=due
                ),
                by=cast.secretary,
                at=at,
            )
            for one, due in zip(CANARIES, (DUE, LATER), strict=False)
        ]


def destroyed(at):
    due = [key.id for key in vault.store().data_keys() if key.due <= DUE]
    destroy_keys(due, by=None, at=at, today=DUE)


def names(cast, people):
    with acting_as(cast.commander):
        shown = queries.shown_many([person.pk for person in people])
        return [shown[person.pk].name for person in people]


def test_who_is_due_is_unreadable_and_who_stays_is_not(two, cast, at):
    assert all(names(cast, two))
    destroyed(at)
    gone, kept = names(cast, two)
    assert gone == ""
    assert kept == f"{CANARIES[1].name[0]}**"
    with pytest.raises(NotFound), acting_as(cast.investigator):
        actions.reveal(two[0], "phone", reason="流调复核", by=cast.investigator, at=at)
    assert verify() is None


def test_a_copy_of_the_keys_made_before_brings_nothing_back(two, cast, at, tmp_path):
    export(tmp_path / "keys", tmp_path / "safe", with_master=True)
    destroyed(at)
    restore(tmp_path / "safe", tmp_path / "keys")
    name = next((tmp_path / "safe" / "data").glob(f"{DUE}.*"))
    (tmp_path / "keys" / "data" / name.name).write_bytes(name.read_bytes())  # and by hand
    vault._opened.cache_clear()
    assert names(cast, two)[0] == ""


def test_the_history_of_a_person_dies_with_the_key_too(two, tree, cast, at):
    with acting_as(cast.secretary):
        actions.change_person(
            two[0], NewPerson(tree.garden.pk, Facts("郗霁"), Category.VISITOR, due_on=DUE), by=cast.secretary, at=at
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("select name_sealed from people_personevent")
        former = [bytes(row[0]) for row in cursor.fetchall()]
    destroyed(at)
    assert former
    for sealed in former:
        with pytest.raises(KeyDestroyed):
            unseal(vault.store(), table="people_person", row=two[0].pk, field="name", sealed=sealed)


def test_who_stays_longer_is_sealed_under_the_later_day(two, tree, cast, at):
    one = CANARIES[0]
    with acting_as(cast.secretary):
        actions.change_person(
            two[0], NewPerson(tree.garden.pk, Facts(one.name), Category.VISITOR, due_on=LATER), by=cast.secretary, at=at
        )
    destroyed(at)
    assert names(cast, two)[0] == f"{one.name[0]}**"
    with acting_as(cast.secretary):
        assert Person.objects.get(pk=two[0].pk).due_on == LATER
