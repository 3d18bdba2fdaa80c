"""What holds when rows correct rows.

A correction is a full row that replaces the row it names; it may come before it, be corrected itself, or compete with
another correction of the same row. Of the rows joined by `corrects`, those replaced by another never hold; of the rest
the latest by corrected time, then id, does. (Taking the latest of *all* rows, replaced ones included, would make it
impossible to say "he came earlier than I wrote". In a circle, which no honest device makes, all rows are candidates.)
A correction whose original is not here stands for itself, and so does one written at another gate than its original: a
phone may take back what was recorded at its own gate and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kakou.ledger.stays.shapes import Crossing

_ID = 1
_GATE = 2
_CORRECTS = 5


def effective(crossings: Iterable[Crossing]) -> list[Crossing]:
    """The rows that hold, one of each chain, in order of time then id. Duplicates vanish. Rows not crossed stay
    (they may be what holds: a passage taken back); the fold leaves them out afterwards."""
    rows = {row[_ID]: row for row in sorted(crossings)}
    if any(row[_CORRECTS] for row in rows.values()):
        return sorted(_holding(rows))
    return list(rows.values())


def _holding(rows: dict[int, Crossing]) -> Iterable[Crossing]:
    chains: dict[int, list[Crossing]] = {}
    leader = Leaders()
    for row in rows.values():
        if row[_CORRECTS]:
            leader.join(row[_ID], _corrected(row, rows))
    for row in rows.values():
        chains.setdefault(leader.of(row[_ID]), []).append(row)
    replaced = {_corrected(row, rows) for row in rows.values() if row[_CORRECTS]}
    for chain in chains.values():
        yield max([row for row in chain if row[_ID] not in replaced] or chain)


def _corrected(row: Crossing, rows: Mapping[int, Crossing]) -> int:
    """The row that this one corrects, or one that nobody has: its original as this gate alone would know it."""
    before, gate = row[_CORRECTS], row[_GATE]
    known = rows.get(before)
    if known is not None and known[_GATE] == gate:
        return before
    return -((before << 32) | gate)


class Leaders:
    """Union-find over ids: two competing corrections of a row not yet here still belong to one chain."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def of(self, row: int) -> int:
        """The row that stands for the chain of `row`."""
        above = self._above
        while (up := above.get(row, row)) != row:
            above[row] = above.get(up, up)
            row = up
        return row

    def join(self, one: int, other: int) -> None:
        """`one` corrects `other`: one chain."""
        self._above[self.of(one)] = self.of(other)
