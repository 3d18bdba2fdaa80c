"""The engine itself: as one segment, and as a segment for each day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.tracing.city import BEGIN, DAY, Stays
from bench.tracing.peers.answers import ONLY, Columns, Peer
from kakou.tracing.engine import Contacts, Exposure, ManyContacts, Reach, TraceIndex
from kakou.tracing.engine.kernels import sorting

CONTACT = ("person", "exposure_s", "encounters", "first", "last")


class EngineOne(Peer):
    """Everything in one segment."""

    name = "engine"
    ways = {"contacts": ONLY, "contacts_many": ONLY, "reach": ONLY, "exposure": ("stored", "built")}

    def load(self, stays: Stays) -> None:
        """All at once."""
        self.index = TraceIndex.from_arrays(*stays.columns)

    def contacts(self, person: int, t0: int, t1: int, least: int) -> Contacts:
        """Of one."""
        return self.index.contacts(person, t0, t1, min_overlap=least)

    def contacts_many(self, persons: Sequence[int], t0: int, t1: int, least: int) -> ManyContacts:
        """Of several."""
        return self.index.contacts_many(persons, t0, t1, min_overlap=least)

    def reach(self, seeds: Sequence[int], t0: int, hops: int, latency: int, least: int) -> Reach:
        """By chains."""
        return self.index.reach(seeds, t0, hops=hops, latency=latency, min_overlap=least)

    def exposure(self, least: int, way: str = "stored") -> Exposure:
        """Of all. Built: the order of the leaves is made first, by one thread, as it is when a segment is built."""
        if way == "built":
            for day in self.index.days:
                begin = np.ascontiguousarray(day.segment.places[:, 0])
                day.segment.by_leave[:] = sorting.by_leave(begin, day.segment.leave)
        return self.index.exposure(min_overlap=least)

    def columns(self, query: str, answer: Any) -> Columns:
        """Of the engine's own answers."""
        if query == "reach":
            return answer.person, answer.degree, answer.time
        if query == "exposure":
            return answer.person, answer.exposure_s, answer.encounters
        if query == "contacts_many":
            joined = answer.joined()
            return [getattr(joined, name) for name in ("case", *CONTACT)]
        return [getattr(answer, name) for name in CONTACT]


class EngineDays(EngineOne):
    """A segment for each day, as they come from a ledger."""

    name = "engine, 14 days"
    ways = {**EngineOne.ways, "exposure": ("stored",)}

    def load(self, stays: Stays) -> None:
        """Day by day."""
        self.index = TraceIndex()
        last = (int(stays.enter[-1]) - BEGIN) // DAY
        for number in range(last + 1):
            begin = BEGIN + number * DAY
            self.index.append_day(*stays.on(number).columns, span=(begin, begin + DAY))
        assert len(self.index) == len(stays), "stays lie outside of the days"
