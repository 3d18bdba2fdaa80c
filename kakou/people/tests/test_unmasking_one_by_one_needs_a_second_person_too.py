"""A hundred people a day may be seen in plain by one person alone, whether as a list or one after the other. More need
what a second person has released; whoever was seen today is seen again."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kakou.access.exporting import FEW, NeedsSecond, SeenMany, ask, claim, rules, settle
from kakou.access.scope import acting_as
from kakou.kernel.errors import NotFound
from kakou.people.actions import NewPerson, add_people, reveal
from kakou.people.census.handing_out import EXPORT
from kakou.people.rules import Facts
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db
WHY = "流调：核对名单"
DAY = dt.timedelta(days=1)


@pytest.fixture
def people(tree, cast):
    """One more than one person may see alone, in the compound."""
    with acting_as(cast.worker):
        return add_people([NewPerson(tree.garden.pk, Facts("王某")) for _ in range(FEW + 1)], by=cast.worker, at=AT)


def see(person, by, at=AT, field="name"):
    with acting_as(by):
        return reveal(person, field, reason=WHY, by=by, at=at)


@pytest.fixture
def seen(people, cast):
    """The secretary has unmasked a hundred of them, one by one."""
    for person in people[:FEW]:
        see(person, cast.secretary)
    return people


def test_the_next_one_is_refused_and_it_is_said_who_can_help(seen, cast):
    with pytest.raises(SeenMany) as refused:
        see(seen[FEW], cast.secretary)
    assert "commander" in refused.value.params["who"]
    with pytest.raises(SeenMany):
        see(seen[FEW], cast.secretary, at=AT + DAY - dt.timedelta(seconds=1))
    assert see(seen[FEW], cast.secretary, at=AT + DAY) == "王某"


def test_the_page_says_so_where_the_reason_is_asked_for(seen, cast):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.secretary)
    with time_machine.travel(AT, tick=False):
        answer = client.post(f"/ledger/subject/{seen[FEW].pk}/reveal/name/", {"reason": WHY})
    assert answer.status_code == 422
    assert "Have the list of their unit released by commander" in answer.content.decode()
    assert "王某" not in answer.content.decode()


def test_whoever_was_seen_today_is_seen_again_and_others_still_may(seen, cast):
    for _ in range(3):
        assert see(seen[0], cast.secretary) == "王某"
    assert see(seen[FEW], cast.investigator) == "王某"


def test_a_list_counts_whoever_was_seen_before_it_and_the_other_way_round(people, tree, cast):
    for person in people[:10]:
        see(person, cast.secretary)
    with acting_as(cast.secretary):
        with pytest.raises(NeedsSecond):
            claim(EXPORT, node=tree.garden.pk, count=FEW - 9, reason=WHY, by=cast.secretary, at=AT)
        claim(EXPORT, node=tree.garden.pk, count=FEW - 10, reason=WHY, by=cast.secretary, at=AT)
    with pytest.raises(SeenMany):
        see(people[10], cast.secretary)


def test_whose_list_a_second_person_released_may_be_seen_one_by_one_for_a_day(seen, tree, cast):
    with acting_as(cast.secretary):
        asked = ask(EXPORT, node=tree.east.pk, count=FEW + 1, reason=WHY, by=cast.secretary, at=AT)
    with pytest.raises(SeenMany):  # asked is not released
        see(seen[FEW], cast.secretary)
    with acting_as(cast.commander):
        settle(asked, release=True, by=cast.commander, at=AT)
    assert see(seen[FEW], cast.secretary) == "王某"


def test_a_short_list_that_was_released_opens_as_many_and_no_more(people, tree, cast, monkeypatch):
    """Three residents are released; who else is registered there counts as before."""
    monkeypatch.setattr(rules, "FEW", 5)
    with acting_as(cast.secretary):
        asked = ask(EXPORT, node=tree.garden.pk, count=3, reason=WHY, by=cast.secretary, at=AT)
    with acting_as(cast.commander):
        settle(asked, release=True, by=cast.commander, at=AT)
    for person in [*people[:3], *people[:3], *people[3:8], *people[:8]]:
        assert see(person, cast.secretary) == "王某"
    with pytest.raises(SeenMany):
        see(people[8], cast.secretary)


def test_who_was_seen_under_one_list_takes_nothing_from_another(people, tree, cast, monkeypatch):
    monkeypatch.setattr(rules, "FEW", 0)
    for node, count in ((tree.garden, 2), (tree.east, 3)):
        with acting_as(cast.secretary):
            asked = ask(EXPORT, node=node.pk, count=count, reason=WHY, by=cast.secretary, at=AT)
        with acting_as(cast.commander):
            settle(asked, release=True, by=cast.commander, at=AT)
    for person in people[:5]:
        assert see(person, cast.secretary) == "王某"
    with pytest.raises(SeenMany):
        see(people[5], cast.secretary)


def test_what_was_released_elsewhere_opens_nobody_here(seen, tree, cast):
    with acting_as(cast.secretary):
        asked = ask(EXPORT, node=tree.garden_gate.pk, count=FEW + 1, reason=WHY, by=cast.secretary, at=AT)
    with acting_as(cast.commander):
        settle(asked, release=True, by=cast.commander, at=AT)
    with pytest.raises(SeenMany):
        see(seen[FEW], cast.secretary)


def test_a_look_that_shows_nothing_counts_nobody(people, cast):
    """A telephone that was never known."""
    for person in people[:FEW]:
        with pytest.raises(NotFound):
            see(person, cast.secretary, field="phone")
    assert see(people[FEW], cast.secretary) == "王某"
