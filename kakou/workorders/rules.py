"""When an order may change its state, when it is due, what closing needs. Pure: no Django, no clock.

闭环: everything that opens is owned, falls due and closes with evidence (article line 9; R11, R12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kakou.kernel.errors import Refusal


class State(StrEnum):
    """Where an order stands."""

    OPEN = "open"  # 待办
    CLOSED = "closed"  # 办结
    REOPENED = "reopened"  # 重开: closed too early, or broken again


class StepKind(StrEnum):
    """What happened to an order; steps are only ever added."""

    OPENED = "opened"
    OWNER_NAMED = "owner_named"
    NOTED = "noted"
    CLOSED = "closed"
    REOPENED = "reopened"


TRANSITIONS: Mapping[State, Mapping[StepKind, State]] = {
    State.OPEN: {StepKind.CLOSED: State.CLOSED},
    State.CLOSED: {StepKind.REOPENED: State.REOPENED},
    State.REOPENED: {StepKind.CLOSED: State.CLOSED},
}
STILL_OPEN = frozenset({State.OPEN, State.REOPENED})

Evidence = Mapping[str, str | int | bool | None]


class OrderRefused(Refusal):
    """The order cannot take this step; the text says what is missing."""

    code = "order-refused"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of open matter.

    `title` is a msgid. `due_after` counts from the opening. `evidence` names the facts that closing by hand must state.
    `by_hand` False: nobody closes it on its own; it closes when its matter ends (a fever that was handled).
    `recurs`: the cause is a condition (a silent gate) that may come back and then opens a new order. A cause that is an
    event (this missing exit) has one order for ever: closed by hand it stays closed, closed because it healed it is
    reopened when it breaks again.
    """

    name: str
    title: str
    due_after: dt.timedelta
    evidence: frozenset[str] = field(default_factory=frozenset)
    recurs: bool = False
    by_hand: bool = True


class Again(StrEnum):
    """What opening means when an order of the same kind and cause exists already."""

    OPEN = "open"  # make a new one
    KEEP = "keep"  # leave it as it is
    REOPEN = "reopen"  # it healed and broke again


def step(state: State, kind: StepKind) -> State:
    """The state after a step of `kind`. Raises OrderRefused when there is no such way."""
    if kind in (StepKind.NOTED, StepKind.OWNER_NAMED):
        return state
    then = TRANSITIONS[state].get(kind)
    if then is None:
        raise OrderRefused("The order is closed already." if kind is StepKind.CLOSED else "The order is not closed.")
    return then


def judge_again(kind: Kind, state: State | None, *, closed_by_hand: bool) -> Again:
    """An order of `kind` shall open; the latest of the same cause stands in `state` (None: there is none)."""
    if state is None:
        return Again.OPEN
    if state in STILL_OPEN:
        return Again.KEEP
    if kind.recurs:
        return Again.OPEN
    return Again.KEEP if closed_by_hand else Again.REOPEN


def due_at(kind: Kind, opened_at: dt.datetime) -> dt.datetime:
    """When an order opened then falls due."""
    return opened_at + kind.due_after


def check_owner_matters(state: State) -> None:
    """Whoever closed an order answered for it: only an open one is handed on. Raises OrderRefused."""
    if state not in STILL_OPEN:
        raise OrderRefused("The order is closed already.")


def check_evidence(kind: Kind, evidence: Evidence) -> None:
    """Closing by hand states every fact the kind asks for, and at least one. Raises OrderRefused naming the rest."""
    if not kind.by_hand:
        raise OrderRefused("This does not close by itself: it closes when its matter has ended. Open its page.")
    stated = {name for name, value in evidence.items() if value not in (None, "")}
    if missing := sorted(kind.evidence - stated):
        raise OrderRefused("Closing needs: %(missing)s.", missing=", ".join(missing))
    if not stated:
        raise OrderRefused("Say what was found out or done; an order does not close without evidence.")
