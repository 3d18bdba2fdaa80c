"""When a channel may be sent to next.

Windows slide and are counted from the end of each attempt: a request arrives between its beginning and its end, so
whatever the network does, no more than `count` arrive within `per`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

MARGIN = dt.timedelta(milliseconds=200)  # clocks that are slewed, windows that count both their ends
HALF_HOUR = dt.timedelta(minutes=30)
CROWDED = dt.timedelta(minutes=1)  # how long after :00 and :30 everybody else sends
EARLY = dt.timedelta(seconds=2)  # what begins now arrives then


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` within `per`."""

    count: int
    per: dt.timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """All limits of a kind; `spares_half_hours`: nothing in the minute after :00 and :30, when everybody sends."""

    limits: tuple[Limit, ...]
    spares_half_hours: bool = False

    @property
    def memory(self) -> int:
        """How many past attempts decide."""
        return max(limit.count for limit in self.limits)

    def slower(self, per_minute: int | None) -> Rate:
        """With a limit of its own besides."""
        if per_minute is None:
            return self
        return Rate((*self.limits, Limit(per_minute, dt.timedelta(minutes=1))), self.spares_half_hours)


# to one person, by whatever channel
A_PERSON = Rate((Limit(5, dt.timedelta(hours=1)), Limit(12, dt.timedelta(days=1))))
# of what anybody sets off who types a number: counted apart, so that a flood of it keeps no answer from whom it is for
A_STRANGER = Rate((Limit(2, dt.timedelta(hours=1)), Limit(3, dt.timedelta(days=1))))
UNASKED = frozenset({"received"})  # events


def for_a_person(event: str) -> Rate:
    """How often one person is written to of such events."""
    return A_STRANGER if event in UNASKED else A_PERSON


def free_at(rate: Rate, ended: Sequence[dt.datetime], at: dt.datetime) -> dt.datetime:
    """The first moment from `at` on at which one more may begin. `ended`: when past attempts ended, the latest first,
    `rate.memory` of them or all."""
    for limit in rate.limits:
        if len(ended) >= limit.count:
            at = max(at, ended[limit.count - 1] + limit.per + MARGIN)
    return _past_the_crowd(at) if rate.spares_half_hours else at


def _past_the_crowd(at: dt.datetime) -> dt.datetime:
    since = (at - dt.datetime.min.replace(tzinfo=dt.UTC) + EARLY) % HALF_HOUR  # every zone of use lies on a half hour
    return at + (CROWDED + EARLY - since) if since < CROWDED + EARLY else at
