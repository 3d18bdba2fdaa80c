"""NCLS, a nested containment list, with numpy around it: one merged index over all places.

Place and time are one int64, so that stays in different places never overlap. A stay of the person asked about is
narrowed by `least` at both ends before it is looked up: whatever it still touches shares enough with it, if only it
lasts long enough itself. Rows lie sorted by place and enter, so that hits lie near each other. What is found is added
up without a sort: each person's last hit is his slot. Several cases are asked at once, as many as the caches hold.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from ncls import NCLS

from bench.tracing.city import Stays
from bench.tracing.peers.answers import ONLY, Columns, Peer

Ints = npt.NDArray[Any]
SLOTS, MOST_CASES, FEWEST_CASES = 2**20, 20, 4  # cases at once: tried at 1, 5, 20, 100 and 1,000


class Ncls(Peer):
    """NCLS and numpy."""

    name = "NCLS"
    ways = {"contacts": ONLY, "contacts_many": ONLY}

    def load(self, stays: Stays) -> None:
        """Sorts the rows, and gives place and time as one number to NCLS."""
        self.ids, code = np.unique(stays.person, return_inverse=True)
        place = np.unique(stays.place, return_inverse=True)[1].astype(np.int32)
        order = np.argsort(place, kind="stable")  # the stays come by enter
        self.low = int(stays.enter.min())
        self.code, self.place = code.astype(np.int32)[order], place[order]
        del code, place
        self.enter = (stays.enter - self.low).astype(np.int32)[order]
        self.leave = (stays.leave - self.low).astype(np.int32)[order]
        del order
        self.span = 2 * (int(self.leave.max()) + 1)
        self.rows = np.argsort(self.code, kind="stable").astype(np.int32)
        self.begins = np.concatenate([[0], np.cumsum(np.bincount(self.code, minlength=len(self.ids)))])
        begin = self.place * np.int64(self.span) + self.enter
        end = begin + (self.leave - self.enter) + 1
        self.list = NCLS(begin, end, np.arange(len(begin)))
        self.at_once = max(FEWEST_CASES, min(MOST_CASES, SLOTS // len(self.ids)))
        self.slot = np.empty(self.at_once * len(self.ids), np.int32)

    def contacts(self, person: int, t0: int, t1: int, least: int) -> Columns:
        """Of one."""
        code, *others = self._summed(*self._met(np.array([person]), t0, t1, least))
        return self.ids.take(code), *others

    def contacts_many(self, persons: Ints, t0: int, t1: int, least: int) -> list[Columns]:
        """Of several, in parts."""
        parts = []
        for first in range(0, len(persons), self.at_once):
            key, *others = self._summed(*self._met(persons[first : first + self.at_once], t0, t1, least))
            case, code = np.divmod(key, len(self.ids))
            parts.append((case + first, self.ids.take(code), *others))
        return parts

    def columns(self, query: str, answer: Any) -> Columns:
        """The parts in one piece."""
        if query == "contacts_many":
            return [np.concatenate(column) for column in zip(*answer, strict=True)]
        return answer  # type: ignore[no-any-return]

    def _met(self, persons: Ints, t0: int, t1: int, least: int) -> Columns:
        """Every encounter of a few cases: case and person as one number, seconds, first and last."""
        codes = np.searchsorted(self.ids, persons).clip(0, len(self.ids) - 1)
        case, begin, end, query, hit = self._hits(codes, self.ids[codes] == persons, t0, t1, least)
        who, case = self.code.take(hit), case.take(query)
        since = np.maximum(begin.take(query), self.enter.take(hit))
        until = np.minimum(end.take(query), self.leave.take(hit))
        seconds = until - since
        kept = np.flatnonzero((seconds >= least) & (who != codes.take(case)))
        key = who.take(kept)
        if len(persons) > 1:
            key = case.take(kept) * len(self.ids) + key
        return key, seconds.take(kept), since.take(kept), until.take(kept)

    def _hits(self, codes: Ints, known: Ints, t0: int, t1: int, least: int) -> tuple[Ints, ...]:
        """The cases' own stays (case, begin, end), in the order of the index, and which of them touches which row."""
        row, case = self._own(codes, known)
        begin = np.maximum(self.enter.take(row), max(t0 - self.low, 0)).astype(np.int32)
        end = np.minimum(self.leave.take(row), min(t1 - self.low, self.span)).astype(np.int32)
        kept = np.flatnonzero(end - begin >= least)
        if len(codes) > 1:
            kept = kept[np.argsort(row.take(kept))]
        begin, end, case = begin.take(kept), end.take(kept), case.take(kept)
        base = self.place.take(row.take(kept)) * np.int64(self.span)
        query, hit = self.list.all_overlaps_both(base + begin + least, base + end - least + 1, np.arange(len(base)))
        return case, begin, end, np.asarray(query, np.int64), np.asarray(hit, np.int64)

    def _own(self, codes: Ints, known: Ints) -> tuple[Ints, Ints]:
        """Rows and cases of the stays of those asked about."""
        if len(codes) == 1:
            row = self.rows[self.begins[codes[0]] : self.begins[codes[0] + 1]] if known[0] else self.rows[:0]
            return row, np.zeros(len(row), np.int64)
        first = self.begins.take(codes)
        many = np.where(known, self.begins.take(codes + 1) - first, 0)
        case = np.repeat(np.arange(len(codes)), many)
        return self.rows.take(np.arange(len(case)) + (first - (np.cumsum(many) - many)).take(case)), case

    def _summed(self, key: Ints, seconds: Ints, since: Ints, until: Ints) -> Columns:
        """Key, seconds, encounters, first and last: one row for each key."""
        place = np.arange(len(key), dtype=np.int32)
        self.slot[key] = place
        last = np.flatnonzero(self.slot.take(key) == place)
        contact = key.take(last)
        self.slot[contact] = place[: len(last)]
        group = self.slot.take(key)
        first, end = since.take(last), until.take(last)
        np.minimum.at(first, group, since)
        np.maximum.at(end, group, until)
        exposure = np.bincount(group, seconds, len(last)).astype(np.int64)
        encounters = np.bincount(group, minlength=len(last))
        return contact, exposure, encounters, first + np.int64(self.low), end + np.int64(self.low)
