"""What may happen to a run of the drill when. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from kakou.kernel.errors import Refusal

MOST_PEOPLE = 100_000  # beyond that the fictitious plates of electric cars would repeat
MOST_DAYS = 60
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
    """Raise DrillRefused for more people or days than the drill can invent."""
    if not 10 <= people <= MOST_PEOPLE:
        raise DrillRefused("A drill has 10 to %(most)d people.", most=MOST_PEOPLE)
    if not 1 <= days <= MOST_DAYS:
        raise DrillRefused("A drill has 1 to %(most)d days.", most=MOST_DAYS)


def may_start(state: State, beat_at: dt.datetime | None, now: dt.datetime) -> bool:
    """May a process take the run up: it waits, was broken off, or the process that ran it is silent?"""
    if state is State.RUNNING:
        return beat_at is None or now - beat_at > SILENT_AFTER
    return State.RUNNING in TRANSITIONS[state]
