"""Where an item of the quarantine desk stands, and what moves it on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where an item stands."""

    WAITING = "waiting"  # 待处置
    ENTERING = "entering"  # 入账中: somebody decided so, and the job has not done it yet
    ENTERED = "entered"  # 已入账
    SET_ASIDE = "set_aside"  # 不采用


class Act(StrEnum):
    """What moves an item on: a person enters, discards or undoes, the job stores or returns."""

    ENTER = "enter"
    DISCARD = "discard"
    UNDO = "undo"
    STORE = "store"
    RETURN = "return"


TRANSITIONS: Mapping[State, Mapping[Act, State]] = {
    State.WAITING: {Act.ENTER: State.ENTERING, Act.DISCARD: State.SET_ASIDE},
    State.ENTERING: {Act.STORE: State.ENTERED, Act.RETURN: State.WAITING},
    State.ENTERED: {},  # the ledger is only ever added to: a mistake is corrected by a further passage
    State.SET_ASIDE: {Act.UNDO: State.WAITING},
}
UNDECIDED = frozenset({State.WAITING, State.ENTERING})


def before(act: Act) -> State:
    """The one state in which `act` is possible."""
    [state] = [state for state, acts in TRANSITIONS.items() if act in acts]
    return state
