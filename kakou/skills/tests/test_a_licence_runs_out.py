"""A licence is sealed and masked, replaced by the next one, noticed before it runs out, destroyed on its day."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.skills import actions
from kakou.skills.queries.licences import held, listed
from kakou.skills.rules import LicenceRefused, Skill, checked_last_day, checked_number, due_of
from kakou.skills.tests.helping import (
    AT,
    DAY,
    Asked,
    Call,
    Licence,
    ask,
    at_work,
    call,
    driver,
    fresh,
    licence,
    person,
    places,
)
from kakou.workorders.models import WorkOrder

__all__ = ["places"]
TODAY = AT.date()


def orders():
    with acting_as_system():
        return sorted(WorkOrder.objects.filter(kind="licence_expiring").values_list("cause", "state"))


def test_its_number_is_never_shown_whole(cast, places):
    who, paper = driver(places.garden, 1, cast.worker)
    with acting_as(cast.worker):
        [shown] = held(listed(node=places.east.pk))
    assert (shown.name, shown.number) == ("吴*", "320324********1234")
    assert b"1234" not in bytes(fresh(paper).number_sealed)
    assert who.pk == shown.row.person_id


def test_the_next_one_takes_its_place_and_closes_its_order(cast, places):
    who, old = driver(places.garden, 1, cast.worker, expires_on=TODAY + 20 * DAY)
    assert [actions.watch_licences(at=AT) for _ in range(2)] == [1, 0]
    assert orders() == [(str(old.pk), "reported")]
    new = licence(who, cast.worker)
    assert orders() == [(str(old.pk), "closed")]
    with acting_as(cast.worker):
        assert [one.pk for one in listed(node=None)] == [new.pk]
    assert actions.watch_licences(at=AT) == 0


def test_one_that_is_far_from_its_end_opens_nothing(cast, places):
    driver(places.garden, 1, cast.worker, expires_on=TODAY + 40 * DAY)
    assert actions.watch_licences(at=AT) == 0
    assert actions.watch_licences(at=AT + 10 * DAY) == 1


def test_it_is_kept_a_year_from_the_last_look_or_a_month_past_its_end():
    assert due_of(None, looked_on=TODAY) == TODAY + 365 * DAY
    assert due_of(TODAY + 10 * DAY, looked_on=TODAY) == TODAY + 40 * DAY
    assert due_of(TODAY + 900 * DAY, looked_on=TODAY) == TODAY + 365 * DAY


@pytest.mark.parametrize("number", ["", "12", "苏C1234", "1" * 41])
def test_an_unfit_number_is_refused(number):
    with pytest.raises(LicenceRefused):
        checked_number(number, Skill.FORKLIFT)


def test_an_ability_needs_no_paper_and_a_licence_needs_a_day():
    assert checked_number("", Skill.INTERPRETER) == ""
    assert checked_last_day(None, Skill.INTERPRETER, today=TODAY) is None
    for day in (None, TODAY - DAY, dt.date(2099, 1, 1)):
        with pytest.raises(LicenceRefused):
            checked_last_day(day, Skill.FORKLIFT, today=TODAY)


def test_looking_again_keeps_it_longer_and_another_place_may_not(cast, places):
    _, paper = driver(places.garden, 1, cast.worker, is_seen=False)
    with acting_as(cast.worker):
        actions.verify_licence(paper, by=cast.worker, at=AT + 100 * DAY)
        [shown] = held(listed(node=None))
    assert fresh(paper).due_on == TODAY + 465 * DAY
    assert shown.number == "320324********1234"
    with pytest.raises(NotAllowed):
        licence(person(places.garden, 2), cast.neighbour)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_both_are_destroyed_on_their_day(cast, places):
    who, _ = driver(places.garden, 1, cast.worker)
    over, waits = call(places, cast.worker), call(places, cast.worker)
    ask(over, [who], cast.worker)
    with acting_as(cast.worker):
        actions.end_call(over, by=cast.worker, at=AT)
    with at_work():
        assert actions.forget_skills(by=None, at=AT + 89 * DAY) == (0, 0)
        assert actions.forget_skills(by=None, at=AT + 90 * DAY) == (0, 1)
        assert actions.forget_skills(by=None, at=AT + 365 * DAY) == (1, 0)
    with acting_as_system():
        assert [one.pk for one in Call.objects.all()] == [waits.pk]
        assert not Asked.objects.exists()
        assert not Licence.objects.exists()


def test_who_has_two_licences_is_asked_by_the_one_that_holds(cast, places):
    who, _ = driver(places.garden, 1, cast.worker, skill=Skill.CLASS_C1, expires_on=TODAY + DAY)
    licence(who, cast.worker, skill=Skill.CLASS_A2, expires_on=TODAY + 90 * DAY)
    at = AT + 2 * DAY
    one = call(places, cast.worker, skill=Skill.CLASS_C1, at=at)
    [row] = ask(one, [who], cast.worker, at=at)
    assert row.person_id == who.pk
