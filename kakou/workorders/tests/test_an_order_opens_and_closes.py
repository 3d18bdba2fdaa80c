import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.workorders import events
from kakou.workorders.rules import (
    STILL_OPEN,
    TRANSITIONS,
    Again,
    Kind,
    OrderRefused,
    State,
    StepKind,
    check_evidence,
    due_at,
    judge_again,
    step,
)

NOW = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)
MISSING = Kind("t_missing_exit", "Missing exit", dt.timedelta(hours=24), frozenset({"result"}))
SILENT = Kind("t_gate_silent", "Gate silent", dt.timedelta(hours=1), recurs=True)


@given(st.sampled_from(State), st.sampled_from(StepKind))
def test_a_step_leads_where_the_table_says_or_is_refused(state, kind):
    if kind in (StepKind.NOTED, StepKind.OWNER_NAMED):
        assert step(state, kind) is state
    elif kind in TRANSITIONS[state]:
        assert step(state, kind) is TRANSITIONS[state][kind]
    else:
        with pytest.raises(OrderRefused):
            step(state, kind)


@given(st.lists(st.sampled_from(StepKind), max_size=12))
def test_no_walk_leaves_the_table(kinds):
    state = State.OPEN
    for kind in kinds:
        try:
            state = step(state, kind)
        except OrderRefused:
            continue
        assert state in TRANSITIONS


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
    assert due_at(SILENT, NOW) == NOW + dt.timedelta(hours=1)


def test_a_kind_is_registered_once():
    assert events.register_kind(SILENT) is events.register_kind(SILENT)
    assert events.kind_of("t_gate_silent") is SILENT
    with pytest.raises(ValueError):
        events.register_kind(Kind("t_gate_silent", "Another", dt.timedelta(hours=2)))
    with pytest.raises(KeyError):
        events.kind_of("nothing")
