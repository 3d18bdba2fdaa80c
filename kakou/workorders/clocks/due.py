"""From a beginning to the moment at which something falls due, over days of rest and pauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from kakou.workorders.clocks.calendar import Calendar

_NONE, _DAY = dt.timedelta(0), dt.timedelta(days=1)
_LONGEST = 3_660  # days that are looked ahead: a calendar without a worked day among them has none


@dataclass(frozen=True, slots=True)
class Limit:
    """So much time; `in_worked_days`: only days of work count, each as 24 hours of the clock on the wall."""

    amount: dt.timedelta
    in_worked_days: bool = False

    @classmethod
    def worked(cls, *, days: float) -> Self:
        """So many days of work."""
        return cls(dt.timedelta(days=days), in_worked_days=True)

    @classmethod
    def plain(cls, **amount: float) -> Self:
        """Time that simply passes, as a timedelta is written."""
        return cls(dt.timedelta(**amount))


class Pause(NamedTuple):
    """The clock stands still."""

    since: dt.datetime
    until: dt.datetime


class Due(NamedTuple):
    """When something falls due, and whether an announcement may still change it."""

    at: dt.datetime
    provisional: bool


def due(calendar: Calendar, limit: Limit, *, begun: dt.datetime, pauses: Sequence[Pause] = ()) -> Due:
    """When what began then falls due. `pauses` in the order of time, none within another."""
    left, at, provisional = limit.amount, begun, False
    for pause in pauses:
        if pause.until <= at:
            continue
        since = max(pause.since, at)
        gone, unsure = spent(calendar, limit, at, since)
        if gone >= left:
            break
        left, provisional, at = left - gone, provisional or unsure, pause.until
    found, unsure = _after(calendar, limit, at, left)
    return Due(found, provisional or unsure)


def spent(calendar: Calendar, limit: Limit, since: dt.datetime, until: dt.datetime) -> tuple[dt.timedelta, bool]:
    """How much of a limit passes between two moments, and whether that is provisional; nothing if the second is not
    later."""
    if until <= since:
        return _NONE, False
    if not limit.in_worked_days:
        return until - since, False
    gone, provisional = _NONE, False
    wall, end = calendar.wall(since), calendar.wall(until)
    while wall < end:
        midnight = calendar.next_day(wall.date())
        provisional = provisional or calendar.is_provisional(wall.date())
        if calendar.is_worked(wall.date()):
            gone += min(midnight, end) - wall
        wall = midnight
    return gone, provisional


def _after(calendar: Calendar, limit: Limit, at: dt.datetime, left: dt.timedelta) -> tuple[dt.datetime, bool]:
    if not limit.in_worked_days or left <= _NONE:
        return at + max(left, _NONE), False
    wall, provisional = calendar.wall(at), False
    for _ in range(_LONGEST):
        midnight = calendar.next_day(wall.date())
        provisional = provisional or calendar.is_provisional(wall.date())
        if calendar.is_worked(wall.date()):
            if left <= midnight - wall:
                return max(calendar.instant(wall + left), at), provisional
            left -= midnight - wall
        wall = midnight
    raise ValueError("this calendar has no day of work within ten years")
