"""The chain of one device: which numbers are here, where some are missing, where it forks. Pure.

A device counts its items from 1 and names in each the hash of the one before. Items may come in any order and be split
in any way; the state says the same in the end. Nothing is ever refused for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

START = b"\0" * 32  # what the first item of a device names as the hash before it
MOST_FORKS = 100  # a phone that forks more often has been said enough about


class Link(NamedTuple):
    """One item: its number, the hash it names as the one before, its own."""

    seq: int
    prev: bytes
    hash: bytes


class Run(NamedTuple):
    """Items first..last without a gap; `prev` is named by the first, `hash` is of the last."""

    first: int
    prev: bytes
    last: int
    hash: bytes


class Chain(NamedTuple):
    """Runs in order, and the numbers at which two items claim one place or one names another before it."""

    runs: tuple[Run, ...] = ()
    forks: tuple[int, ...] = ()

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """(first, last) of every stretch of numbers that is missing below the highest one known."""
        ends = [0, *(run.last for run in self.runs)]
        return [(end + 1, run.first - 1) for end, run in zip(ends, self.runs, strict=False) if run.first > end + 1]

    @property
    def head(self) -> tuple[int, bytes]:
        """The highest number known, and its hash."""
        return (self.runs[-1].last, self.runs[-1].hash) if self.runs else (0, START)


def extend(chain: Chain, links: Iterable[Link], *, start: bytes = START) -> Chain:
    """The chain with more links. Each link is given once: the same number again is another item, and so a fork.

    `start`: what the first item must name as the hash before it, in the form in which the links hold hashes.
    """
    runs, forks = list(chain.runs), set(chain.forks)
    for link in sorted(links):
        _insert(runs, forks, link)
    if runs and runs[0].first == 1 and runs[0].prev != start:
        forks.add(1)
    return Chain(tuple(runs), tuple(sorted(forks)[:MOST_FORKS]))


def _insert(runs: list[Run], forks: set[int], link: Link) -> None:
    place = len(runs)
    while place and runs[place - 1].first > link.seq:
        place -= 1
    if place and runs[place - 1].last >= link.seq:
        forks.add(link.seq)
        return
    runs.insert(place, Run(link.seq, link.prev, link.seq, link.hash))
    for left in (place, place - 1):
        if 0 <= left < len(runs) - 1 and runs[left].last + 1 == runs[left + 1].first:
            one, two = runs[left], runs[left + 1]
            if one.hash != two.prev:
                forks.add(two.first)
            runs[left : left + 2] = [Run(one.first, one.prev, two.last, two.hash)]
