"""The index that is asked: segments of stays one after another in time, and the persons they know."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import columns, kernels
from kakou.tracing.engine.answers import CONTACT, Contacts, Exposure, ManyContacts, Reach
from kakou.tracing.engine.chains import Spread
from kakou.tracing.engine.codes import UNKNOWN, Codes
from kakou.tracing.engine.columns import EPOCH, LATEST, SOONEST
from kakou.tracing.engine.folder import Damaged, Day, Folder, clear
from kakou.tracing.engine.given import MinOverlap, Stays, least, seconds, widened
from kakou.tracing.engine.room import Rooms

_CHUNK = 4_000_000  # rows for which one part of a long answer has room, or everybody as a contact
_FOLLOWED = 48  # fewer than one person in so many is followed stay by stay, more go through every place
_TOLD = (np.int64, np.int32, np.int32, np.int64, np.int64, np.bool_)  # columns of a contact


class TraceIndex:
    """Who was where, made to be asked who met whom.

    Times are seconds of the epoch (1932 to 2068), intervals closed; persons and places any int64. A stay without a
    known end is given with the latest it can have had and `certain=False`. It may be asked by several threads, but not
    while it is changed.
    """

    def __init__(
        self,
        days: Iterable[Day] = (),
        *,
        persons: Codes | None = None,
        places: Codes | None = None,
        threads: int | None = None,
    ) -> None:
        """Of parts; `from_arrays` and `open` make them. `threads`: how many share the long questions (all cores)."""
        self.persons, self.places = persons or Codes(), places or Codes()
        self.folder: Folder | None = None
        self.threads = threads or os.cpu_count() or 1
        self._hold(days)

    @classmethod
    def from_arrays(
        cls,
        person: npt.ArrayLike,
        place: npt.ArrayLike,
        enter: npt.ArrayLike,
        leave: npt.ArrayLike,
        *,
        certain: npt.ArrayLike | None = None,
        threads: int | None = None,
    ) -> Self:
        """One segment of all stays, int64[n] each. Raises ValueError naming the row that cannot be."""
        given = Stays.of(person, place, enter, leave, certain)
        index = cls(threads=threads)
        if len(given) > 0:
            index._take(given, *given.span())
        return index

    @classmethod
    def open(cls, path: str | Path, *, threads: int | None = None) -> Self:
        """What lies in a folder, mapped into memory and checked; an index of nothing if there is none. What is appended
        and dropped from now on is so there too, for good when the call returns. Raises folder.Damaged for bytes that
        are not what was written.
        """
        folder = Folder(Path(path))
        persons, places, days = folder.read()
        index = cls(days, persons=persons, places=places, threads=threads)
        index.folder = folder
        return index

    @classmethod
    def rescue(cls, path: str | Path, *, threads: int | None = None) -> tuple[Self, tuple[tuple[int, int], ...] | None]:
        """What of a folder is whole, and the spans to be built again; None if nothing of it could be trusted: all."""
        try:
            return cls.open(path, threads=threads), ()
        except Damaged as damage:
            if damage.spans:
                Folder(Path(path)).drop(damage.spans)
            else:
                clear(Path(path))
            return cls.open(path, threads=threads), damage.spans or None

    def save(self, path: str | Path) -> None:
        """Writes all of it to a new folder, in which it lies from now on. Raises ValueError if one is there."""
        folder = Folder(Path(path))
        if not folder.is_new:
            raise ValueError(f"{path} holds an index: give another folder, or open it and append to it")
        for day in self.days:
            folder.put(day, self.persons, self.places)
        self.folder = folder

    def append_day(
        self,
        person: npt.ArrayLike,
        place: npt.ArrayLike,
        enter: npt.ArrayLike,
        leave: npt.ArrayLike,
        *,
        span: tuple[int, int],
        certain: npt.ArrayLike | None = None,
    ) -> Day:
        """Adds the stays that enter in `span`, [begin, end) in seconds of the epoch; what is there for just that span
        is replaced.

        Raises ValueError where a row cannot be or enters outside of `span`, or where `span` overlaps another that is
        there.
        """
        given = Stays.of(person, place, enter, leave, certain)
        given.refuse_outside(*span)
        return self._take(given, *span)

    def drop_before(self, moment: int) -> int:
        """Forgets all segments that ended by `moment`; returns how many stays they held."""
        before = len(self)
        self._hold(day for day in self.days if day.end > moment)
        if self.folder:
            self.folder.keep((day.begin, day.end) for day in self.days)
        return before - len(self)

    def __len__(self) -> int:
        return sum(day.segment.size for day in self.days)

    @property
    def nbytes(self) -> int:
        """What the segments take."""
        return sum(day.segment.nbytes for day in self.days)

    def contacts(self, person: int, t0: int, t1: int, *, min_overlap: MinOverlap, gap: int = 0) -> Contacts:
        """Who was in the same place as `person` within [t0, t1] for `min_overlap` seconds in one go.

        `min_overlap` is one number, or one for each place (all that are in the index). The person's stays are cut to
        [t0, t1], then widened by `gap` seconds at both ends: with `min_overlap=0` it asks who came within `gap` of him.
        Nobody known: an empty answer.
        """
        code, many = int(self.persons.find([person])[0]), 0
        asked = seconds(t0), seconds(t1), least(min_overlap, self.places), widened(gap)
        with self._scratch() as scratch:
            if code != UNKNOWN:
                stands = scratch.stands(self.persons.ids, len(self.persons))
                many = kernels.meetings.contacts(
                    code, *asked, self.held, self._spans, stands, scratch.met, scratch.told, 0
                )
                scratch.before += many
            return Contacts(*(column[:many].copy() for column in scratch.told))

    def contacts_many(
        self, persons: npt.ArrayLike, t0: int, t1: int, *, min_overlap: MinOverlap, gap: int = 0
    ) -> ManyContacts:
        """The same for each of several: `case` is the position of the one asked about."""
        codes = self.persons.find(persons)
        asked = seconds(t0), seconds(t1), least(min_overlap, self.places), widened(gap)

        def one(first: int, last: int) -> list[Contacts]:
            parts, done = [], first
            with self._scratch() as scratch:
                while done < last:
                    *told, case = self._rooms.columns()
                    stands = scratch.stands(self.persons.ids, len(case))
                    done, many = kernels.meetings.contacts_many(
                        codes[:last], done, *asked, self.held, self._spans, stands, scratch.met, tuple(told), case
                    )
                    scratch.before += many
                    columns = dict(zip(CONTACT, (column[:many] for column in told), strict=True))
                    parts.append(Contacts(**columns, case=case[:many]))
            return parts

        bounds = np.linspace(0, len(codes), self.threads + 1).astype(int)
        return ManyContacts([part for parts in self._shared(one, bounds) for part in parts])

    def exposure(self, *, min_overlap: MinOverlap, t0: int | None = None, t1: int | None = None) -> Exposure:
        """What each person shared with others in pairs of stays of at least `min_overlap` seconds, cut to [t0, t1]."""
        asked = (
            SOONEST if t0 is None else seconds(t0),
            LATEST if t1 is None else seconds(t1),
            least(min_overlap, self.places),
        )
        many = len(self.persons)
        parts = self._shared(
            lambda first, last: kernels.sweep.sweep(first, last, *asked, self.held, self._longest, many), self._balanced
        )
        found = sum((part[0] for part in parts), np.zeros((many, 2), np.int64))
        twice = np.concatenate([np.empty((0, 2), np.int64), *(part[1] for part in parts)])
        kernels.sweep.take_out(found, twice, *asked, self.held)
        return Exposure(self.persons.ids, found[:, 0], found[:, 1])

    def pairs_count(self, *, min_overlap: MinOverlap, t0: int | None = None, t1: int | None = None) -> int:
        """How many pairs of stays of different persons shared at least `min_overlap` seconds."""
        return int(self.exposure(min_overlap=min_overlap, t0=t0, t1=t1).encounters.sum()) // 2

    def reach(
        self,
        seeds: npt.ArrayLike,
        t0: int,
        *,
        hops: int,
        latency: int,
        min_overlap: MinOverlap,
        until: int | None = None,
    ) -> Reach:
        """Whom chains of at most `hops` meetings reach from seeds that can pass it on from `t0`, as engine/reference.py
        tells.

        Somebody reached at t passes it on from t + `latency`. Raises ValueError for a latency or hops below zero.
        """
        if latency < 0 or hops < 0:
            raise ValueError(f"hops={hops}, latency={latency}: neither may be below zero")
        asked = LATEST if until is None else seconds(until), least(min_overlap, self.places)
        codes = np.unique(self.persons.find(seeds))
        run = Spread(codes[codes != UNKNOWN], seconds(t0), latency, len(self.persons))
        for _ in range(hops):
            if not run.hop(self._followed if self._is_few(run.frontier) else self._gone_through, asked):
                break
        return run.told(self, asked)

    def _followed(self, run: Spread, asked: Any) -> npt.NDArray[np.int32]:
        with self._scratch() as scratch:
            known = run.frontier, run.passes_on, run.time
            return kernels.spread.follow(*known, *asked, self.held, self._spans, scratch.met)  # type: ignore[no-any-return]

    def _gone_through(self, run: Spread, asked: Any) -> npt.NDArray[np.int32]:
        def one(first: int, last: int) -> Any:
            return kernels.spread.through(first, last, run.passes_on, run.time, *asked, self.held, self._longest)

        best, *others = self._shared(one, self._balanced)
        for other in others:
            kernels.spread.join(best, other)
        return best  # type: ignore[no-any-return]

    def _is_few(self, frontier: npt.NDArray[np.int32]) -> bool:
        return len(frontier) * _FOLLOWED < len(self.persons)

    def _take(self, given: Stays, begin: int, end: int) -> Day:
        others = [day for day in self.days if (day.begin, day.end) != (begin, end)]
        for day in others:
            if day.begin < end and begin < day.end:
                raise ValueError(f"[{begin}, {end}) overlaps [{day.begin}, {day.end}), which is there")
        new = Day(begin, end, given.segment(self.persons, self.places))
        if self.folder:
            self.folder.put(new, self.persons, self.places)
        self._hold(sorted([*others, new], key=lambda day: day.begin))
        return new

    def _hold(self, days: Iterable[Day]) -> None:
        """Lays the columns of all segments side by side, as the compiled code takes them."""
        self.days = tuple(days)
        segments = [day.segment for day in self.days] or [columns.NONE]
        self.held = columns.laid(segments)
        self._spans = np.array([segment.span for segment in segments], np.int64)
        rows = np.zeros(max(len(segment.places) for segment in segments) - 1, np.int64)
        for segment in segments:
            rows[: len(segment.places) - 1] += np.diff(segment.places[:, 0])
        self._longest = int(rows.max(initial=0)) + 1
        shares = np.searchsorted(rows.cumsum(), np.linspace(0, rows.sum(), self.threads + 1)[1:-1])
        self._balanced = np.array([0, *shares, len(rows)])
        self._spare: list[_Scratch] = []
        self._rooms = Rooms(max(_CHUNK, len(self.persons)), (*_TOLD, np.int32), most=self.threads)

    @contextmanager
    def _scratch(self) -> Iterator[_Scratch]:
        """Where one thread writes while it is asked. Is used again by whoever asks next."""
        spare, persons = self._spare, len(self.persons)
        kept = spare.pop() if spare else None
        if kept is None or len(kept.row_of) != persons:
            kept = _Scratch(persons, self._longest)
        yield kept
        spare.append(kept)

    def _shared(self, one: Callable[[int, int], Any], bounds: npt.NDArray[Any]) -> list[Any]:
        """The ranges between the bounds, one thread each; the answers in their order."""
        ranges = [(int(a), int(b)) for a, b in pairwise(bounds) if a < b] or [(0, 0)]
        if len(ranges) == 1:
            return [one(*ranges[0])]
        with ThreadPoolExecutor(len(ranges)) as pool:
            return list(pool.map(one, *zip(*ranges, strict=True)))


class _Scratch:
    """Where one thread writes while it is asked: in which row a person's contact stands, who was met on a walk (enter,
    leave, who), the contacts of one."""

    def __init__(self, persons: int, longest: int) -> None:
        self.row_of = np.zeros(persons, np.int32)
        self.before = 1  # so many rows were told of before, which `row_of` still knows
        self.met = tuple(np.empty(longest + kernels.blocks.WIDE, np.int32) for _ in range(3))
        self.told = _columns(persons)

    def stands(self, ids: npt.NDArray[np.int64], room: int) -> tuple[Any, ...]:
        """What the compiled code takes of it, and with it the ids of persons and what its seconds count from."""
        if self.before + room > np.iinfo(np.int32).max:
            self.row_of[:], self.before = 0, 1
        return self.row_of, self.before, ids, EPOCH


def _columns(many: int) -> tuple[npt.NDArray[Any], ...]:
    return tuple(np.empty(many, kind) for kind in _TOLD)
