"""R59: somebody too warm rests, is measured again, is isolated, reported and fetched; nobody leaves it by accident."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.screening.actions.fever import (
    FEVER,
    Hot,
    NewStep,
    StepKnown,
    follow_cases,
    measured_again,
    open_cases,
    take_step,
)
from kakou.screening.models import FeverCase, FeverEvent
from kakou.screening.queries.fever import case_at, cases, events_of, how_many
from kakou.screening.rules import fever as rules
from kakou.screening.rules.fever import FeverOutcome, FeverRefused, FeverState, FeverStep
from kakou.workorders.events import register_kind
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import OrderRefused, State, check_evidence
from tests.cast import AT

db = pytest.mark.django_db(databases=["default", "owner"])
S, T = FeverState, FeverStep
MINUTE = dt.timedelta(minutes=1)
SAYS = {
    T.NORMAL: {"tenths": 366}, T.STILL_HIGH: {"tenths": 381}, T.ISOLATED: {"place": "tent 2"},
    T.TOLD: {"whom": "health centre"}, T.FETCHED: {"how": "negative-pressure ambulance"}, T.ARRIVED: {},
    T.ENDED: {"outcome": "refused", "note": "taken home by the family"}, T.NOTED: {"note": "drinks water"},
    T.TAKEN_UP: {"note": "came back"},
}  # fmt: skip


@given(st.lists(st.sampled_from([step for step in T if step not in (T.OPENED, T.TAKEN_UP)]), max_size=30))
def test_however_it_goes_it_ends_only_by_a_step_that_says_how(walk):
    """Whatever is tried in whatever order, an open case has a time for its next step, and an ended one an outcome."""
    stand, at = rules.opened(AT, retest_minutes=15), AT
    for kind in walk:
        at += MINUTE
        before = stand
        try:
            stand = rules.step(
                stand.state, kind, at=at, due_at=stand.due_at, outcome="refused" if kind is T.ENDED else ""
            )
        except FeverRefused:
            assert stand == before
            continue
        if stand.state is S.ENDED:
            assert stand.due_at is None
            assert stand.outcome is not None or kind is T.NOTED
            assert before.state is S.ENDED or kind in (T.NORMAL, T.ARRIVED, T.ENDED)
        else:
            assert stand.due_at is not None and stand.outcome is None


def test_from_every_state_somebody_can_end_it_with_a_reason_and_every_state_is_reached():
    assert all(T.ENDED in steps for state, steps in rules.TRANSITIONS.items() if state is not S.ENDED)
    assert {then for steps in rules.TRANSITIONS.values() for then in steps.values()} | {S.RESTING} == set(S)
    assert set(rules.MINUTES) == set(S) - {S.RESTING, S.ENDED}  # each has its time


@given(st.integers(340, 430))
def test_the_limit_itself_is_too_warm(tenths):
    assert (rules.measured(tenths, 373) is T.STILL_HIGH) == (tenths >= 373)


@pytest.mark.parametrize("tenths", [0, 339, 431, 3730])
def test_what_no_person_has_is_measured_again(tenths):
    with pytest.raises(FeverRefused, match="Measure again"):
        rules.measured(tenths, 373)


def hot(tree, **more):
    facts = {"passage": new_id(), "node": tree.garden_gate.pk, "tenths": 378, "limit": 373, "retest_minutes": 15}
    return Hot(**facts | {"version": "cn-2021-08.1", "at": AT} | more)


def stepped(case, kind, by, *, after=1, at=None, **facts):
    at = at or AT + after * MINUTE
    return take_step(case, NewStep(new_id(), kind, at, facts or SAYS[kind]), by=by, at=at)


@pytest.fixture
def case(tree):
    register_kind(FEVER)
    with acting_as_system():
        (opened,) = open_cases([hot(tree)], at=AT)
        return case_at(opened)


def order_of(case):
    follow_cases(at=AT + 30 * MINUTE)
    return WorkOrder.objects.get(kind="fever", cause=str(case.pk))


@db
def test_it_opens_once_with_an_order_that_falls_due_with_the_retest(case, tree):
    with acting_as_system():
        assert open_cases([hot(tree, passage=case.pk, tenths=400)], at=AT) == []
        order = order_of(case)
        assert (order.state, order.due_at, case.first) == (State.REPORTED, AT + 15 * MINUTE, 378)


@db
def test_normal_on_the_retest_ends_it_and_its_order(case, cast):
    """The recorder at the gate may close no orders; the order follows the case."""
    with acting_as_system():
        assert order_of(case).closed_at is None
    with acting_as(cast.recorder):
        ended = stepped(case, T.NORMAL, cast.recorder, tenths=366)
    with acting_as_system():
        assert (ended.state, ended.outcome, ended.second) == (S.ENDED, FeverOutcome.NORMAL, 366)
        assert order_of(case).closed_at is not None


@db
def test_who_says_normal_but_measured_a_fever_is_taken_at_the_number(case, cast):
    with acting_as(cast.recorder):
        assert stepped(case, T.NORMAL, cast.recorder, tenths=379).state == S.TO_ISOLATE


@db
def test_still_high_it_goes_all_the_way_each_step_due_in_its_time(case, cast):
    way = [T.STILL_HIGH, T.ISOLATED, T.TOLD, T.FETCHED]
    due = []
    with acting_as(cast.worker):
        for minutes, kind in enumerate(way, 1):
            now = stepped(case, kind, cast.worker, after=minutes)
            due.append((now.state, (now.due_at - AT) // MINUTE - minutes))
        ended = stepped(case, T.ARRIVED, cast.worker, after=9)
        told = [(event.step, event.by) for event in events_of(ended)]
    assert due == [(S.TO_ISOLATE, 5), (S.ISOLATED, 10), (S.TOLD, 60), (S.ON_THE_WAY, 120)]
    assert (ended.outcome, ended.ended_at) == (FeverOutcome.CLINIC, AT + 9 * MINUTE)
    assert told == [(T.OPENED, None), *((kind, cast.worker) for kind in way), (T.ARRIVED, cast.worker)]


@db
@pytest.mark.parametrize("kind", [T.TOLD, T.FETCHED, T.ARRIVED, T.TAKEN_UP, T.OPENED])
def test_no_step_is_left_out(case, cast, kind):
    facts = {"tenths": 380} if kind is T.OPENED else SAYS[kind]
    with acting_as(cast.recorder), pytest.raises(FeverRefused):
        stepped(case, kind, cast.recorder, **facts)
    with acting_as_system():
        assert case_at(case.pk).state == S.RESTING and len(events_of(case)) == 1


@db
def test_ending_it_otherwise_says_how_and_why(case, cast):
    with acting_as(cast.recorder):
        for facts in ({}, {"outcome": "left"}, {"note": "gone"}, {"outcome": "normal_on_retest", "note": "gone"}):
            with pytest.raises(FeverRefused):
                take_step(case, NewStep(new_id(), T.ENDED, AT, facts), by=cast.recorder, at=AT)
        assert stepped(case, T.ENDED, cast.recorder, outcome="left", note="walked off").outcome == "left"


@db
def test_ended_by_mistake_it_is_taken_up_where_it_stood(case, cast):
    with acting_as_system():
        assert order_of(case).closed_at is None
    with acting_as(cast.worker):
        stepped(case, T.STILL_HIGH, cast.worker)
        stepped(case, T.ISOLATED, cast.worker, after=2)
        stepped(case, T.ENDED, cast.worker, after=3, outcome="mistake", note="another person")
    with acting_as_system():
        assert order_of(case).closed_at is not None
    with acting_as(cast.worker):
        again = stepped(case, T.TAKEN_UP, cast.worker, after=4, note="it was this person")
        assert (again.state, again.outcome, again.ended_at, again.due_at) == (S.ISOLATED, "", None, AT + 14 * MINUTE)
    with acting_as_system():
        assert order_of(case).closed_at is None and order_of(case).due_at == AT + 14 * MINUTE


@db
def test_the_same_step_sent_twice_is_one_and_another_under_its_id_is_told(case, cast):
    step = NewStep(new_id(), T.STILL_HIGH, AT + MINUTE, {"tenths": 380})
    with acting_as(cast.recorder):
        take_step(case, step, by=cast.recorder, at=AT + MINUTE)
        take_step(case, step, by=cast.recorder, at=AT + 5 * MINUTE)
        with pytest.raises(StepKnown):
            take_step(case, NewStep(step.id, T.STILL_HIGH, step.at, {"tenths": 390}), by=cast.recorder, at=AT + MINUTE)
        assert len(events_of(case)) == 2


@db
def test_nothing_was_done_before_he_was_too_warm(case, cast):
    """The phone's clock is two hours slow: the next step is not overdue at once, and he rested until now."""
    with acting_as(cast.recorder):
        slow = NewStep(new_id(), T.ISOLATED, AT - 120 * MINUTE, {"place": "tent 2"})
        then = take_step(case, slow, by=cast.recorder, at=AT + MINUTE)
        assert then.due_at == AT + rules.MINUTES[S.ISOLATED] * MINUTE
        assert [event.at for event in events_of(case)] == [AT, AT]


