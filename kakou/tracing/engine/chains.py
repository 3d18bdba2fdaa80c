"""How a spread goes on, hop by hop, and the way by which somebody was reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import kernels
from kakou.tracing.engine.answers import Reach, Step
from kakou.tracing.engine.codes import UNKNOWN
from kakou.tracing.engine.columns import EPOCH, LATEST

if TYPE_CHECKING:
    from kakou.tracing.engine.index import TraceIndex

Int32 = npt.NDArray[np.int32]


class Spread:
    """Who is reached so far. All by code; a hop reads what the hop before it left."""

    def __init__(self, seeds: Int32, t0: int, latency: int, persons: int) -> None:
        """From seeds that pass it on from `t0`."""
        self.latency = latency
        self.time = np.full(persons, kernels.spread.NEVER, np.int32)
        self.degree = np.full(persons, -1, np.int32)
        self.passes_on = np.full(persons, kernels.spread.NEVER, np.int32)
        self.time[seeds], self.degree[seeds], self.passes_on[seeds] = t0, 0, t0
        self.frontier = seeds
        self.hops: list[tuple[Int32, Int32, Int32]] = [(seeds, self.time[seeds], seeds)]

    def hop(self, best_ways: Callable[[Spread, Any], Int32], asked: Any) -> bool:
        """One meeting further; says whether somebody was reached, or sooner."""
        best = best_ways(self, asked)
        self.frontier = np.flatnonzero(best[:, 0] < self.time).astype(np.int32)
        new, time, source = self.frontier, best[self.frontier, 0], best[self.frontier, 2]
        self.time[new] = time
        self.degree[new] = np.where(self.degree[new] < 0, len(self.hops), self.degree[new])
        self.passes_on[new] = np.minimum(time.astype(np.int64) + self.latency, LATEST + 1)
        self.hops.append((new, time, source))
        return len(new) > 0

    def told(self, index: TraceIndex, asked: Any) -> Reach:
        """As it is told, with ids and seconds of the epoch."""
        codes = np.flatnonzero(self.degree >= 0)
        codes = codes[np.argsort(self.degree[codes], kind="stable")]
        source = np.empty(len(self.time), np.int32)
        for persons, _, sources in self.hops:
            source[persons] = sources
        ids = index.persons.ids
        return Reach(
            ids[codes], self.degree[codes], self.time[codes].astype(np.int64) + EPOCH, ids[source[codes]],
            lambda person: Evidence(index, self, asked).of(person),
        )  # fmt: skip


class Evidence:
    """The stays behind a chain: looked up when asked for."""

    def __init__(self, index: TraceIndex, run: Spread, asked: Any) -> None:
        """Of a spread that has ended."""
        self.index, self.run, self.asked = index, run, asked

    def of(self, person: int) -> list[Step]:
        """From a seed to the person. Raises KeyError if he is not reached."""
        code = int(self.index.persons.find([person])[0])
        if code == UNKNOWN or self.run.degree[code] < 0:
            raise KeyError(person)
        steps: list[Step] = []
        hop = len(self.run.hops)
        while True:
            hop, time, source = self._way(code, hop)
            if hop == 0:
                return steps[::-1]
            steps.append(self._step(source, code, time, self._way(source, hop)[1], hop))
            code = source

    def _way(self, code: int, before: int) -> tuple[int, int, int]:
        """The last hop before the given one in which somebody was reached, when, and from whom."""
        for hop in range(before - 1, -1, -1):
            persons, times, sources = self.run.hops[hop]
            at = int(np.searchsorted(persons, code))
            if at < len(persons) and persons[at] == code:
                return hop, int(times[at]), int(sources[at])
        raise AssertionError(f"{code} was not reached before hop {before}")

    def _step(self, source: int, target: int, time: int, reached: int, hop: int) -> Step:
        until, least = self.asked
        since = reached if self._way(source, hop)[0] == 0 else reached + self.run.latency
        for mine in self._stays(source, since, until):
            for other in self._stays(target, time, until):
                begin = max(mine[1], other[1])
                if (
                    mine[0] == other[0]
                    and begin == time
                    and min(mine[2], other[2]) - begin >= least[mine[0] % len(least)]
                ):
                    return self._told(source, target, time, mine[0], mine[3], other[3])
        raise AssertionError(f"no stays behind {source} -> {target} at {time}")

    def _stays(self, code: int, since: int, until: int) -> list[tuple[int, int, int, tuple[int, int]]]:
        """Place, begin and end of a person's stays, cut to [since, until], and their segment and row."""
        found = kernels.meetings.stays_of(code, since, until, self.index.held).tolist()
        return [(place, begin, end, (segment, row)) for segment, row, place, begin, end, _ in found]

    def _told(
        self, source: int, target: int, time: int, place: int, mine: tuple[int, int], other: tuple[int, int]
    ) -> Step:
        ids = self.index.persons.ids

        def stay(at: tuple[int, int]) -> tuple[int, int, bool]:
            segment = self.index.days[at[0]].segment
            return int(segment.enter[at[1]]) + EPOCH, int(segment.leave[at[1]]) + EPOCH, segment.who[at[1]] & 1 == 0

        one, two = stay(mine), stay(other)
        return Step(
            int(ids[source]),
            int(ids[target]),
            int(self.index.places.ids[place]),
            time + EPOCH,
            one[:2],
            two[:2],
            one[2] and two[2],
        )
