"""Allowances are data of a unit, nearest first; past them an order opens, and closes by itself when he leaves."""

import datetime as dt
from uuid import UUID

import pytest

from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.ledger.actions.allowances import AllowanceRefused, set_allowance, set_usual
from kakou.ledger.actions.backlog import Backlog
from kakou.ledger.actions.overdue import open_overdue
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.actions.stays import fold_new
from kakou.ledger.queries.allowances import Limit, resolve
from kakou.ledger.rules import Purpose
from kakou.ledger.stays import ABSENCE, VISIT, StayState
from kakou.ledger.stays.rows import STATES
from kakou.ledger.tests.gatework import IN, OUT, WHO, Crossing, fold_all, land, told, upload
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.workorders.actions import close
from kakou.workorders.models import Step, WorkOrder
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
WANG, LI, CHEN = (UUID(int=n << 100) for n in (1, 2, 3))
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def orders():
    with acting_as_system():
        return sorted(WorkOrder.objects.values_list("kind", "state"))


def test_it_is_late_past_the_purpose_then_past_the_visit(land):
    with acting_as_system():
        set_usual(node=land.street, **WHO)
    late_delivery = Crossing(WANG, land.compound_gate, IN, NOON, purpose=Purpose.DELIVERY)
    upload(late_delivery, Crossing(WANG, land.compound_gate, OUT, NOON + 2 * HOUR))
    upload(Crossing(WANG, land.compound_gate, IN, NOON + 3 * HOUR))
    upload(Crossing(WANG, land.compound_gate, OUT, NOON + 5 * HOUR))
    fold_all(NOON + 6 * HOUR)
    assert [state for state, _, _ in told(land.compound)] == [STATES[StayState.CLOSED_LATE], STATES[StayState.CLOSED]]


def test_who_lives_in_one_place_and_works_in_another_may_stay_for_a_shift(land):
    with acting_as_system():
        set_usual(node=land.street, **WHO)
        set_allowance(node=land.street, kind=VISIT, purpose=Purpose.WORK, lasts=14 * HOUR, **WHO)
        new = NewPerson(land.compound, Facts("王小明"), Category.RESIDENT_REGISTERED)
        wang = add_person(new, by=None, at=NOON).pk
    upload(Crossing(wang, land.compound_gate, OUT, NOON, purpose=Purpose.WORK))
    upload(Crossing(wang, land.village_gate, IN, NOON + HOUR, purpose=Purpose.WORK))
    upload(Crossing(wang, land.village_gate, OUT, NOON + 11 * HOUR, purpose=Purpose.HOME))
    upload(Crossing(wang, land.compound_gate, IN, NOON + 23 * HOUR, purpose=Purpose.HOME))
    fold_all(NOON + 24 * HOUR)
    assert [state for state, _, _ in told(land.village)] == [STATES[StayState.CLOSED]]
    assert [state for state, _, _ in told(land.compound)] == [STATES[StayState.CLOSED]]


def test_it_knows_no_limit_where_nobody_set_one(land):
    upload(Crossing(WANG, land.compound_gate, IN, NOON), Crossing(WANG, land.compound_gate, OUT, NOON + 99 * HOUR))
    fold_all(NOON + 100 * HOUR)
    assert [state for state, _, _ in told(land.compound)] == [STATES[StayState.CLOSED]]


def test_it_opens_an_order_when_the_time_is_up_and_closes_it_when_he_leaves(land):
    with acting_as_system():
        set_usual(node=land.street, **WHO)
    upload(Crossing(WANG, land.compound_gate, IN, NOON))
    fold_all(NOON + HOUR)
    assert open_overdue(at=NOON + 2 * HOUR) == 0
    assert open_overdue(at=NOON + 5 * HOUR) == 1
    assert open_overdue(at=NOON + 6 * HOUR) == 0
    assert orders() == [("past_allowance", "reported")]
    upload(Crossing(WANG, land.compound_gate, OUT, NOON + 7 * HOUR))
    fold_all(NOON + 7 * HOUR)
    assert orders() == [("past_allowance", "closed")]


def told_late(who, gate, way, at, recorded):
    return Crossing(who, gate, way, at, recorded=recorded)


def test_it_never_was_late_when_the_exit_lay_in_the_next_batch(land):
    """A drill or an import tells days of long ago: the clock runs ahead of what is folded."""
    with acting_as_system():
        set_usual(node=land.street, **WHO)
    now, backlog = NOON + 9 * DAY, Backlog()
    upload(told_late(WANG, land.compound_gate, IN, NOON, now))
    upload(told_late(WANG, land.compound_gate, OUT, NOON + HOUR, now))
    assert fold_new(at=now, backlog=backlog, most=1).passages == 1
    assert backlog.behind
    assert open_overdue(at=now, backlog=backlog) == 0
    fold_all(now, backlog=backlog)
    assert not backlog.behind
    assert open_overdue(at=now + DAY, backlog=backlog) == 0
    assert orders() == []


