"""What tells a real check from a sham one, first part: equal temperatures in a row, and whom to ask again. Pure.

Sources: article line 13 (既不能让测温枪“虚晃一枪”，也不能让健康码“放过一马”), R31, R32.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

# 分上下午，从早7点至晚九点 (article line 9); where the day is cut is not said there
SHIFTS = (dt.time(7), dt.time(14), dt.time(21))


class Reading(NamedTuple):
    """One measurement: the passage it belongs to, and tenths of a degree."""

    passage: UUID
    tenths: int


class Run(NamedTuple):
    """`many` equal readings of `tenths` one after the other, the first of them of this passage."""

    first: UUID
    tenths: int
    many: int


def equal_runs(readings: Iterable[Reading], *, least: int) -> list[Run]:
    """Runs of at least `least` equal temperatures, in the order given (one recorder's, by time).

    Foreheads of a queue differ by three tenths and more; eight equal ones in a row are not measured.
    """
    found: list[Run] = []
    run: Run | None = None
    for reading in readings:
        if run is not None and reading.tenths == run.tenths:
            run = run._replace(many=run.many + 1)
        else:
            found += [run] if run and run.many >= least else []
            run = Run(reading.passage, reading.tenths, 1)
    return found + ([run] if run and run.many >= least else [])


def drawn(passages: Sequence[UUID], many: int, *, key: bytes) -> list[UUID]:
    """`many` of the passages of a shift, drawn by lot: the same ones however often it is asked, and nobody without the
    key can tell beforehand which.
    """
    return sorted(passages, key=lambda passage: hashlib.blake2b(passage.bytes, key=key, digest_size=16).digest())[:many]


def shift_of(at: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Beginning and end of the shift in which a moment lies: 07–14, 14–21, 21–07 at the site."""
    here = at.astimezone(zone)
    times = [dt.datetime.combine(here.date() + dt.timedelta(days=day), time) for day in (-1, 0, 1) for time in SHIFTS]
    turns = [moment.replace(tzinfo=zone) for moment in times]
    begin = max(turn for turn in turns if turn <= here)
    end = min(turn for turn in turns if turn > here)
    return begin.astimezone(dt.UTC), end.astimezone(dt.UTC)
