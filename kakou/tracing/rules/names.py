"""Who may see the names of an outbreak, and for how long. Pure: no Django, no clock.

Names are masked until another person than the one who asks has agreed (two pairs of eyes). At night, when nobody else
answers, whoever asks may break the glass: names open at once, and somebody else confirms it within twelve hours or it
is reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from kakou.kernel.errors import Refusal

OPEN_FOR = dt.timedelta(hours=72)
CONFIRM_WITHIN = dt.timedelta(hours=12)


class ReleaseState(StrEnum):
    """Where a request for names stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    BROKEN_GLASS = "broken_glass"  # open, not confirmed yet
    CONFIRMED = "confirmed"  # broken glass, confirmed afterwards
    ENDED = "ended"  # given back before its time


class ReleaseMove(StrEnum):
    """What somebody does about it."""

    GRANT = "grant"
    REFUSE = "refuse"
    CONFIRM = "confirm"
    END = "end"


R, M = ReleaseState, ReleaseMove
TRANSITIONS: Mapping[ReleaseState, Mapping[ReleaseMove, ReleaseState]] = {
    R.ASKED: {M.GRANT: R.GRANTED, M.REFUSE: R.REFUSED, M.END: R.ENDED},
    R.GRANTED: {M.END: R.ENDED, M.REFUSE: R.REFUSED},
    R.BROKEN_GLASS: {M.CONFIRM: R.CONFIRMED, M.REFUSE: R.REFUSED, M.END: R.BROKEN_GLASS},
    R.CONFIRMED: {M.END: R.ENDED, M.REFUSE: R.REFUSED},
    R.REFUSED: {},
    R.ENDED: {},
}
SHOWING = frozenset({R.GRANTED, R.BROKEN_GLASS, R.CONFIRMED})
OWN = frozenset({M.END})  # the only step that whoever asked may take himself


class ReleaseRefused(Refusal):
    """The step cannot be taken, or by nobody who asked for it himself."""

    code = "release-refused"


def step(state: ReleaseState, move: ReleaseMove, *, asked_by: int, by: int) -> ReleaseState:
    """The state after a step. Raises ReleaseRefused: there is no such way, or it takes another person."""
    if move not in OWN and by == asked_by:
        raise ReleaseRefused("It takes another person than the one who asked.")
    then = TRANSITIONS[state].get(move)
    if then is None:
        raise ReleaseRefused("This was settled already.")
    return then


def shows_names(state: ReleaseState, *, asked_at: dt.datetime, until: dt.datetime | None, at: dt.datetime) -> bool:
    """Are names open at that moment? Broken glass that nobody confirmed in time shows nothing more."""
    return state in SHOWING and until is not None and at < until and not is_unconfirmed(state, asked_at, at)


def is_unconfirmed(state: ReleaseState, asked_at: dt.datetime, at: dt.datetime) -> bool:
    """Was the glass broken and nobody confirmed it in time? It is reported then."""
    return state is R.BROKEN_GLASS and at >= asked_at + CONFIRM_WITHIN
