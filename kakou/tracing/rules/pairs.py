"""Two stays in one place: what makes two people contacts, as it is kept and read again."""

from __future__ import annotations

import msgspec


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """Seconds of the epoch. `place`: its node. `since`, `until`: what both stays share, cut to the time asked about; of
    two readings at a gate the earlier and the later one. `certain`: all four ends were seen. `source`, `target`: when
    each of the two came and left. Written without its names, in this order: companions come by thousands."""

    place: int
    since: int
    until: int
    certain: bool
    source: tuple[int, int]
    target: tuple[int, int]


def pairs_told(told: object) -> list[Pair]:
    """As they were written."""
    return msgspec.convert(told, list[Pair])
