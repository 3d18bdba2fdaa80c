"""Date-times of CertLogic: what `plusTime` and `dccDateOfBirth` read, and how they count.

Everything is UTC with milliseconds. Counting is ECMAScript's: a day that its month does not have runs over into the
next month (29 February 2020 and a year is 1 March 2021).
"""

from __future__ import annotations

import datetime as dt
import re

UNITS = ("year", "month", "day", "hour")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{1,2}):?(\d{2})?)?", re.ASCII
)


def read(text: str) -> dt.datetime:
    """A date, partial date or date-time of the allowed formats. A missing zone is UTC, a missing time midnight;
    decimals past the third are cut off; a partial date is the last day that fits it. Raises ValueError, OverflowError.
    """
    partial = _last_day_of(text)
    if partial is not None:
        return partial
    if found := _DATE.fullmatch(text):
        return _utc(*map(int, found.groups()))
    if found := _TIME.fullmatch(text):
        year, month, day, hour, minute, second = map(int, found.groups()[:6])
        millisecond = int((found[7] or "").ljust(3, "0")[:3])
        local = dt.datetime(year, month, day, hour, minute, second, millisecond * 1000, dt.UTC)
        return local - _offset(found[8], found[9], found[10])
    raise ValueError(f"not an allowed date or date-time: {text!r}")


def born(text: str) -> dt.datetime:
    """A date of birth, perhaps without day or month: the last day that fits it, which makes nobody older than he is.
    Raises ValueError.
    """
    if _DATE.fullmatch(text) or _PARTIAL.fullmatch(text):
        return read(text)
    raise ValueError(f"not a date of birth: {text!r}")


def plus(moment: dt.datetime, amount: int, unit: str) -> dt.datetime:
    """`amount` (negative: back) of `unit` later. Raises OverflowError past the year 9999."""
    if unit == "day":
        return moment + dt.timedelta(days=amount)
    if unit == "hour":
        return moment + dt.timedelta(hours=amount)
    months = moment.year * 12 + moment.month - 1 + (amount if unit == "month" else 12 * amount)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"the year {year} is out of range")
    return moment.replace(year=year, month=month + 1, day=1) + dt.timedelta(days=moment.day - 1)


def _last_day_of(text: str) -> dt.datetime | None:
    found = _PARTIAL.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    return plus(_utc(year, month, 1), 1, "month") - dt.timedelta(days=1)


def _utc(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, tzinfo=dt.UTC)


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> dt.timedelta:
    if sign is None:
        return dt.timedelta(0)
    size = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return size if sign == "+" else -size
