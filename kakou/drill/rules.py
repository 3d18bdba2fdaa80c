"""What may happen to a run of the drill when. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from kakou.kernel.errors import Refusal

MOST_PEOPLE = 1_000_000  # beyond that the numbers that nobody bears would repeat (`world.papers`)
MOST_DAYS = 60
MOST_OF_BOTH = 6_000_000  # people times days
PORTION = 100_000  # people of one run: what is held in memory grows with them
SILENT_AFTER = dt.timedelta(seconds=60)  # a run whose process says nothing for so long has died


class State(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.CANCELLED, State.FAILED, State.DONE}),
    State.CANCELLED: frozenset({State.WAITING, State.RUNNING}),
    State.FAILED: frozenset({State.WAITING, State.RUNNING}),
    State.DONE: frozenset(),
}


class NotADrill(Refusal):
    """The system holds places or people that no drill made."""

    code = "drill-on-real-data"
    status = 409


class DrillRefused(Refusal):
    """The run cannot do this now, or was asked for too much."""

    code = "drill-refused"
    status = 409


def check_size(people: int, days: int) -> None:
    """Raise DrillRefused for more people or days than the drill can invent, or for too many days of so many people."""
    if not 10 <= people <= MOST_PEOPLE:
        raise DrillRefused("A drill has 10 to %(most)d people.", most=MOST_PEOPLE)
    if not 1 <= days <= MOST_DAYS:
        raise DrillRefused("A drill has 1 to %(most)d days.", most=MOST_DAYS)
    if people * days > MOST_OF_BOTH:
        raise DrillRefused("A drill of so many people has 1 to %(most)d days.", most=MOST_OF_BOTH // people)


def portions(people: int) -> list[tuple[int, int]]:
    """Residents (from, before) of each run that `people` of them need; played one after the other."""
    return [(low, min(people, low + PORTION)) for low in range(0, people, PORTION)]


def may_start(state: State, beat_at: dt.datetime | None, now: dt.datetime) -> bool:
    """May a process take the run up: it waits, was broken off, or the process that ran it is silent?"""
    if state is State.RUNNING:
        return beat_at is None or now - beat_at > SILENT_AFTER
    return State.RUNNING in TRANSITIONS[state]
