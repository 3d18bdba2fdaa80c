"""The stays that make two people contacts: which, where, from when to when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.columns import EPOCH, LATEST
from kakou.tracing.finding.places import Stay, rows_at, stays_of
from kakou.tracing.policy import Policy

MOST = 20  # pairs kept for one contact, the longest; how many there are is told besides


class Pair(NamedTuple):
    """Two stays in one place. `since`, `until`: what they share, seconds of the epoch, cut to the time asked about;
    of two readings at a gate the earlier and the later one. `certain`: all four ends were seen."""

    place: int
    since: int
    until: int
    certain: bool
    source: tuple[int, int]
    target: tuple[int, int]


def pairs_of(
    index: TraceIndex, policy: Policy, person: int, t0: int, t1: int, kinds: Mapping[int, str], wanted: Collection[int]
) -> dict[int, tuple[Pair, ...]]:
    """For each of `wanted` the pairs of stays that the policy counts, the longest first."""
    codes = {int(code): person for code, person in zip(index.persons.find(list(wanted)), wanted, strict=True)}
    found: dict[int, list[Pair]] = {}
    for stay in stays_of(index, person, t0, t1):
        for code, pair in _beside(index, policy, stay, t0, t1, kinds):
            if (other := codes.get(code)) is not None:
                found.setdefault(other, []).append(pair)
    return {other: _longest(pairs) for other, pairs in found.items()}


def _longest(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair.since - pair.until, pair.since, pair.place))[:MOST])


def _beside(
    index: TraceIndex, policy: Policy, stay: Stay, t0: int, t1: int, kinds: Mapping[int, str]
) -> Iterable[tuple[int, Pair]]:
    """(code, pair) of everybody beside one stay."""
    rule = policy.rule(kinds.get(stay.place, ""))
    place = int(index.places.find([stay.place])[0])
    begin, end = max(stay.enter, t0), min(stay.leave, t1)
    low, high = max(begin - rule.gap_s - EPOCH, -LATEST), min(end + rule.gap_s - EPOCH, LATEST)
    for day in index.days:
        segment, rows = day.segment, rows_at(day.segment, place)
        enter, leave = segment.enter[rows].astype(np.int64), segment.leave[rows].astype(np.int64)
        shared = np.minimum(leave, high) - np.maximum(enter, low)
        for at in np.flatnonzero(shared >= rule.min_overlap_s).tolist():
            who = int(segment.who[rows.start + at])
            theirs = int(enter[at]) + EPOCH, int(leave[at]) + EPOCH
            since, until = max(begin, theirs[0]), min(end, theirs[1])
            yield who >> 1, Pair(
                stay.place, min(since, until), max(since, until), stay.certain and not who & 1,
                (stay.enter, stay.leave), theirs,
            )  # fmt: skip
