import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.workorders import events
from kakou.workorders.clocks import everyday
from kakou.workorders.rules import (
    EMERGENCY,
    ENDED,
    MATTER,
    ORDINARY,
    REQUEST,
    STAYS,
    STILL_OPEN,
    Again,
    Answering,
    Clock,
    Kind,
    OrderRefused,
    Proof,
    State,
    StepKind,
    Urgency,
    check_evidence,
    checked_proof,
    judge_again,
    next_due,
    passed_up,
    step,
    within,
)

NOW = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
EVERY_DAY = everyday(ZoneInfo("Asia/Shanghai"))
MISSING = Kind("t_missing_exit", "Missing exit", within(hours=24), frozenset({"result"}))
SILENT = Kind("t_gate_silent", "Gate silent", within(hours=1), recurs=True)


@given(st.sampled_from([MATTER, REQUEST]), st.sampled_from(State), st.sampled_from(StepKind))
def test_a_step_leads_where_the_table_says_or_is_refused(flow, state, kind):
    if kind in STAYS:
        assert step(flow, state, kind) is state
    elif kind in flow.get(state, {}):
        assert step(flow, state, kind) is flow[state][kind]
    else:
        with pytest.raises(OrderRefused):
            step(flow, state, kind)


@given(st.sampled_from([MATTER, REQUEST]), st.lists(st.sampled_from(StepKind), max_size=20))
def test_no_walk_leaves_the_table_and_all_that_is_open_has_a_clock(flow, kinds):
    state, limits = State.REPORTED, within(hours=1) if flow is MATTER else ORDINARY
    for kind in kinds:
        try:
            state = step(flow, state, kind)
        except OrderRefused:
            continue
        assert state in flow
        due = next_due(limits, state, EVERY_DAY, begun=NOW, answered=NOW)
        assert (due is None) == (state in ENDED)


@pytest.mark.parametrize("flow", [MATTER, REQUEST])
def test_every_state_is_reached_and_from_every_state_there_is_a_way_to_the_end(flow):
    reached, new = {State.REPORTED}, [State.REPORTED]
    while new:
        found = [then for then in flow[new.pop()].values() if then not in reached]
        reached.update(found)
        new.extend(found)
    assert reached == set(flow)
    ending = {State.CLOSED}
    for _ in State:
        ending |= {state for state, ways in flow.items() if ending & set(ways.values())}
    assert ending == set(flow)


@given(st.sampled_from([MISSING, SILENT]), st.none() | st.sampled_from(State), st.booleans())
def test_there_is_never_a_second_open_order(kind, state, by_hand):
    verdict = judge_again(kind, state, closed_by_hand=by_hand)
    if state in STILL_OPEN:
        assert verdict is Again.KEEP
    if state is None:
        assert verdict is Again.OPEN


def test_what_a_person_closed_stays_closed_and_what_healed_is_reopened():
    assert judge_again(MISSING, State.CLOSED, closed_by_hand=True) is Again.KEEP
    assert judge_again(MISSING, State.CLOSED, closed_by_hand=False) is Again.REOPEN
    assert judge_again(SILENT, State.CLOSED, closed_by_hand=True) is Again.OPEN


def test_it_does_not_close_without_evidence():
    check_evidence(MISSING, {"result": "left by the north lane"})
    check_evidence(SILENT, {"note": "battery"})
    for kind, evidence in [
        (MISSING, {}),
        (MISSING, {"result": ""}),
        (MISSING, {"note": "x"}),
        (SILENT, {}),
        (SILENT, {"a": None}),
    ]:
        with pytest.raises(OrderRefused):
            check_evidence(kind, evidence)


def test_it_falls_due_after_its_time():
    assert next_due(SILENT.limits, State.REPORTED, EVERY_DAY, begun=NOW).at == NOW + HOUR


def test_what_runs_out_first_counts_and_each_step_stops_its_clock():
    kind = Kind("t_emergency", "Help", ORDINARY, sooner={Urgency.EMERGENCY: EMERGENCY})
    limits = kind.within(Urgency.EMERGENCY)
    due = {
        state: next_due(limits, state, EVERY_DAY, begun=NOW, answered=NOW + HOUR)
        for state in State
        if state not in ENDED
    }
    minutes = {state: (one.clock, (one.at - NOW) // dt.timedelta(minutes=1)) for state, one in due.items()}
    assert minutes[State.REPORTED] == (Clock.ACCEPT, 1)
    assert minutes[State.ACCEPTED] == (Clock.DISPATCH, 3)
    assert minutes[State.DISPATCHED] == (Clock.RESPOND, 30)
    assert minutes[State.IN_PROGRESS] == (Clock.FINISH, 24 * 60)
    assert minutes[State.ANSWERED] == (Clock.VERIFY, 25 * 60)
    assert kind.within(Urgency.NORMAL) is ORDINARY


def test_proof_is_added_before_it_closes():
    kind = Kind("t_photo", "Cleaned", within(hours=1), proof=frozenset({Proof.PHOTO}))
    with pytest.raises(OrderRefused, match="photo"):
        check_evidence(kind, {"note": "x"})
    check_evidence(kind, {"note": "x"}, frozenset({Proof.PHOTO}))


def test_a_late_order_goes_to_the_next_unit_in_which_somebody_answers():
    nobody, somebody, top = Answering(None, 1), Answering(7, 2), Answering(8, 3)
    assert passed_up([nobody, somebody, top]) == (somebody, [1], False)
    assert passed_up([somebody, Answering(None, 4)]) == (somebody, [], True)
    assert passed_up([nobody]) == (None, [1], True)
    assert passed_up([]) == (None, [], True)


def test_a_kind_is_registered_once():
    assert len({SILENT, MISSING, SILENT}) == 2
    assert events.register_kind(SILENT) is events.register_kind(SILENT)
    assert events.kind_of("t_gate_silent") is SILENT
    with pytest.raises(ValueError):
        events.register_kind(Kind("t_gate_silent", "Another", within(hours=2)))
    with pytest.raises(KeyError):
        events.kind_of("nothing")


def test_a_kind_has_a_limit_for_every_state_in_which_it_may_stand_open():
    with pytest.raises(ValueError, match="answered, verified"):
        events.register_kind(Kind("t_no_time", "A request", within(hours=1), flow=REQUEST))
    with pytest.raises(ValueError, match="in_progress"):
        events.register_kind(Kind("t_no_end", "A matter", {Clock.ACCEPT: ORDINARY[Clock.ACCEPT]}))


@pytest.mark.parametrize(
    ("proof", "ref", "fits"),
    [
        (Proof.PHOTO, "0192b7a4-0000-7000-8000-13800138001a", True), (Proof.PHOTO, "IMG_1.jpg", False),
        (Proof.POSITION, "33.9012,117.9543", True), (Proof.POSITION, "睢宁", False),
        (Proof.READING, "36.5", True), (Proof.READING, "13800138001", False),
    ],
)  # fmt: skip
def test_a_proof_is_told_in_its_own_way(proof, ref, fits):
    if fits:
        assert checked_proof(proof, ref) == ref
    else:
        with pytest.raises(OrderRefused):
            checked_proof(proof, ref)
