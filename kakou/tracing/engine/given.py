"""What is given to the engine, looked at before it is taken: stays, moments and the least that two must share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import columns, kernels
from kakou.tracing.engine.codes import Codes
from kakou.tracing.engine.columns import EPOCH, LATEST, SOONEST

Int64 = npt.NDArray[np.int64]
MinOverlap = int | Mapping[int, int]
_PART = 2**18  # stays that are looked up at a time


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays as they are given: int64[n] each, and whether both ends were seen."""

    person: Int64
    place: Int64
    enter: Int64
    leave: Int64
    certain: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        person: npt.ArrayLike,
        place: npt.ArrayLike,
        enter: npt.ArrayLike,
        leave: npt.ArrayLike,
        certain: npt.ArrayLike | None,
    ) -> Self:
        """Raises ValueError naming the first row that cannot be, and what to give instead."""
        whole = [
            _whole(name, column)
            for name, column in (("person", person), ("place", place), ("enter", enter), ("leave", leave))
        ]
        every = np.broadcast_to(np.True_, len(whole[0]))
        seen = every if certain is None else np.asarray(certain, np.bool_)
        lengths = [len(column) for column in (*whole, seen)]
        if len(set(lengths)) > 1:
            raise ValueError(f"person, place, enter, leave and certain have {lengths} rows: give as many of each")
        given = cls(whole[0], whole[1], whole[2], whole[3], seen)
        _refuse(given.leave < given.enter, "leaves before it enters: give the enter first", given)
        low, high = SOONEST + EPOCH, LATEST + EPOCH
        if len(given) and (given.enter.min() < low or given.leave.max() > high):
            wrong = (given.enter < low) | (given.leave > high)
            _refuse(wrong, "is not within 1932 to 2068: give seconds of the epoch", given)
        return given

    def __len__(self) -> int:
        return len(self.person)

    def span(self) -> tuple[int, int]:
        """[begin, end) of the enters."""
        if len(self) == 0:
            raise ValueError("no stays: give the span that they are for")
        return int(self.enter.min()), int(self.enter.max()) + 1

    def refuse_outside(self, begin: int, end: int) -> None:
        """Raises ValueError for a stay that does not enter in [begin, end)."""
        _refuse((self.enter < begin) | (self.enter >= end), f"enters outside of [{begin}, {end})", self)

    def segment(self, persons: Codes, places: Codes) -> columns.Segment:
        """Sorted, with codes for whoever and whatever is new. Goes piece by piece, so that little is held besides."""
        rows = np.zeros(0, np.int64)
        for part in self._parts():
            found = np.bincount(places.give(self.place[part]), minlength=len(rows))
            found[: len(rows)] += rows
            rows = found

        def scatter(at: Int64, laid: npt.NDArray[np.int32]) -> int:
            many = 0
            for part in self._parts():
                codes = persons.give(self.person[part])
                many = max(many, int(codes.max()) + 1)
                given = [np.array(each[part]) for each in (self.enter, self.leave, self.certain)]  # as compiled for
                kernels.sorting.scatter(at, places.find(self.place[part]), codes, *given, EPOCH, laid)
            return many

        return columns.build(rows, scatter)

    def _parts(self) -> list[slice]:
        return [slice(first, first + _PART) for first in range(0, len(self), _PART)]


def seconds(moment: int) -> int:
    """A moment in seconds of the epoch as the segments count, as near as they can."""
    return min(max(int(moment) - EPOCH, SOONEST), LATEST)


def least(min_overlap: MinOverlap, places: Codes) -> npt.NDArray[np.int64]:
    """One number, or one for each place by its code. Raises ValueError for one below zero or a place without one."""
    if not isinstance(min_overlap, Mapping):
        _refuse_overlap(min_overlap)
        return np.array([min_overlap], np.int64)
    missing = [int(place) for place in places.ids if int(place) not in min_overlap]
    if missing:
        raise ValueError(f"min_overlap lacks place {missing[0]} (and {len(missing) - 1} more): give one for each place")
    for each in min_overlap.values():
        _refuse_overlap(each)
    return np.array([min_overlap[int(place)] for place in places.ids] or [0], np.int64)


def widened(gap: int) -> int:
    """Seconds by which stays are widened. Raises ValueError below zero."""
    if not 0 <= gap <= LATEST:
        raise ValueError(f"gap={gap}: seconds, zero or more")
    return int(gap)


def _refuse_overlap(wanted: int) -> None:
    if not 0 <= wanted <= LATEST:
        raise ValueError(f"min_overlap={wanted}: seconds, zero or more")


def _whole(name: str, column: npt.ArrayLike) -> Int64:
    found: npt.NDArray[Any] = np.asarray(column)
    if found.ndim != 1 or (found.dtype.kind not in "iu" and found.size > 0):
        raise ValueError(f"{name} is {found.dtype}[{found.ndim} dimensions]: give one column of whole numbers")
    return np.ascontiguousarray(found, np.int64)


def _refuse(wrong: npt.NDArray[np.bool_], says: str, given: Stays) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        is_row = ", ".join(f"{name} {getattr(given, name)[row]}" for name in ("person", "place", "enter", "leave"))
        raise ValueError(f"row {row} {says} ({is_row})")