@db
def test_the_same_id_for_another_fever_is_not_taken_as_kept(case, cast):
    """Else the phone would believe that somebody is isolated who is not."""
    step = NewStep(new_id(), T.ISOLATED, AT, {"place": "tent 2"})
    with acting_as_system():
        (other,) = open_cases([Hot(new_id(), case.node_id, 378, 373, 15, "cn-2021-08.1", AT)], at=AT)
    with acting_as(cast.recorder):
        take_step(case, step, by=cast.recorder, at=AT)
        with pytest.raises(StepKnown):
            take_step(case_at(other), step, by=cast.recorder, at=AT)


@db
def test_a_note_changes_nothing_else_also_when_it_has_ended(case, cast):
    with acting_as(cast.recorder):
        noted = stepped(case, T.NOTED, cast.recorder)
        assert (noted.state, noted.due_at) == (S.RESTING, AT + 15 * MINUTE)
        stepped(case, T.NORMAL, cast.recorder, after=2)
        noted = stepped(case, T.NOTED, cast.recorder, after=3)
        assert (noted.state, noted.outcome, noted.ended_at) == (S.ENDED, FeverOutcome.NORMAL, AT + 2 * MINUTE)


@db
def test_a_persons_number_is_not_written_into_a_note(case, cast):
    with acting_as(cast.recorder), pytest.raises(ReasonUnfit):
        stepped(case, T.NOTED, cast.recorder, note="call 13800000000")


