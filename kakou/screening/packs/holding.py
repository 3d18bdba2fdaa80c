"""Which pack holds at a place and a time: data by kind of unit and date (R14). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """One publication as a place sees it: how far above it (0: there itself), for which kind of unit ("": any)."""

    depth: int
    unit_kind: str
    version: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None

    def holds(self, at: dt.datetime) -> bool:
        """From its beginning until before its end."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class Turn(NamedTuple):
    """From this moment on that version holds."""

    since: dt.datetime
    version: str


def holding(lines: Iterable[Line], unit_kind: str, at: dt.datetime) -> Line | None:
    """The line that decides: the nearest place, then the one for this kind of unit, then the latest beginning."""
    fit = [line for line in lines if line.unit_kind in ("", unit_kind) and line.holds(at)]
    return min(fit, key=lambda line: (line.depth, line.unit_kind == "", -line.starts_at.timestamp()), default=None)


def timeline(
    lines: Sequence[Line], unit_kind: str, *, start: dt.datetime, end: dt.datetime, otherwise: str
) -> list[Turn]:
    """What holds at `start` and every change until `end`. Where nothing was published, `otherwise` holds."""
    marks = {line.starts_at for line in lines} | {line.ends_at for line in lines if line.ends_at}
    turns: list[Turn] = []
    for at in [start, *sorted(mark for mark in marks if start < mark < end)]:
        line = holding(lines, unit_kind, at)
        version = line.version if line else otherwise
        if not turns or turns[-1].version != version:
            turns.append(Turn(at, version))
    return turns
