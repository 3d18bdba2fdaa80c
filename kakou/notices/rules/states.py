"""Where a message stands, and what the answer to an attempt makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kakou.kernel.errors import Refusal

FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=2), dt.timedelta(minutes=10)
MOST_TRIES = 60  # with waits of at most ten minutes: about ten hours of somebody who refuses to listen
PATIENCE = dt.timedelta(hours=24)  # every message is tried once at least


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"  # 待发
    SENT = "sent"  # 已发
    SENT_AGAIN = "sent_again"  # 重发: an answer was lost before, so it may have come twice
    DEAD = "dead"  # 死信: a person decides
    DISCARDED = "discarded"  # 作废
    DROPPED = "dropped"  # 不再发: what it tells one person is over, or was not to be told

    @property
    def arrived(self) -> bool:
        """Does its receiver have it?"""
        return self in (State.SENT, State.SENT_AGAIN)


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.SENT, State.SENT_AGAIN, State.DEAD, State.DISCARDED, State.DROPPED}),
    State.DEAD: frozenset({State.WAITING, State.DISCARDED, State.DROPPED}),
    State.SENT: frozenset(),
    State.SENT_AGAIN: frozenset(),
    State.DISCARDED: frozenset(),
    State.DROPPED: frozenset(),
}
STUCK = frozenset({State.WAITING, State.DEAD})


class Why(StrEnum):
    """Why a message to a person is sent no more."""

    OVERTAKEN = "overtaken"  # it is over, or something later is told
    REFUSED = "refused"  # whoever it is for wants no more of them
    TOO_MANY = "too-many"  # he was written to as often as anybody may be, for a day


class Outcome(StrEnum):
    """What an attempt came to. `begun` stands before the network is touched, every other after it."""

    BEGUN = "begun"
    SENT = "sent"
    LATER = "later"  # it did not take it, and may take it later
    LOST = "lost"  # sent, or perhaps: the answer did not come
    NEVER = "never"  # it does not take it however often it is asked


class NoticeRefused(Refusal):
    """A channel or a message cannot be as wished."""

    code = "notice-refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `code` is the receiver's or ours (never a text), `wait` how long it wants to be left alone, and
    `taken` which of several receivers have it, although others do not."""

    outcome: Outcome
    code: str
    status: int | None = None
    wait: dt.timedelta | None = None
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a message stands after an answer; `next_at` of one that goes on waiting."""

    state: State
    next_at: dt.datetime


def settle(answer: Answer, *, tries: int, lost: int, since: dt.datetime, at: dt.datetime, dice: float) -> Settled:
    """What becomes of a message that waits `since` then after its `tries`-th attempt; `lost`: how many answers to it
    were lost, this one included. `dice` in [0, 1) spreads the waits, so that what failed together does not come back
    together.
    """
    if answer.outcome is Outcome.SENT:
        return Settled(State.SENT_AGAIN if lost else State.SENT, at)
    if answer.outcome is Outcome.NEVER or tries >= MOST_TRIES or at - since >= PATIENCE:
        return Settled(State.DEAD, at)
    return Settled(State.WAITING, at + max(backoff(tries, dice), answer.wait or dt.timedelta(0)))


def backoff(tries: int, dice: float) -> dt.timedelta:
    """2, 4, 8 … seconds to ten minutes, from half of it to all of it."""
    doubled: int = 2 ** min(tries - 1, 20)
    whole = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return whole / 2 + whole / 2 * dice


def check_move(now: State, to: State) -> None:
    """Raises NoticeRefused where the table knows no such way."""
    if to not in TRANSITIONS[now]:
        raise NoticeRefused("This message has been settled in the meantime. Look at it again.")
