"""Days of the site: from one midnight there to the next, 23 to 25 hours where clocks are changed. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from kakou.ledger.events import QUARTER

# what a segment can hold (`engine`): days beyond come from clocks gone wrong, and nobody is traced there
FIRST, LAST = dt.date(1932, 1, 2), dt.date(2068, 1, 17)
_QUARTERS = range(-1_199_000_000 // 900, 3_094_000_000 // 900)
Span = tuple[int, int]


def span(day: dt.date, zone: ZoneInfo) -> Span:
    """[begin, end) of a day, seconds of the epoch."""
    return _midnight(day, zone), _midnight(day + dt.timedelta(days=1), zone)


def days_of(quarter: int, zone: ZoneInfo) -> set[dt.date]:
    """The days in which a quarter of an hour lies: one, but for zones that were once set by the sun; none beyond what a
    segment can hold."""
    if quarter not in _QUARTERS:
        return set()
    begin = quarter * QUARTER // 1000
    return {_day(begin, zone), _day(begin + QUARTER // 1000 - 1, zone)}


def _midnight(day: dt.date, zone: ZoneInfo) -> int:
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _day(seconds: int, zone: ZoneInfo) -> dt.date:
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)).astimezone(zone).date()
