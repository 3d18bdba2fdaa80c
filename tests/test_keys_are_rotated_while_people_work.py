"""New data keys for everything, while pages and gates read and write; broken off, it goes on."""

from __future__ import annotations

import datetime as dt
import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from kakou import vault
from kakou.access.login.sealing import SealingMFAAdapter
from kakou.access.scope import acting_as
from kakou.audit.queries import verify
from kakou.config.sealed import COLUMNS
from kakou.kernel.ids import new_id
from kakou.ledger.lane.rows import SEALED, TABLE
from kakou.people import actions, queries
from kakou.people.actions import NewPerson
from kakou.people.models import Person
from kakou.people.rules import Category, Facts
from kakou.vault import rotation
from kakou.vault.actions import rotate_data_keys
from kakou.vault.keys import KeyStore
from kakou.vault.rotation import rows as portions
from kakou.vault.sealing import key_id_of, seal
from tests.canaries import CANARIES

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SEALED_BY_NAME = {"token", "last", "payload", "correction", "sealed"}  # and whatever ends in _sealed
SEALED_WHOLE = {"access_incominglist"}  # all its bytes


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")


@pytest.fixture
def passage(district, at):
    """One whose subject was told at the gate."""
    return add_passage(vault.store(), at.date() + dt.timedelta(days=90))


def add_passage(store, due):
    id = new_id()
    sealed = seal(store, due=due, table=TABLE, row=id, field=SEALED, plain=b"[]")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into ledger_passage select (jsonb_populate_record(p, %s::jsonb)).*"
            " from ledger_passage p order by p.id limit 1",
            [json.dumps({"id": str(id), "sealed": f"\\x{sealed.hex()}"})],
        )
    return id


@pytest.fixture
def people(passage, cast, tree, at):
    with acting_as(cast.secretary):
        made = [
            actions.add_person(
                NewPerson(tree.garden.pk, Facts(one.name, ("10", one.document), one.phone), Category.VISITOR),
                by=cast.secretary,
                at=at,
            )
            for one in CANARIES
        ]
        actions.change_person(
            made[0], NewPerson(tree.garden.pk, Facts("郗霁"), Category.VISITOR), by=cast.secretary, at=at
        )
    return made


def sealed_now():
    """(table, column) → the ids of the keys under which its fields are."""
    found = {}
    with connections["owner"].cursor() as cursor:
        for one in COLUMNS:
            cursor.execute(f'select "{one.column}" from "{one.table}" where "{one.column}" is not null')
            found[one.table, one.column] = [key_id_of(bytes(row[0])) for row in cursor.fetchall()]
    return found


def names(cast, people):
    with acting_as(cast.commander):
        return [queries.shown_many([person.pk])[person.pk].name for person in people]


def test_every_column_of_sealed_fields_is_known(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " where c.relnamespace = 'public'::regnamespace and a.atttypid = 'bytea'::regtype"
            " and c.relkind in ('r', 'p') and not c.relispartition"
        )
        sealed = {
            row
            for row in cursor.fetchall()
            if row[1].endswith("_sealed") or row[1] in SEALED_BY_NAME or row[0] in SEALED_WHOLE
        }
    assert sealed == {(one.table, one.column) for one in COLUMNS}


def test_everything_is_under_new_keys_and_says_the_same(people, cast, at):
    before, shown = sealed_now(), names(cast, people)
    secret = SealingMFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    factor = Authenticator.objects.create(user=cast.secretary, type="totp", data={"secret": secret})
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from people_personevent")
        (former,) = cursor.fetchone()
    left, moved = rotate_data_keys(by=None, at=at)
    after = sealed_now()
    assert {where for where, ids in before.items() if ids} >= {
        ("people_person", "name_sealed"), ("people_personevent", "name_sealed"), ("ledger_passage", "sealed"),
        ("ledger_quarantined", "payload"),
    }  # fmt: skip
    assert not {id for ids in after.values() for id in ids} & {id for ids in before.values() for id in ids}
    assert {where: len(ids) for where, ids in after.items()} == {where: len(ids) for where, ids in before.items()}
    assert moved == sum(map(len, before.values())) + 1
    assert names(cast, people) == shown
    factor.refresh_from_db()
    assert factor.data["secret"] != secret
    assert SealingMFAAdapter().decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert all(not key.destroyed for key in vault.store().data_keys() if key.name in left)  # old backups need them
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from people_personevent")
        assert cursor.fetchone() == (former,)  # nobody changed anything: no former state is kept of it
    assert verify() is None


