"""What the ledger tells of where somebody was, from its stays: a second opinion beside tracing's own reading of them.

A visit is a presence. Who lives in a unit is there unless he is away: his presences are what his absences leave of the
time told. An end nobody saw is bounded: a visit whose way out was missed lasts until it must have happened, and an
absence whose way home was missed may have ended at once, so that it takes nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kakou.ledger.stays import ABSENCE, Stay, StayState
from kakou.ledger.stays.rows import span


class Row(NamedTuple):
    """A stay as it counts in the ledger: `until_ms` None for still. `missed`: the end was not seen, and is bounded."""

    unit: int
    away: bool
    missed: bool
    since_ms: int
    until_ms: int | None

    @classmethod
    def of(cls, stay: Stay, unit: int) -> Row:
        """Of a stay that the fold made; `unit` is the world's number of its enclosure."""
        since, until = span(stay)
        assert since is not None
        return cls(unit, stay.kind == ABSENCE, stay.state is StayState.MISSED_EXIT, since, until)


class Recorded(NamedTuple):
    """By the ledger he was in `unit` from `since_ms` until `until_ms`, both included."""

    unit: int
    since_ms: int
    until_ms: int


def presences(rows: Iterable[Row], *, homes: Iterable[int], begin_ms: int, until_ms: int) -> list[Recorded]:
    """Of one person with these stays who lives in the units `homes` (with gates; none for who lives elsewhere), within
    [begin_ms, until_ms]."""
    rows = sorted(rows, key=lambda row: row.since_ms)
    found = [Recorded(row.unit, row.since_ms, _end(row, until_ms)) for row in rows if not row.away]
    for home in homes:
        away = [row for row in rows if row.away and row.unit == home and not row.missed]
        found += _between(away, home, begin_ms, until_ms)
    return found


def _between(away: Iterable[Row], home: int, begin_ms: int, until_ms: int) -> Iterator[Recorded]:
    since = begin_ms
    for row in away:
        if row.since_ms >= since:
            yield Recorded(home, since, row.since_ms)
        since = max(since, _end(row, until_ms + 1))
    if since <= until_ms:
        yield Recorded(home, since, until_ms)


def _end(row: Row, still: int) -> int:
    return still if row.until_ms is None else row.until_ms
