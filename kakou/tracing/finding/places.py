"""Where somebody was, and how long everybody was at one place: read from the columns of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.codes import UNKNOWN
from kakou.tracing.engine.columns import EPOCH, Segment

Ints = npt.NDArray[np.int64]


class Stay(NamedTuple):
    """One stay of the index: seconds of the epoch."""

    place: int
    enter: int
    leave: int
    certain: bool


def stays_of(index: TraceIndex, person: int, t0: int, t1: int) -> list[Stay]:
    """Somebody's stays that touch [t0, t1], whole, by their enter."""
    found = [
        Stay(int(index.places.ids[place]), enter + EPOCH, leave + EPOCH, not unsure)
        for place, enter, leave, unsure in _rows(index, person)
        if enter + EPOCH <= t1 and leave + EPOCH >= t0
    ]
    return sorted(found, key=lambda stay: (stay.enter, stay.leave, stay.place))


def places_of(index: TraceIndex, person: int, t0: int, t1: int) -> list[int]:
    """Every place at which somebody was within [t0, t1]."""
    return sorted({stay.place for stay in stays_of(index, person, t0, t1)})


def stayed(index: TraceIndex, place: int, t0: int, t1: int) -> dict[int, int]:
    """Person → seconds at a place within [t0, t1]."""
    rows = all_at(index, [place], t0, t1)
    people, which = np.unique(rows.person, return_inverse=True)
    total = np.zeros(len(people), np.int64)
    np.add.at(total, which, np.minimum(rows.leave, t1) - np.maximum(rows.enter, t0))
    return dict(zip(people.tolist(), total.tolist(), strict=True))


class Rows(NamedTuple):
    """Stays at one place or several, as columns: seconds of the epoch."""

    person: Ints
    place: Ints
    enter: Ints
    leave: Ints
    certain: npt.NDArray[np.bool_]

    def entered_before(self, moment: int) -> Rows:
        """Those who were there before."""
        kept = self.enter < moment
        return Rows(self.person[kept], self.place[kept], self.enter[kept], self.leave[kept], self.certain[kept])


def all_at(index: TraceIndex, places: Collection[int], t0: int, t1: int) -> Rows:
    """Everybody's stays at these places that touch [t0, t1], whole."""
    parts = [_part(index, day.segment, place, t0, t1) for place in sorted(places) for day in index.days]
    if not parts:
        empty = np.empty(0, np.int64)
        return Rows(empty, empty, empty, empty, np.empty(0, np.bool_))
    return Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _part(index: TraceIndex, segment: Segment, place: int, t0: int, t1: int) -> Rows:
    rows = rows_at(segment, int(index.places.find([place])[0]))
    enter, leave = (column[rows].astype(np.int64) + EPOCH for column in (segment.enter, segment.leave))
    touch = (enter <= t1) & (leave >= t0)
    who = segment.who[rows][touch]
    return Rows(
        index.persons.ids[who >> 1], np.full(len(who), place, np.int64), enter[touch], leave[touch], (who & 1) == 0
    )


def rows_at(segment: Segment, place: int) -> slice:
    """The rows of a place, by its code, in one segment."""
    if place < 0 or place + 1 >= len(segment.places):
        return slice(0, 0)
    return slice(int(segment.places[place, 0]), int(segment.places[place + 1, 0]))


def _rows(index: TraceIndex, person: int) -> Iterator[tuple[int, int, int, bool]]:
    """(code of the place, enter, leave, unsure) of each of somebody's stays, as the columns say it."""
    code = int(index.persons.find([person])[0])
    if code == UNKNOWN:
        return
    for day in index.days:
        segment = day.segment
        if code + 1 >= len(segment.offsets):
            continue
        for row, place in segment.stays[segment.offsets[code] : segment.offsets[code + 1]].tolist():
            yield place, int(segment.enter[row]), int(segment.leave[row]), bool(segment.who[row] & 1)