def test_broken_off_it_goes_on_with_the_same_new_keys(people, cast, at, monkeypatch):
    shown, before = names(cast, people), sealed_now()
    monkeypatch.setattr(portions, "PORTION", 2)
    left = iter(range(3))

    def killed(_table, _count):
        if next(left, None) is None:
            raise SystemExit

    with pytest.raises(SystemExit):
        rotate_data_keys(by=None, at=at, progress=killed)
    assert rotation.under_way(vault.store())
    begun = {key.name for key in vault.store().data_keys()}
    assert names(cast, people) == shown
    mixed = {id for ids in sealed_now().values() for id in ids}
    assert mixed & {id for ids in before.values() for id in ids}
    rotate_data_keys(by=None, at=at)
    assert {key.name for key in vault.store().data_keys()} == begun
    assert not {id for ids in sealed_now().values() for id in ids} & {id for ids in before.values() for id in ids}
    assert names(cast, people) == shown
    assert rotation.under_way(vault.store()) == []


def test_what_a_page_writes_meanwhile_is_not_undone(people, cast, tree, at, monkeypatch):
    monkeypatch.setattr(portions, "PORTION", 3)

    def page():
        try:
            with acting_as(cast.secretary):
                for n, person in enumerate(people):
                    facts = Facts(f"改{CANARIES[n].name}", phone=CANARIES[n].phone)
                    changed = NewPerson(tree.garden.pk, facts, Category.VISITOR)
                    actions.change_person(person, changed, by=cast.secretary, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(page)
        rotate_data_keys(by=None, at=at)
        written.result()
    with acting_as(cast.investigator):
        now = [Person.objects.get(pk=person.pk) for person in people]
        found = [actions.reveal(person, "name", reason="流调复核", by=cast.investigator, at=at) for person in now]
    assert found == [f"改{one.name}" for one in CANARIES]


def test_who_has_not_heard_of_the_new_keys_leaves_nothing_under_the_old_ones(passage, at):
    """Another process has the key of a day in mind, seals under it, and commits after all tables were walked."""
    other, due = KeyStore(vault.folder()), at.date() + dt.timedelta(days=90)
    old, _ = other.data_key(due)
    written = Event()

    def slow_lane():
        try:
            with transaction.atomic(using="owner"):
                add_passage(other, due)
                written.set()
                time.sleep(4)
        finally:
            connections["owner"].close()

    with ThreadPoolExecutor(1) as pool:
        lane = pool.submit(slow_lane)
        assert written.wait(5)
        rotate_data_keys(by=None, at=at)
        assert other.data_key(due)[0] != old  # whatever it seals from now on is under the new key
        lane.result()
    assert old not in sealed_now()["ledger_passage", "sealed"]


def test_the_ledger_lets_nothing_else_through(passage):
    with pytest.raises(IntegrityError, match="only ever added"), connections["owner"].cursor() as cursor:
        cursor.execute("select set_config('kakou.sealing_again', 'on', false)")
        try:
            cursor.execute("update ledger_passage set verdict = 7 where sealed is not null")
        finally:
            connections["owner"].close()
    with pytest.raises(IntegrityError, match="only ever added"), connections["owner"].cursor() as cursor:
        cursor.execute("update ledger_passage set sealed = 'x' where sealed is not null")
    with pytest.raises(ProgrammingError, match="denied"), connection.cursor() as cursor:
        cursor.execute("select set_config('kakou.sealing_again', 'on', true)")
        cursor.execute("update ledger_passage set sealed = sealed")
