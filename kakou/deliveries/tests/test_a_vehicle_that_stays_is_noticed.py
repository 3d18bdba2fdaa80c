"""One order opens when the next step does not follow, and closes by itself when the delivery has ended."""

from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as_system
from kakou.deliveries.actions import watch_deliveries
from kakou.deliveries.rules import ENDS, STEPS, stays_too_long
from kakou.deliveries.tests.bringing import (
    AT,
    BACK,
    DAY,
    HOUR,
    MINUTE,
    WAY,
    State,
    announced,
    places,
    step,
    truck_driver,
)
from kakou.workorders.models import WorkOrder

__all__ = ["places"]


def orders():
    with acting_as_system():
        return list(WorkOrder.objects.filter(kind="delivery_open").values_list("cause", "state", "node_id"))


def test_it_opens_once_and_heals(cast, places):
    who, _ = truck_driver(places, 1, cast.worker)
    row = announced(places)
    step(row, State.ARRIVED, by=cast.recorder)
    assert watch_deliveries(at=AT + 29 * MINUTE) == 0
    assert [watch_deliveries(at=AT + minutes * MINUTE) for minutes in (30, 31, 90)] == [1, 0, 0]
    assert orders() == [(str(row.pk), "reported", places.garden_gate.pk)]
    step(row, *WAY[1:], by=cast.recorder, at=AT + 2 * HOUR)
    step(row, State.DRIVEN_IN, by=cast.recorder, at=AT + 2 * HOUR, escort=who.pk)
    watch_deliveries(at=AT + 2 * HOUR)
    assert orders()[0][1] == "reported"
    step(row, *BACK, by=cast.recorder, at=AT + 3 * HOUR)
    watch_deliveries(at=AT + 3 * HOUR)
    assert orders()[0][1] == "closed"


def test_what_was_announced_and_did_not_come_opens_nothing(places):
    announced(places)
    assert watch_deliveries(at=AT + 3 * DAY) == 0


@given(st.sampled_from(State), st.timedeltas(min_value=0 * HOUR, max_value=9 * DAY))
def test_only_what_waits_for_a_step_is_late(state, gone):
    late = stays_too_long(state, since=AT, now=AT + gone)
    assert not (late and state in ENDS | {State.ANNOUNCED})
    if not late and state not in ENDS | {State.ANNOUNCED}:
        assert gone < STEPS[state].longest
