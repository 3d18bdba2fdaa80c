"""What whoever reported says of the answer, and what follows from that."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from kakou.kernel.errors import Refusal
from kakou.workorders.rules import State

RATED_WITHIN = dt.timedelta(days=30)  # of the answer
ANSWERED = frozenset({State.ANSWERED, State.VERIFIED, State.CLOSED})


class Rating(StrEnum):
    """How well it was answered."""

    VERY = "very"  # 非常满意
    OK = "ok"  # 基本满意
    NOT = "not"  # 不满意


class After(StrEnum):
    """What a rating does to the order."""

    CLOSE = "close"  # whoever asked says that it is so: nothing is left to verify
    REOPEN = "reopen"
    KEEP = "keep"


class RatingRefused(Refusal):
    """There is nothing to rate."""

    code = "rating-refused"
    status = 409


def may_rate(state: State, *, answered_at: dt.datetime | None, rated_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Every answer is rated once, within a month."""
    if state not in ANSWERED or answered_at is None or now - answered_at > RATED_WITHIN:
        return False
    return rated_at is None or rated_at < answered_at


def judge_rating(rating: Rating, state: State, *, was_reopened: bool) -> After:
    """Not satisfied opens it again, once; a second time it stays for somebody to verify. `state` is one of
    ANSWERED."""
    if rating is Rating.NOT:
        return After.KEEP if was_reopened else After.REOPEN
    return After.KEEP if state is State.CLOSED else After.CLOSE
