"""The tree of scope as it was: worked out from the tree of now and the moves that led to it. Pure.

A row keeps its node for good, so who may see it goes by the tree of now; how much was counted goes by the tree of the
moment at which it happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Parents = Mapping[int, int | None]


class Moved(NamedTuple):
    """`node` hung under `was` until `at`, and hangs under `now` from then on. Given in their order."""

    node: int
    was: int | None
    now: int
    at: dt.datetime


def parents_at(parents: Parents, moves: Iterable[Moved], at: dt.datetime) -> dict[int, int | None]:
    """Every node's parent at `at`; a node made later hangs where it was hung first. `moves` in their order."""
    then = dict(parents)
    for move in reversed([move for move in moves if move.at > at]):
        then[move.node] = move.was
    return then


def unchanged(
    moves: Iterable[Moved], start: dt.datetime, end: dt.datetime
) -> Sequence[tuple[dt.datetime, dt.datetime]]:
    """From `start` until before `end`, cut wherever the tree was: in each piece it stayed as at the beginning."""
    cuts = [start, *sorted({move.at for move in moves if start < move.at < end}), end]
    return list(pairwise(cuts))


def shares(parents: Parents, tops: Collection[int]) -> dict[int, int]:
    """Node → the nearest of `tops` at or above it; a node below none is no key."""
    found: dict[int, int] = {}
    for node in parents:
        up: int | None = node
        while up is not None and up not in tops:
            up = parents.get(up)
        if up is not None:
            found[node] = up
    return found
