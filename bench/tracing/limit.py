"""What this machine can do, and how soon it could answer at best: bytes that must be touched, and what must be waited
for.

A limit is arithmetic, not a run: what an answer must read and write at the rate at which memory is streamed (copy),
and for each stay of a case one look-up that nothing can foresee, at the time of a pointer that is chased. What one
thread does is measured by its CPU, for a machine that others use is no slower memory and would make a limit easy.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from bench.figures import Figure, measured

ROUNDS = 7
STREAMED = 2**28  # bytes of one array
SMALL, LARGE = 8 * 2**20, 512 * 2**20  # bytes that a pointer is chased through
LINE = 8  # int64 in a line of the cache
STEPS = 1_000_000

READ = 12  # bytes of a row: enter, leave, who
CONTACT = 33  # of a contact as it is told: person 8, seconds 4, encounters 4, first 8, last 8, certain 1
CASE = 4  # more, where several are asked about
SWEPT = 16  # of a stay in a sweep: enter, leave, who, and its place in the order of the leaves
INDEX = 24  # of a stay in the index


class Limit(NamedTuple):
    """Seconds at best, and how they are reckoned."""

    seconds: float
    formula: str
    threads: int


@dataclass(frozen=True)
class Machine:
    """Bytes per second by what is done and by how many threads; seconds of a step of a chase by bytes."""

    stream: dict[tuple[str, int], list[float]]
    chase: dict[int, list[float]]

    def rate(self, threads: int) -> float:
        """Streamed bytes per second, by as many threads at most."""
        return max(statistics.median(self.stream["copy", few]) for few in range(1, threads + 1))

    def wait(self, stays: int) -> float:
        """Seconds of one look-up in the index of so many stays: of the chase whose size is the nearer."""
        return statistics.median(self.chase[SMALL if (stays * INDEX) ** 2 < SMALL * LARGE else LARGE])

    def figures(self) -> list[Figure]:
        """All of it, told only."""
        told = [
            measured("2", f"{kind}, threads: {threads}", [each / 1e9 for each in rounds], "GB/s")
            for (kind, threads), rounds in self.stream.items()
        ]
        return told + [
            measured("2", f"chased pointer, {size >> 20} MB", [each * 1e9 for each in rounds], "ns")
            for size, rounds in self.chase.items()
        ]

    def contacts(self, total: int, encounters: int, contacts: int, stays: int) -> Limit:
        """One case: its encounters read, its contacts written, a look-up for each of its stays."""
        return self._limit(
            1, total, stays, f"{encounters:,} encounters x {READ} B + {contacts:,} contacts x {CONTACT} B",
            encounters * READ + contacts * CONTACT,
        )  # fmt: skip

    def contacts_many(self, total: int, encounters: int, contacts: int, stays: int) -> Limit:
        """The same of many, shared by two threads."""
        each = CONTACT + CASE
        return self._limit(
            2, total, stays, f"{encounters:,} encounters x {READ} B + {contacts:,} rows x {each} B",
            encounters * READ + contacts * each,
        )  # fmt: skip

    def exposure(self, total: int) -> Limit:
        """Every stay once, in the order of the enters and of the leaves."""
        return self._limit(2, total, 0, f"{total:,} stays x {SWEPT} B", total * SWEPT)

    def hop(self, total: int) -> Limit:
        """Every stay once."""
        return self._limit(2, total, 0, f"{total:,} stays x {READ} B", total * READ)

    def _limit(self, threads: int, total: int, waits: int, words: str, touched: int) -> Limit:
        seconds = touched / self.rate(threads)
        formula = f"({words}) / {self.rate(threads) / 1e9:.1f} GB/s"
        if waits:
            seconds += waits * self.wait(total) / threads
            formula += f" + {waits:,} stays x {self.wait(total) * 1e9:.0f} ns" + (" / 2 threads" if threads > 1 else "")
        return Limit(seconds, f"{formula} = {seconds * 1e3:.4g} ms", threads)


def machine() -> Machine:
    """Measures it: seven times each."""
    stream: dict[tuple[str, int], list[float]] = {}
    a, b, c = (np.full(STREAMED // 8, each, np.float64) for each in (1.0, 2.0, 3.0))
    kinds: dict[str, tuple[Callable[..., Any], int]] = {"copy": (_copy, 2), "triad": (_triad, 3), "read-sum": (_sum, 1)}
    for kind, (work, arrays) in kinds.items():
        for threads in (1, 2):
            stream[kind, threads] = _streamed(work, arrays, threads, (a, b, c))
    del a, b, c
    return Machine(stream, {size: _chased(size) for size in (SMALL, LARGE)})


def _streamed(work: Callable[..., Any], arrays: int, threads: int, data: tuple[Any, ...]) -> list[float]:
    parts = [[part[k] for part in (np.array_split(each, threads) for each in data)] for k in range(threads)]
    rounds = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(ROUNDS + 1):
            began = time.perf_counter()
            cpus = list(pool.map(lambda part: _timed(work, part), parts))
            rounds.append(arrays * STREAMED / (cpus[0] if threads == 1 else time.perf_counter() - began))
    return rounds[1:]


def _timed(work: Callable[..., Any], part: list[Any]) -> float:
    began = time.thread_time()
    work(*part)
    return time.thread_time() - began


def _chased(size: int) -> list[float]:
    following = np.zeros(size // 8, np.int64)
    _ring(following, np.random.default_rng(7).permutation(len(following) // LINE))
    at, rounds = np.int64(0), []
    for _ in range(ROUNDS + 1):
        began = time.thread_time()
        at = _chase(following, at, STEPS)
        rounds.append((time.thread_time() - began) / STEPS)
    return rounds[1:]


def _copy(a: Any, b: Any, _: Any) -> None:
    np.copyto(a, b)


@njit(nogil=True, fastmath=True, cache=True)
def _triad(a, b, c):
    for k in range(len(a)):
        a[k] = b[k] + 3.0 * c[k]


@njit(nogil=True, fastmath=True, cache=True)
def _sum(a, b, c):
    total = 0.0
    for k in range(len(a)):
        total += a[k]
    return total


@njit(cache=True)
def _ring(following, order):
    """One ring through all lines, in this order."""
    for k in range(len(order)):
        following[order[k] * LINE] = order[(k + 1) % len(order)] * LINE


@njit(nogil=True, cache=True)
def _chase(following, at, steps):
    for _ in range(steps):
        at = following[at]
    return at
