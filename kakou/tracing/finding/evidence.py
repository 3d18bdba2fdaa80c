"""The stays that make two people contacts: which, where, from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.columns import EPOCH, LATEST
from kakou.tracing.finding.places import Stay, rows_at, stays_of
from kakou.tracing.policy import Grade, Policy
from kakou.tracing.rules.pairs import Pair

# pairs kept for one contact, the longest; how many there are is told besides. Companions come by thousands
MOST: Mapping[Grade, int] = {Grade.CLOSE: 20, Grade.SECONDARY: 20, Grade.COMPANION: 3, Grade.NONE: 0}
Ints = npt.NDArray[np.int64]
Columns = tuple[Ints, ...]  # code, then those of a Pair, ends of stays as two


def pairs_of(
    index: TraceIndex,
    policy: Policy,
    person: int,
    t0: int,
    t1: int,
    kinds: Mapping[int, str],
    wanted: Mapping[int, int],
) -> dict[int, tuple[Pair, ...]]:
    """For each of `wanted`, as many pairs of stays that the policy counts as it says, the longest first."""
    most = np.zeros(len(index.persons) + 1, np.int64)
    most[index.persons.find(list(wanted))] = list(wanted.values())
    most[-1] = 0  # whoever is not known
    parts = [
        columns
        for stay in stays_of(index, person, t0, t1)
        for columns in _beside(index, policy, stay, t0, t1, kinds, most)
    ]
    if not parts:
        return {}
    code, place, since, until, *others = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((place, since, since - until, code))
    first = np.searchsorted(code[order], code[order])
    order = order[np.arange(len(order)) - first < most[code[order]]]
    found: dict[int, list[Pair]] = {}
    ids = index.persons.ids
    for who, where, begin, end, certain, mine, left, theirs, gone in zip(
        *(column[order].tolist() for column in (code, place, since, until, *others)), strict=True
    ):
        pair = Pair(where, begin, end, bool(certain), (mine, left), (theirs, gone))
        found.setdefault(int(ids[who]), []).append(pair)
    return {who: tuple(pairs) for who, pairs in found.items()}


def _beside(
    index: TraceIndex, policy: Policy, stay: Stay, t0: int, t1: int, kinds: Mapping[int, str], most: Ints
) -> Iterator[Columns]:
    """Everybody wanted who was beside one stay."""
    rule = policy.rule(kinds.get(stay.place, ""))
    place = int(index.places.find([stay.place])[0])
    begin, end = max(stay.enter, t0), min(stay.leave, t1)
    low, high = max(begin - rule.gap_s - EPOCH, -LATEST), min(end + rule.gap_s - EPOCH, LATEST)
    for day in index.days:
        rows = rows_at(day.segment, place)
        enter, leave, who = day.segment.enter[rows], day.segment.leave[rows], day.segment.who[rows]
        shared = np.minimum(leave, high).astype(np.int64) - np.maximum(enter, low)
        at = np.flatnonzero((shared >= rule.min_overlap_s) & (most[who >> 1] > 0))
        if not len(at):
            continue
        theirs, gone = enter[at].astype(np.int64) + EPOCH, leave[at].astype(np.int64) + EPOCH
        since, until = np.maximum(theirs, begin), np.minimum(gone, end)
        alike = np.ones(len(at), np.int64)
        yield (
            who[at].astype(np.int64) >> 1, alike * stay.place, np.minimum(since, until), np.maximum(since, until),
            alike * stay.certain * (1 - (who[at] & 1)), alike * stay.enter, alike * stay.leave, theirs, gone,
        )  # fmt: skip