def test_it_waits_while_a_phone_is_telling_of_long_ago_but_not_for_ever(land):
    with acting_as_system():
        set_usual(node=land.street, **WHO)
    now, backlog = NOON + 9 * DAY, Backlog()
    upload(Crossing(LI, land.compound_gate, IN, NOON))
    fold_all(NOON)
    upload(told_late(WANG, land.village_gate, IN, NOON, now))
    upload(told_late(CHEN, land.factory_gate, IN, NOON, NOON))  # in the village: he too may have left by its gate
    fold_all(now, backlog=backlog)
    assert open_overdue(at=now, backlog=backlog) == 1, "the compound has nothing to wait for"
    upload(told_late(WANG, land.village_gate, OUT, NOON + HOUR, now))
    fold_all(now + MINUTE, backlog=backlog)
    assert open_overdue(at=now + 2 * MINUTE, backlog=backlog) == 0
    assert open_overdue(at=now + 7 * MINUTE, backlog=backlog) == 1
    assert orders() == [("orphan_exit", "reported"), ("past_allowance", "reported"), ("past_allowance", "reported")]


def test_it_leaves_its_trace_when_the_exit_was_uploaded_late(land):
    with acting_as_system():
        set_usual(node=land.street, **WHO)
    upload(Crossing(WANG, land.compound_gate, IN, NOON))
    fold_all(NOON)
    assert open_overdue(at=NOON + 5 * HOUR) == 1
    left = told_late(WANG, land.compound_gate, OUT, NOON + HOUR, NOON + 6 * HOUR)
    upload(left)
    fold_all(NOON + 6 * HOUR)
    assert orders() == [("past_allowance", "closed")]
    with acting_as_system():
        assert Step.objects.get(kind="closed").facts["passage"] == str(left.id)


def test_it_does_not_open_again_what_was_closed_by_hand(land):
    with acting_as_system():
        set_usual(node=land.street, **WHO)
    upload(Crossing(WANG, land.compound_gate, IN, NOON))
    fold_all(NOON)
    assert open_overdue(at=NOON + 5 * HOUR) == 1
    worker = staff("worker", Role.COMMUNITY_SECRETARY, Node.objects.get(pk=land.street))
    with acting_as(worker):
        close(WorkOrder.objects.get(), evidence={"finding": "lives here now"}, by=worker, at=NOON + 6 * HOUR)
    assert open_overdue(at=NOON + 9 * HOUR) == 0


def test_it_applies_a_new_allowance_to_what_stands_when_stays_are_made_again(land):
    upload(Crossing(WANG, land.compound_gate, IN, NOON), Crossing(WANG, land.compound_gate, OUT, NOON + 2 * HOUR))
    fold_all(NOON + 3 * HOUR)
    with acting_as_system():
        set_allowance(node=land.compound, kind=VISIT, lasts=HOUR, **WHO)
    list(rebuild(at=NOON + 3 * HOUR))
    assert [state for state, _, _ in told(land.compound)] == [STATES[StayState.CLOSED_LATE]]


def test_it_takes_the_line_of_the_nearest_unit():
    parents = {1: None, 2: 1, 3: 2}
    lines = [Limit(1, VISIT, 0, 40), Limit(2, VISIT, 3, 10), Limit(1, VISIT, 3, 20), Limit(3, ABSENCE, 0, 5)]
    assert resolve(lines, parents, [1, 3]) == {
        (1, VISIT, 0): 40,
        (1, VISIT, 3): 20,
        (3, ABSENCE, 0): 5,
        (3, VISIT, 3): 10,
        (3, VISIT, 0): 40,
    }


def test_it_is_set_by_who_edits_places_and_makes_sense(land):
    stranger = staff("stranger")
    with acting_as_system():
        with pytest.raises(NotAllowed):
            set_allowance(node=land.compound, kind=VISIT, lasts=HOUR, by=stranger, at=NOON)
        with pytest.raises(AllowanceRefused):
            set_allowance(node=land.compound, kind=VISIT, lasts=dt.timedelta(0), **WHO)
        with pytest.raises(AllowanceRefused):
            set_allowance(node=land.compound, kind=ABSENCE, purpose=3, lasts=HOUR, **WHO)
