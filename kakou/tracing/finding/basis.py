"""What an answer follows from, as a digest: so that a run of the morning need not find again what has not changed."""

from __future__ import annotations

import numpy as np
import xxhash

from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.columns import EPOCH, LATEST
from kakou.tracing.finding.contacts import DAY, Asked
from kakou.tracing.finding.places import places_of, rows_at
from kakou.tracing.policy import Policy

RECKONING = 1  # to be raised whenever the same stays come to something else


def basis_of(index: TraceIndex, policy: Policy, asked: Asked, *, onward: bool) -> str:
    """32 hex digits over what the edition says of the places, the days, and each stay of anybody at each place where he
    was, as far as it can matter: two questions with the same digest have the same answer. `onward`: asked of a contact,
    not of a case."""
    digest = xxhash.xxh3_128()
    told = policy.name, policy.crowd_from, policy.crowd_assumed, policy.companion_days, sorted(policy.secondary)
    digest.update(repr((RECKONING, told, onward, asked.person, asked.t0, asked.t1)).encode())
    for place in places_of(index, asked.person, asked.t0, asked.t1):
        kind = asked.kinds.get(place, "")
        rule = policy.rule(kind)
        begin = min(asked.t0, asked.t1 - policy.companion_days * DAY) - rule.gap_s
        digest.update(repr((place, kind, rule)).encode())
        _add(digest, index, place, begin, asked.t1 + rule.gap_s)
    return digest.hexdigest()


def _add(digest: xxhash.xxh3_128, index: TraceIndex, place: int, begin: int, end: int) -> None:
    low, high = max(begin - EPOCH, -LATEST), min(end - EPOCH, LATEST)
    code = int(index.places.find([place])[0])
    for day in index.days:
        rows = rows_at(day.segment, code)
        enter, leave, who = day.segment.enter[rows], day.segment.leave[rows], day.segment.who[rows]
        touching = np.flatnonzero((enter <= high) & (leave >= low))
        for column in (enter, leave, who):
            digest.update(column[touching].tobytes())
