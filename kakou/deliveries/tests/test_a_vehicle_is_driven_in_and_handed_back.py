"""Each step signed and timed, in the order of the table; the escort has a fitting licence; the ledger is only pointed
at."""

import threading

import pytest
from django.db import ProgrammingError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as, acting_as_system
from kakou.deliveries import actions
from kakou.deliveries.models import DeliveryStep
from kakou.deliveries.queries.deliveries import delivery_at, escorts, going_on, over, seen, stay_of, steps_of
from kakou.deliveries.rules import ENDS, STEPS, GoodsRefused, StepRefused, check_step, steps_from
from kakou.deliveries.tests.bringing import (
    AT,
    BACK,
    DAY,
    HOUR,
    MINUTE,
    WAY,
    Body,
    Delivery,
    Skill,
    State,
    announced,
    fresh,
    places,
    step,
    truck_driver,
)
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.ledger.models import Passage
from kakou.skills.rules import Flag, HelperBarred
from kakou.skills.tests.helping import ask, call, driver, licence, say

__all__ = ["places"]


def test_from_the_announcement_to_the_key_in_the_drivers_hand(cast, places):
    who, _ = truck_driver(places, 1, cast.worker)
    row = announced(places)
    for minutes, one in enumerate([*WAY, State.DRIVEN_IN, *BACK]):
        more = {"escort": who.pk} if one is State.DRIVEN_IN else {}
        step(row, one, by=cast.recorder, at=AT + minutes * MINUTE, **more)
    with acting_as(cast.recorder):
        told = [(each.step, each.by, each.at, name) for each, name in steps_of(delivery_at(row.pk))]
    assert told[0] == ("announced", None, AT, "")
    assert [at for *_, at, _ in told[1:]] == [AT + minutes * MINUTE for minutes in range(7)]
    assert {by for _, by, *_ in told[1:]} == {cast.recorder}
    assert [(name, escort) for name, *_, escort in told if escort] == [("driven_in", "吴*")]
    assert fresh(row).state == State.HANDED_BACK


@given(st.lists(st.sampled_from(State), max_size=12))
def test_no_order_of_steps_leads_past_the_table(tried):
    at, taken = State.ANNOUNCED, []
    for one in tried:
        try:
            check_step(at, one)
        except StepRefused:
            assert one not in steps_from(at)
            continue
        at = one
        taken.append(one)
    if State.DRIVEN_IN in taken:
        assert taken[:4] == [*WAY, State.DRIVEN_IN]
    if at in ENDS:
        assert steps_from(at) == []


def test_every_state_but_an_end_leads_on_and_is_reached():
    assert all(steps_from(state) or state in ENDS for state in State)
    assert all(STEPS[state].after or state is State.ANNOUNCED for state in State)


def test_a_step_that_was_taken_is_not_taken_twice(cast, places):
    row = announced(places)
    step(row, State.ARRIVED, by=cast.recorder)
    with pytest.raises(StepRefused):
        step(row, State.ARRIVED, by=cast.lead)
    with pytest.raises(StepRefused):
        step(row, State.DRIVEN_IN, by=cast.recorder)


def test_without_a_fitting_licence_nobody_drives_in(cast, places):
    small, _ = driver(places.garden, 1, cast.worker, skill=Skill.CLASS_C1)
    large, paper = truck_driver(places, 2, cast.worker)
    row = announced(places)
    step(row, *WAY, by=cast.recorder)
    with acting_as(cast.recorder):
        assert [(one.held.row.person_id, one.held.name) for one in escorts(row, at=AT)] == [(large.pk, "吴*")]
    for nobody in (None, small.pk):
        with pytest.raises((HelperBarred, StepRefused)):
            step(row, State.DRIVEN_IN, by=cast.recorder, escort=nobody)
    from kakou.skills.actions import end_licence

    with acting_as(cast.worker):
        end_licence(paper, by=cast.worker, at=AT)
    with pytest.raises(HelperBarred):
        step(row, State.DRIVEN_IN, by=cast.recorder, escort=large.pk)
    assert fresh(row).state == State.DISINFECTED


