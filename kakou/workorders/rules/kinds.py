"""Kinds of order: within what time each step is due, what closing needs, and what opening one again means."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from kakou.workorders.clocks import Calendar, Limit, Pause, due
from kakou.workorders.rules.states import MATTER, STILL_OPEN, Flow, OrderRefused, State

S = State
AGAIN = dt.timedelta(hours=24)  # until a late order goes up once more
Evidence = Mapping[str, str | int | bool | None]


class Clock(StrEnum):
    """What must have happened in time. From the opening (or reopening) on; VERIFY from the answer on."""

    ACCEPT = "accept"  # 受理
    DISPATCH = "dispatch"  # 派单
    RESPOND = "respond"  # 响应: somebody has begun
    FINISH = "finish"  # 办结: settled, or answered
    VERIFY = "verify"  # 核实: the answer was looked at


# while an order stands there the clock runs
RUNS: Mapping[Clock, frozenset[State]] = {
    Clock.ACCEPT: frozenset({S.REPORTED}),
    Clock.DISPATCH: frozenset({S.REPORTED, S.ACCEPTED, S.RETURNED}),
    Clock.RESPOND: frozenset({S.REPORTED, S.ACCEPTED, S.RETURNED, S.DISPATCHED}),
    Clock.FINISH: STILL_OPEN - {S.ANSWERED, S.VERIFIED},
    Clock.VERIFY: frozenset({S.ANSWERED, S.VERIFIED}),
}
Limits = Mapping[Clock, Limit]
# 速来办: accepted within one worked day, closed and answered within seven (domain.md 3.1)
ORDINARY: Limits = {
    Clock.ACCEPT: Limit.worked(days=1), Clock.FINISH: Limit.worked(days=7), Clock.VERIFY: Limit.worked(days=2),
}  # fmt: skip
# 长安镇's minutes: one to accept, three to assign, thirty to respond, a day to the end (domain.md 3.1)
EMERGENCY: Limits = {
    Clock.ACCEPT: Limit.plain(minutes=1), Clock.DISPATCH: Limit.plain(minutes=3),
    Clock.RESPOND: Limit.plain(minutes=30), Clock.FINISH: Limit.plain(hours=24), Clock.VERIFY: Limit.plain(hours=24),
}  # fmt: skip


def within(**time: float) -> Limits:
    """Settled within so much time, as a timedelta is written, whatever the calendar says."""
    return {Clock.FINISH: Limit.plain(**time)}


class Urgency(StrEnum):
    """How soon it must go."""

    NORMAL = "normal"  # 一般
    URGENT = "urgent"  # 紧急
    EMERGENCY = "emergency"  # 特急


class Proof(StrEnum):
    """What shows that something was done."""

    PHOTO = "photo"
    POSITION = "position"
    READING = "reading"
    SIGNATURE = "signature"


SHOWN = (Proof.PHOTO, Proof.SIGNATURE)  # kept as a picture; the others are typed


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of open matter.

    `title` is a msgid. `evidence` names the facts that closing by hand must state, `proof` what must have been added
    before. `sooner`: other limits for what is more urgent. `by_hand` False: nobody closes it on its own; it closes when
    its matter ends (a fever that was handled). `recurs`: the cause is a condition (a silent gate) that may come back
    and then opens a new order. A cause that is an event (this missing exit) has one order for ever: closed by hand it
    stays closed, closed because it healed it is reopened when it breaks again. `again`: after so much time more a late
    order is passed on once more.
    """

    name: str
    title: str
    limits: Limits = field(hash=False)
    evidence: frozenset[str] = field(default_factory=frozenset)
    recurs: bool = False
    by_hand: bool = True
    flow: Flow = field(default_factory=lambda: MATTER, hash=False)
    sooner: Mapping[Urgency, Limits] = field(default_factory=dict, hash=False)
    proof: frozenset[Proof] = field(default_factory=frozenset)
    again: dt.timedelta = AGAIN

    def within(self, urgency: Urgency) -> Limits:
        """Its limits for what is so urgent."""
        return self.sooner.get(urgency, self.limits)


