"""Who decides on what somebody asked for is another person: not the one who asks, under an account that he has just
made, taken over or given the deciding role."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access import actions
from kakou.access.destroying import ask as ask_destruction
from kakou.access.destroying import settle as settle_destruction
from kakou.access.exporting import ask as ask_list
from kakou.access.exporting import settle as settle_list
from kakou.access.exporting.models import MassExport
from kakou.access.forgetting import ask as ask_factor
from kakou.access.forgetting import settle as settle_factor
from kakou.access.roster import actions as roster
from kakou.access.roster.actions import Known
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.access.seconding import TooNew
from kakou.access.seconding.rules import PROVES, counts
from kakou.people import actions as people
from kakou.people.actions import NewPerson
from kakou.people.rules import Category, Facts
from kakou.vault.keys import KeyStore
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WHY = "asked for by the person"
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
START = AT
DUE = dt.date(2021, 11, 8)


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")


def made(by, role, node, at=START):
    """Somebody makes an account, and sees its password."""
    with acting_as(by):
        return roster.make_account("b", Known("B", node.pk), role=role, by=by, at=at)[0].staff


def list_asked(cast, tree, at):
    with acting_as(cast.secretary):
        return ask_list("people.census", node=tree.garden.pk, count=500, reason=WHY, by=cast.secretary, at=at)


def released(one, by, at):
    with acting_as(by):
        settle_list(one, release=True, by=by, at=at)


def waits(one):
    with acting_as_system():
        return MassExport.objects.get(pk=one.pk).settled_by_id is None


def refuses(one, by, at):
    with pytest.raises(TooNew):
        released(one, by, at)
    return waits(one)


moments = st.integers(-100, 100).map(lambda hours: START + hours * HOUR)


@given(moments, moments, moments)
def test_what_the_machine_gave_counts_from_then_and_what_somebody_gave_a_day_later(given_at, asked_at, at):
    by_somebody = counts(given_at, by_somebody=True, asked_at=asked_at, at=at)
    assert by_somebody == (given_at <= asked_at and given_at + PROVES <= at)
    assert counts(given_at, by_somebody=False, asked_at=asked_at, at=at) == (given_at <= asked_at)


def test_an_account_made_today_releases_no_list(cast, tree):
    second = made(cast.administrator, Role.COMMANDER, tree.street)
    one = list_asked(cast, tree, START + MINUTE)
    assert refuses(one, second, START + 2 * MINUTE)
    released(one, second, START + PROVES)


def test_nor_one_that_was_made_after_the_list_was_asked_for(cast, tree):
    one = list_asked(cast, tree, START)
    second = made(cast.administrator, Role.COMMANDER, tree.street, START + MINUTE)
    assert refuses(one, second, START + PROVES + HOUR)


def test_nor_one_to_which_the_role_was_given_today(cast, tree):
    actions.grant_role(staff=cast.stranger, role=Role.COMMANDER, node=tree.east, by=cast.administrator, at=START)
    assert refuses(list_asked(cast, tree, START), cast.stranger, START + HOUR)


def test_nor_one_whose_password_somebody_made_and_saw_today(cast, tree):
    with acting_as(cast.administrator):
        roster.give_password(cast.commander, by=cast.administrator, at=START)
    assert refuses(list_asked(cast, tree, START), cast.commander, START + HOUR)
    released(list_asked(cast, tree, START + HOUR), cast.commander, START + PROVES)


def test_nor_one_whose_second_factor_was_forgotten_today(cast, tree):
    with acting_as(cast.administrator):
        lost = ask_factor(cast.commander, node=tree.street.pk, places=[], reason=WHY, by=cast.administrator, at=START)
    other = staff("other", Role.ADMINISTRATOR, tree.street)
    with acting_as(other):
        settle_factor(lost, agree=True, by=other, at=START)
    assert refuses(list_asked(cast, tree, START), cast.commander, START + HOUR)


def test_a_role_at_another_place_is_no_older_role_here(cast, tree):
    """An old role over the west does not make up for the new one over the east."""
    other = staff("other", Role.COMMANDER, tree.west)
    actions.grant_role(staff=other, role=Role.COMMANDER, node=tree.east, by=cast.administrator, at=START)
    assert refuses(list_asked(cast, tree, START), other, START + HOUR)


def test_what_the_machine_gives_counts_at_once(cast, tree):
    second = staff("second")
    actions.reset_password(second, password="from the console", forget_factor=True, by=None, at=START)
    actions.grant_role(staff=second, role=Role.COMMANDER, node=tree.street, by=None, at=START)
    released(list_asked(cast, tree, START), second, START)


def test_nobody_forgets_a_factor_under_an_account_that_he_made(cast, tree):
    second = made(cast.administrator, Role.ADMINISTRATOR, tree.street)
    with acting_as(cast.administrator):
        lost = ask_factor(cast.worker, node=tree.east.pk, places=[], reason=WHY, by=cast.administrator, at=START)
    with acting_as(second), pytest.raises(TooNew):
        settle_factor(lost, agree=True, by=second, at=START + HOUR)


def test_nor_destroys_keys(cast, tree):
    second = made(cast.administrator, Role.ADMINISTRATOR, tree.street)
    with acting_as(cast.secretary):
        visitor = NewPerson(tree.garden.pk, Facts("赵敏", phone="13800138003"), Category.VISITOR, due_on=DUE)
        people.add_person(visitor, by=cast.secretary, at=START)
    with acting_as(cast.administrator):
        one = ask_destruction(DUE, reason=WHY, by=cast.administrator, at=START)
    with acting_as(second), pytest.raises(TooNew):
        settle_destruction(one, typed=DUE.isoformat(), by=second, at=START + HOUR, today=START.date())
    with acting_as(second):
        assert settle_destruction(one, typed=DUE.isoformat(), by=second, at=START + PROVES, today=START.date())


def test_nobody_is_a_second_person_by_way_of_a_third(cast, tree):
    """He makes an account that may make accounts, and that one makes the account that decides."""
    between = made(cast.administrator, Role.ADMINISTRATOR, tree.street)
    with acting_as(between):
        second = roster.make_account("c", Known("C", tree.street.pk), role=Role.COMMANDER, by=between, at=START)[0]
    assert refuses(list_asked(cast, tree, START + MINUTE), second.staff, START + HOUR)


@pytest.mark.parametrize(("language", "told"), [("en", "a day old at least"), ("zh-hans", "满一天")])
def test_the_page_says_why_not(cast, tree, language, told):
    with time_machine.travel(START + HOUR, tick=False):
        second = made(cast.administrator, Role.COMMANDER, tree.street)
        one = list_asked(cast, tree, START + MINUTE)
        client = Client(headers={"accept-language": language})
        sign_in(client, second)
        answer = client.post(f"/exports/{one.pk}/settle/", {"decision": "release"}, follow=True)
    assert told in answer.content.decode()
    assert waits(one)
