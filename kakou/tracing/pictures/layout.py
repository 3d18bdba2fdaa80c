"""Where the boxes of a chain stand: columns by day, those infected on the same day one step further right.

Within a column the order crosses few lines (barycentre sweeps, the best of them kept), and each box stands as near as
possible to those it is joined with (least squares with a least distance, by pooling adjacent violators). What runs
past a column has a lane of its own in it, shared by all that comes from one source, so no line crosses a box.
Deterministic: no seed, ties by the order of the tree.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from kakou.tracing.pictures.gathering import Edge, Gathered

WIDTH, HEIGHT, APART = 152, 44, 12  # px of a box, and between two
LANE = 10  # px: what a line needs that only runs through
STEP = 52  # px between two columns
EMPTY_DAY = 26  # px: a day on which nothing began
SHOWN_EMPTY = 3  # a longer gap is one break with its number of days
HEAD = 40  # px for the days above
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A box's upper left corner, px."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day's columns; `before`: days without anybody between the one before and this."""

    day: dt.date
    x: int
    width: int
    before: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a line: `run` px straight on through a column, then over to x1, y1; an `arrow` where it meets a box.

    `source`, `target`: keys of boxes, or of lanes, which are a box's key with "~" and the number of the column.
    """

    source: str
    target: str
    x0: int
    run: int
    y0: int
    x1: int
    y1: int
    arrow: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """Everything with its place. `against`: edges that would run back in time: lines without an arrow."""

    spots: Mapping[str, Spot]
    days: tuple[Day, ...]
    stretches: tuple[Stretch, ...]
    against: tuple[Stretch, ...]
    width: int
    height: int


_Item = tuple[str, int]  # a box at its column, or the lane of a source in one


def placed(chain: Gathered) -> Placed:
    """Lay a gathered chain out."""
    column, days, columns = _columns(chain)
    forward = [edge for edge in chain.edges if column[edge.source] < column[edge.target]]
    pieces: dict[tuple[_Item, _Item], bool] = {}
    for edge in forward:
        steps = [(edge.source, c) for c in range(column[edge.source], column[edge.target])]
        steps.append((edge.target, column[edge.target]))
        for piece in pairwise(steps):
            pieces[piece] = pieces.get(piece, False) or edge.certain
    rows = _rows(chain, column, columns, list(pieces))
    tops = _heights(rows, list(pieces), column)
    height = max((top + _size(item, column) for item, top in tops.items()), default=0)
    left = dict(enumerate(columns))
    spots = {box.key: Spot(left[column[box.key]], tops[box.key, column[box.key]]) for box in chain.boxes}
    stretches = tuple(
        _stretch(a, b, certain, tops=tops, left=left, column=column) for (a, b), certain in pieces.items()
    )
    against = tuple(_straight(e, spots) for e in chain.edges if column[e.source] >= column[e.target])
    width = (columns[-1] + WIDTH if columns else WIDTH) + 16
    return Placed(spots, days, stretches, against, width, height + 16)


def _columns(chain: Gathered) -> tuple[dict[str, int], tuple[Day, ...], list[int]]:
    """Column of each box, the days, and the x of each column."""
    index = {box.key: number for number, box in enumerate(chain.boxes)}
    day = {box.key: box.day for box in chain.boxes}
    sources: dict[str, list[str]] = defaultdict(list)
    for edge in chain.edges:
        if day[edge.source] == day[edge.target] and index[edge.source] < index[edge.target]:
            sources[edge.target].append(edge.source)
    step: dict[str, int] = {}
    for box in chain.boxes:  # sources stand before those they infected
        step[box.key] = max((step[source] + 1 for source in sources[box.key]), default=0)
    deepest: dict[dt.date, int] = defaultdict(int)
    for key, steps in step.items():
        deepest[day[key]] = max(deepest[day[key]], steps)
    days: list[Day] = []
    xs: list[int] = []
    first: dict[dt.date, int] = {}
    x = 16
    for number, one in enumerate(sorted(deepest)):
        gap = (one - days[-1].day).days - 1 if number else 0
        x += min(gap, SHOWN_EMPTY) * EMPTY_DAY
        first[one] = len(xs)
        wide = (deepest[one] + 1) * (WIDTH + STEP)
        days.append(Day(one, x, wide - STEP, gap))
        xs += range(x, x + wide, WIDTH + STEP)
        x += wide
    return {key: first[day[key]] + step[key] for key in step}, tuple(days), xs


def _size(item: _Item, column: Mapping[str, int]) -> int:
    return HEIGHT if column[item[0]] == item[1] else LANE


def _rows(
    chain: Gathered, column: Mapping[str, int], columns: Sequence[int], pieces: list[tuple[_Item, _Item]]
) -> list[list[_Item]]:
    """The items of each column from top to bottom."""
    index = {box.key: float(number) for number, box in enumerate(chain.boxes)}
    after: dict[_Item, list[_Item]] = defaultdict(list)
    before: dict[_Item, list[_Item]] = defaultdict(list)
    for a, b in pieces:
        after[a].append(b)
        before[b].append(a)
    found: dict[_Item, float] = {(box.key, column[box.key]): index[box.key] for box in chain.boxes}
    for lane in sorted({b for _, b in pieces} - found.keys(), key=lambda item: -item[1]):
        found[lane] = fmean(found[item] for item in after[lane])
    rows: list[list[_Item]] = [[] for _ in columns]
    for item in sorted(found, key=lambda item: (found[item], index[item[0]])):
        rows[item[1]].append(item)
    best, fewest = rows, _crossings(rows, before)
    for sweep in range(_SWEEPS):
        rows = _swept(rows, before if sweep % 2 == 0 else after, backwards=sweep % 2 == 1)
        if (many := _crossings(rows, before)) < fewest:
            best, fewest = rows, many
    return best


def _swept(rows: list[list[_Item]], neighbours: Mapping[_Item, list[_Item]], *, backwards: bool) -> list[list[_Item]]:
    """Every column ordered by the mean place of what its items are joined with in the column before."""
    swept = [list(row) for row in rows]
    place = {item: number for row in rows for number, item in enumerate(row)}
    for row in reversed(swept) if backwards else swept:
        mean = {
            item: fmean(place[other] for other in neighbours[item]) if neighbours.get(item) else place[item]
            for item in row
        }
        row.sort(key=lambda item: (mean[item], place[item]))
        place |= {item: number for number, item in enumerate(row)}
    return swept


def _crossings(rows: list[list[_Item]], before: Mapping[_Item, list[_Item]]) -> int:
    """How many pairs of pieces between neighbouring columns cross."""
    place = {item: number for row in rows for number, item in enumerate(row)}
    many = 0
    for row in rows:
        seen: list[int] = []
        for item in row:
            ends = sorted(place[other] for other in before.get(item, ()))
            many += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return many


def _heights(rows: list[list[_Item]], pieces: list[tuple[_Item, _Item]], column: Mapping[str, int]) -> dict[_Item, int]:
    """The top of every item: in order, never nearer than APART, as near to its neighbours as that allows."""
    middle: dict[_Item, float] = {}
    for row in rows:
        y = 0.0
        for item in row:
            middle[item] = y + _size(item, column) / 2
            y += _size(item, column) + APART
    joined: dict[_Item, list[_Item]] = defaultdict(list)
    for a, b in pieces:
        joined[a].append(b)
        joined[b].append(a)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [fmean(middle[o] for o in joined[item]) if joined[item] else middle[item] for item in row]
            sizes = [_size(item, column) for item in row]
            middle |= dict(zip(row, _apart(wanted, sizes), strict=True))
    lowest = min((y - _size(item, column) / 2 for item, y in middle.items()), default=0)
    return {item: int(y - _size(item, column) / 2 - lowest + 0.5) + HEAD for item, y in middle.items()}


def _apart(wanted: Sequence[float], sizes: Sequence[int]) -> list[float]:
    """Middles in this order, far enough apart, with the least squares from the wanted ones."""
    offset, at = [], 0.0
    for number, size in enumerate(sizes):
        at += 0 if number == 0 else (sizes[number - 1] + size) / 2 + APART
        offset.append(at)
    pools: list[tuple[float, int]] = []  # mean, how many
    for want, off in zip(wanted, offset, strict=True):
        mean, count = want - off, 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        pools.append((mean, count))
    settled = [mean for mean, count in pools for _ in range(count)]
    return [mean + off for mean, off in zip(settled, offset, strict=True)]


def _stretch(
    a: _Item,
    b: _Item,
    certain: bool,
    *,
    tops: Mapping[_Item, int],
    left: Mapping[int, int],
    column: Mapping[str, int],
) -> Stretch:
    y0, y1 = (tops[item] + _size(item, column) // 2 for item in (a, b))
    source, target = (key if column[key] == c else f"{key}~{c}" for key, c in (a, b))
    from_lane = column[a[0]] != a[1]
    return Stretch(
        source=source,
        target=target,
        x0=left[a[1]] + (0 if from_lane else WIDTH),
        run=WIDTH if from_lane else 0,
        y0=y0,
        x1=left[b[1]],
        y1=y1,
        arrow=column[b[0]] == b[1],
        certain=certain,
    )


def _straight(edge: Edge, spots: Mapping[str, Spot]) -> Stretch:
    (x0, y0), (x1, y1) = ((s.x + WIDTH // 2, s.y + HEIGHT // 2) for s in (spots[edge.source], spots[edge.target]))
    return Stretch(edge.source, edge.target, x0, 0, y0, x1, y1, arrow=False, certain=edge.certain)