@db
def test_a_later_passage_with_the_second_measurement_counts_once(case):
    with acting_as_system():
        passage, at = new_id(), AT + 16 * MINUTE
        assert measured_again(case, passage=passage, tenths=368, at=at, recorded_at=at)
        assert case_at(case.pk).outcome == FeverOutcome.NORMAL
        assert not measured_again(case, passage=passage, tenths=368, at=at, recorded_at=at)


@db
def test_its_order_is_not_closed_beside_it(case):
    with pytest.raises(OrderRefused, match="closes when its matter has ended"):
        check_evidence(FEVER, {"finding": "went home"})


@db
def test_another_community_neither_sees_nor_steps(case, cast, tree):
    with acting_as(cast.neighbour):
        assert not cases(node=None, ended=False).exists()
        with pytest.raises(NotFound):
            case_at(case.pk)
        with pytest.raises((NotAllowed, NotFound)):
            stepped(case, T.NORMAL, cast.neighbour)
    with acting_as(cast.commander):  # sees, and leaves the steps to who stands there
        assert cases(node=tree.east.pk, ended=False).count() == 1
        with pytest.raises(NotAllowed):
            stepped(case, T.NORMAL, cast.commander)


@db
def test_what_is_overdue_is_counted(case, tree):
    with acting_as_system():
        assert how_many(node=None, at=AT) == (1, 0)
        assert how_many(node=tree.garden.pk, at=AT + 16 * MINUTE) == (1, 1)
        assert how_many(node=tree.west.pk, at=AT) == (0, 0)


@db
def test_no_page_changes_what_was_measured_or_done(case, cast):
    from django.db import DatabaseError, transaction

    with acting_as(cast.worker):
        for change in (
            lambda: FeverCase.objects.filter(pk=case.pk).update(first=366),
            lambda: FeverEvent.objects.filter(case=case).update(facts={}),
            lambda: FeverEvent.objects.filter(case=case).delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()
