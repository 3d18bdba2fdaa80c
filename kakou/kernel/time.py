"""Time at the edges. Inside, every moment is an argument: UTC, timezone-aware, or integer epoch milliseconds."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS = dt.timedelta(milliseconds=1)
_EASTERNMOST = dt.timezone(dt.timedelta(hours=14))


def now() -> dt.datetime:
    """The clock, in UTC. Called by pages, jobs, the lane and the command line only."""
    return dt.datetime.now(dt.UTC)


def from_ms(ms: int) -> dt.datetime:
    """Epoch milliseconds → aware UTC datetime, exact. Raises OverflowError outside the years 1 to 9999."""
    return EPOCH + ms * _MS


def to_ms(at: dt.datetime) -> int:
    """Aware datetime → epoch milliseconds, rounded down."""
    return (at - EPOCH) // _MS


def day_in(zone: ZoneInfo, at: dt.datetime) -> dt.date:
    """The calendar day of a moment where the site stands (a day is the site's, never UTC's)."""
    return at.astimezone(zone).date()


def latest_day(at: dt.datetime) -> dt.date:
    """The calendar day of a moment where days begin first: nowhere is it a later one."""
    return at.astimezone(_EASTERNMOST).date()
