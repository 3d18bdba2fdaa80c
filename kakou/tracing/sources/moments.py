"""Times as they come, and as the engine takes them: whole seconds of the epoch, rounded down."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kakou.tracing.sources.refusing import NO_END, NO_TIME, NO_TIMES, NO_ZONE, OTHER_TIME, CellUnfit, SourceUnfit

Int64 = npt.NDArray[np.int64]

DAY = 86_400
_QUARTER = 900  # seconds; no zone changes its clock but at a quarter of an hour
_DIGITS = re.compile(r"-?\d+", re.ASCII)
_WITH_ZONE = re.compile(r".*\d(Z|[+-]\d\d(:?\d\d)?)", re.ASCII)
_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def seconds(values: Any, zone: ZoneInfo | None, *, name: str, late: bool) -> Int64:
    """A part of a column, an Arrow array, as seconds of the epoch.

    Times without a zone are those of `zone`; of an hour that came twice it is the second time if `late`. Raises
    CellUnfit for a value that is no time, SourceUnfit for a column of what no time can be.
    """
    if values.null_count:
        raise CellUnfit(pc.index(pc.is_null(values), True).as_py(), NO_END)
    kind = values.type
    if pa.types.is_integer(kind):
        return _int64(pc.cast(values, pa.int64()))
    if pa.types.is_timestamp(kind):
        return _of_timestamps(values, zone, late)
    if pa.types.is_floating(kind):
        return _of_floats(values)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _of_texts(values, zone, late)
    raise SourceUnfit(NO_TIMES, column=name, kind=str(kind))


def moment(text: str, zone: ZoneInfo | None) -> int:
    """One time as somebody writes it. Raises CellUnfit."""
    return int(seconds(pa.array([text]), zone, name="", late=False)[0])


def midnights(first: int, last: int, zone: ZoneInfo) -> list[int]:
    """The beginnings of the days of a zone, from that of the day of `first` to that after the day of `last`."""
    day, end = (dt.datetime.fromtimestamp(at, zone).date() for at in (first, last))
    found = []
    while day <= end + dt.timedelta(days=1):
        found.append(int(dt.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()))
        day += dt.timedelta(days=1)
    return found


def _of_timestamps(values: Any, zone: ZoneInfo | None, late: bool) -> Int64:
    local = values.type.tz is None
    if local and zone is None and len(values):
        raise CellUnfit(0, NO_ZONE, value=str(values[0]))
    counted = _int64(pc.cast(values, pa.int64())) // _A_SECOND[values.type.unit]
    return _in_zone(counted, zone, late) if local and zone else counted


def _of_floats(values: Any) -> Int64:
    found = values.to_numpy(zero_copy_only=False)
    wrong = ~(np.abs(found) < 2**53) | (found % 1 != 0)
    if wrong.any():
        raise CellUnfit(int(wrong.argmax()), NO_TIME, value=str(found[wrong.argmax()]))
    return np.asarray(found, np.int64)


def _of_texts(values: Any, zone: ZoneInfo | None, late: bool) -> Int64:
    """All are written as the first one is."""
    first = values[0].as_py() if len(values) else "0"
    if _DIGITS.fullmatch(first):
        return _int64(_read(values, lambda part: pc.cast(part, pa.int64()), first))
    if _WITH_ZONE.fullmatch(first):
        zoned = _read(values, lambda part: pc.cast(part, pa.timestamp("us", "UTC")), first)
        return _of_timestamps(zoned, None, late)
    local = _read(values, lambda part: pc.cast(part, pa.timestamp("us")), first)
    if zone is None:
        raise CellUnfit(0, NO_ZONE, value=first)
    return _of_timestamps(local, zone, late)


def _read(values: Any, cast: Callable[[Any], Any], first: str) -> Any:
    """The values cast; the first that cannot be is searched for by halves."""
    try:
        return cast(values)
    except pa.ArrowInvalid:
        good, bad = 0, len(values)  # so many from the front can be cast, so many cannot
        while bad - good > 1:
            middle = (good + bad) // 2
            try:
                cast(values[:middle])
                good = middle
            except pa.ArrowInvalid:
                bad = middle
        value = values[good].as_py()
        if not value.strip():
            raise CellUnfit(good, NO_END) from None
        if good and _is_time(value):
            raise CellUnfit(good, OTHER_TIME, value=value, first=first) from None
        raise CellUnfit(good, NO_TIME, value=value) from None


def _is_time(text: str) -> bool:
    try:
        moment(text, ZoneInfo("UTC"))
    except CellUnfit:
        return False
    return True


def _in_zone(local: Int64, zone: ZoneInfo, late: bool) -> Int64:
    """What a clock on the wall shows, counted as if it were UTC, as seconds of the epoch."""
    quarters, which = np.unique(local // _QUARTER, return_inverse=True)
    begin = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - of a clock on the wall
    shown = [begin + dt.timedelta(seconds=int(quarter) * _QUARTER) for quarter in quarters]
    real = [int(wall.replace(tzinfo=zone, fold=int(late)).timestamp()) for wall in shown]
    shift = np.array(real, np.int64) - quarters * _QUARTER
    return local + shift[which]


def _int64(values: Any) -> Int64:
    return np.asarray(values.to_numpy(zero_copy_only=False), np.int64)