class Again(StrEnum):
    """What opening means when an order of the same kind and cause exists already."""

    OPEN = "open"  # make a new one
    KEEP = "keep"  # leave it as it is
    REOPEN = "reopen"  # it healed and broke again


class NextDue(NamedTuple):
    """What an order waits for, until when, and whether an announcement of days of rest may still change that."""

    clock: Clock
    at: dt.datetime
    provisional: bool


def judge_again(kind: Kind, state: State | None, *, closed_by_hand: bool) -> Again:
    """An order of `kind` shall open; the latest of the same cause stands in `state` (None: there is none)."""
    if state is None:
        return Again.OPEN
    if state in STILL_OPEN:
        return Again.KEEP
    if kind.recurs:
        return Again.OPEN
    return Again.KEEP if closed_by_hand else Again.REOPEN


def next_due(
    limits: Limits,
    state: State,
    calendar: Calendar,
    *,
    begun: dt.datetime,
    answered: dt.datetime | None = None,
    pauses: Sequence[Pause] = (),
) -> NextDue | None:
    """The clock that runs out first where an order stands; None once it has ended. `begun`: opened, or opened again.
    Every open state has a limit (`without_limit`)."""
    if state not in STILL_OPEN:
        return None
    found: list[NextDue] = []
    for clock in [clock for clock in limits if state in RUNS[clock]]:
        since = answered if clock is Clock.VERIFY and answered is not None else begun
        told = due(calendar, limits[clock], begun=since, pauses=pauses)
        found.append(NextDue(clock, told.at, told.provisional))
    return min(found, key=lambda one: one.at)


def without_limit(flow: Flow, limits: Limits) -> list[State]:
    """In which of its open states an order would wait without a time."""
    return [state for state in flow if state in STILL_OPEN and not any(state in RUNS[clock] for clock in limits)]


def check_by_hand(kind: Kind) -> None:
    """May somebody close and reopen it on its own? Raises OrderRefused."""
    if not kind.by_hand:
        raise OrderRefused(
            "Nobody closes this by hand: it closes when its matter has ended. Open its page; if that has to wait, let"
            " it wait until a day and say why."
        )


def check_evidence(kind: Kind, evidence: Evidence, proved: frozenset[Proof] = frozenset()) -> None:
    """Closing by hand states every fact the kind asks for, and at least one. Raises OrderRefused naming the rest."""
    check_by_hand(kind)
    stated = {name for name, value in evidence.items() if value not in (None, "")}
    if missing := sorted(kind.evidence - stated):
        raise OrderRefused("Closing needs: %(missing)s.", missing=", ".join(missing))
    if unproved := sorted(kind.proof - proved):
        raise OrderRefused("Add first: %(missing)s.", missing=", ".join(unproved))
    if not stated:
        raise OrderRefused("Say what was found out or done; an order does not close without evidence.")


_LOOKS: Mapping[Proof, tuple[re.Pattern[str], str]] = {
    Proof.PHOTO: (_ID := re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "Name the photo by its id."),
    Proof.SIGNATURE: (_ID, "Name the signature by its id."),
    Proof.POSITION: (
        re.compile(r"-?\d{1,2}\.\d{1,6},-?\d{1,3}\.\d{1,6}"), "Tell a position as latitude,longitude in degrees."
    ),
    Proof.READING: (re.compile(r"-?\d{1,6}(\.\d{1,3})?"), "Tell a reading as a number."),
}  # fmt: skip


def checked_proof(proof: Proof, ref: str) -> str:
    """What a proof refers to. Raises OrderRefused saying how it is told."""
    looks, words = _LOOKS[proof]
    if not looks.fullmatch(ref):
        raise OrderRefused(words)
    return ref


def check_still_open(state: State) -> None:
    """Whoever closed an order answered for it: only an open one is handed on, paused, helped with. Raises
    OrderRefused."""
    if state not in STILL_OPEN:
        raise OrderRefused("The order is closed already.")
