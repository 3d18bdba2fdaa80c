"""What the ledger tells of where somebody was: a second opinion beside tracing's own reading of stays and passages.

A visit is a presence in its unit. From the end of an absence until the next one begins he was at home; before the first
nothing is known of him. An end that nobody saw is where the ledger bounds it. Whoever passed a gate stood there for
that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from kakou.ledger.stays import ABSENCE, Stay
from kakou.ledger.stays.rows import span


class Row(NamedTuple):
    """A stay as it counts in the ledger, at the node of its unit; `until_ms` None for still."""

    node: int
    away: bool
    since_ms: int
    until_ms: int | None

    @classmethod
    def of(cls, stay: Stay) -> Row:
        """Of one that the fold made."""
        since, until = span(stay)
        assert since is not None
        return cls(stay.enclosure, stay.kind == ABSENCE, since, until)


class Recorded(NamedTuple):
    """By the ledger he was at a node from `since_ms` until `until_ms`, both included."""

    node: int
    since_ms: int
    until_ms: int


def presences(rows: Iterable[Row], passed: Iterable[tuple[int, int]], *, still_ms: int) -> list[Recorded]:
    """Of one person with these stays who `passed` gates (node, when). What has not ended lasts until `still_ms`."""
    rows = sorted(rows, key=lambda row: row.since_ms)
    found = [Recorded(gate, at, at) for gate, at in passed]
    found += (Recorded(row.node, row.since_ms, _end(row, still_ms)) for row in rows if not row.away)
    for home in {row.node for row in rows if row.away}:
        found += _between([row for row in rows if row.away and row.node == home], still_ms)
    return found


def _between(away: list[Row], still_ms: int) -> Iterator[Recorded]:
    for row, after in pairwise([*away, None]):
        if row and row.until_ms is not None:
            yield Recorded(row.node, row.until_ms, after.since_ms if after else still_ms)


def _end(row: Row, still_ms: int) -> int:
    return still_ms if row.until_ms is None else row.until_ms