def test_one_escort_drives_one_vehicle(cast, places):
    who, _ = truck_driver(places, 1, cast.worker)
    first, second = announced(places), announced(places, plate="苏C54321")
    step(first, *WAY, by=cast.recorder)
    step(second, *WAY, by=cast.recorder)
    step(first, State.DRIVEN_IN, by=cast.recorder, escort=who.pk)
    with acting_as(cast.recorder):
        assert [one.flags & {Flag.BUSY} for one in escorts(second, at=AT)] == [{Flag.BUSY}]
    with pytest.raises(HelperBarred):
        step(second, State.DRIVEN_IN, by=cast.recorder, escort=who.pk)
    step(first, *BACK[:2], by=cast.recorder)
    step(second, State.DRIVEN_IN, by=cast.recorder, escort=who.pk)


def test_a_signed_step_is_never_changed(cast, places):
    row = announced(places)
    with acting_as(cast.recorder), pytest.raises(ProgrammingError), transaction.atomic():
        DeliveryStep.objects.filter(delivery=row).update(at=AT + HOUR)


def test_what_is_sent_twice_is_one_delivery(places):
    from kakou.deliveries.rules import Goods
    from kakou.kernel.ids import new_id

    key = new_id()
    new = actions.NewDelivery(
        places.garden.pk, places.garden_gate.pk, "苏C12345", Body.CAR, Goods.FOOD, AT.date()
    )  # fmt: skip
    assert {actions.announce(new, key=key, by=None, at=AT).pk for _ in range(3)} == {
        actions.announce(new, key=key, by=None, at=AT + HOUR).pk
    }


def test_the_list_of_today_and_what_is_over(cast, places):
    today, later = announced(places), announced(places, day=AT.date() + 3 * DAY, plate="苏C00001")
    gone = announced(places, plate="苏C00002")
    step(gone, State.CANCELLED, by=cast.recorder, reason="不来了")
    with acting_as(cast.recorder):
        assert [one.pk for one in going_on(node=None, today=AT.date())] == [today.pk, later.pk]
        assert [one.pk for one in over(node=None, today=AT.date())] == [gone.pk]
        assert {one.pk for one in over(node=None, today=AT.date() + DAY)} == {gone.pk, today.pk}
        [told] = seen([fresh(today)])
    assert (told.plate, told.phone) == ("苏C·***45", "139****9001")


def test_a_week_ahead_and_no_more(places):
    with pytest.raises(GoodsRefused):
        announced(places, day=AT.date() + 7 * DAY)
    with pytest.raises(GoodsRefused):
        announced(places, day=AT.date() - DAY)


def test_another_gates_people_see_and_sign_nothing(cast, places):
    row = announced(places)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        delivery_at(row.pk)
    with pytest.raises(NotAllowed):
        step(row, State.ARRIVED, by=cast.neighbour)
    with acting_as(cast.enterprise):
        assert delivery_at(row.pk).pk == row.pk
    with pytest.raises(NotAllowed):
        step(row, State.ARRIVED, by=cast.enterprise)


def test_the_ledger_is_pointed_at_and_not_written(cast, places):
    row = announced(places)
    step(row, *WAY, by=cast.recorder)
    with acting_as(cast.recorder):
        assert stay_of(row, [each for each, _ in steps_of(row)]) is None
    with acting_as_system():
        assert not Passage.objects.exists()
        assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_who_says_yes_to_a_call_at_this_moment_is_not_put_at_the_wheel(cast, places):
    who, _ = truck_driver(places, 1, cast.worker)
    licence(who, cast.worker)
    [asked] = ask(call(places, cast.worker), [who], cast.worker)
    row, told = announced(places), []
    step(row, *WAY, by=cast.recorder)

    def drive_in():
        try:
            step(row, State.DRIVEN_IN, by=cast.recorder, escort=who.pk)
        except HelperBarred as refused:
            told.append(refused)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=drive_in)
    with acting_as_system():
        say(asked, True)
        thread.start()
        thread.join(timeout=2)
    thread.join(timeout=30)
    assert told
    assert fresh(row).state == State.DISINFECTED
