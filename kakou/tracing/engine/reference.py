"""The slow, obvious twin of the engine: every pair of stays is looked at. What it says is what the engine must say.

All times are whole seconds of the epoch, intervals are closed (who leaves in the second in which another enters met him
for zero seconds), and a stay is a row of four numbers: person, place, enter, leave, and whether both ends were seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Stay(NamedTuple):
    """One person in one place from `enter` to `leave`, both included; `certain` if both ends were seen."""

    person: int
    place: int
    enter: int
    leave: int
    certain: bool = True


class Met(NamedTuple):
    """What somebody had to do with the person asked about."""

    person: int
    exposure_s: int
    encounters: int
    first: int
    last: int
    certain: bool


class Reached(NamedTuple):
    """Whom a chain of meetings reaches: after how many at the fewest, when at the earliest, and from whom then."""

    person: int
    degree: int
    time: int
    predecessor: int


MinOverlap = int | Mapping[int, int]


def needed(min_overlap: MinOverlap, place: int) -> int:
    """Seconds that two must share this place to have met."""
    return min_overlap if isinstance(min_overlap, int) else min_overlap[place]


def contacts(
    stays: Sequence[Stay], person: int, t0: int, t1: int, *, min_overlap: MinOverlap, gap: int = 0
) -> dict[int, Met]:
    """Who was in the same place as `person` within [t0, t1] for `min_overlap` seconds in one go.

    The person's stays are cut to [t0, t1], then widened by `gap` at both ends: with `min_overlap=0` it asks who came
    within `gap` seconds of him. Exposure is the sum over all such pairs of stays.
    """
    found: dict[int, Met] = {}
    for mine in stays:
        begin, end = max(mine.enter, t0), min(mine.leave, t1)
        if mine.person != person or begin > end:
            continue
        for other in stays:
            if other.person == person or other.place != mine.place:
                continue
            since, until = max(begin - gap, other.enter), min(end + gap, other.leave)
            if until - since >= needed(min_overlap, mine.place):
                met = Met(other.person, until - since, 1, since, until, mine.certain and other.certain)
                found[other.person] = _joined(found[other.person], met) if other.person in found else met
    return found


def _joined(one: Met, other: Met) -> Met:
    return Met(
        one.person,
        one.exposure_s + other.exposure_s,
        one.encounters + other.encounters,
        min(one.first, other.first),
        max(one.last, other.last),
        one.certain or other.certain,
    )


def exposure(
    stays: Sequence[Stay], *, min_overlap: MinOverlap, t0: int | None = None, t1: int | None = None
) -> dict[int, tuple[int, int]]:
    """Of everybody with a stay in [t0, t1]: seconds shared with others, and in how many pairs of stays."""
    cut = list(_cut(stays, t0, t1))
    found = {stay.person: (0, 0) for stay in cut}
    for mine in cut:
        for other in cut:
            shared = min(mine.leave, other.leave) - max(mine.enter, other.enter)
            if other.person != mine.person and other.place == mine.place and shared >= needed(min_overlap, mine.place):
                seconds, many = found[mine.person]
                found[mine.person] = (seconds + shared, many + 1)
    return found


def _cut(stays: Iterable[Stay], t0: int | None, t1: int | None) -> Iterable[Stay]:
    for stay in stays:
        enter = stay.enter if t0 is None else max(stay.enter, t0)
        leave = stay.leave if t1 is None else min(stay.leave, t1)
        if enter <= leave:
            yield stay._replace(enter=enter, leave=leave)


def pairs_count(stays: Sequence[Stay], *, min_overlap: MinOverlap, t0: int | None = None, t1: int | None = None) -> int:
    """How many pairs of stays of different persons met."""
    return sum(many for _, many in exposure(stays, min_overlap=min_overlap, t0=t0, t1=t1).values()) // 2


def reach(
    stays: Sequence[Stay],
    seeds: Iterable[int],
    t0: int,
    *,
    hops: int,
    latency: int,
    min_overlap: MinOverlap,
    until: int | None = None,
) -> dict[int, Reached]:
    """Whom chains of at most `hops` meetings reach from seeds that can pass it on from `t0`.

    Somebody reached at t passes it on from t + latency. He is reached when the meeting begins, that is when both are
    there and the other can pass it on, if from then on they share `min_overlap` seconds. Of several who reach him at
    the same second it is the one who stays longest, then the one whose stays come first in the list, who is the
    predecessor; that of a seed is itself.
    """
    present = {person: order for order, person in enumerate(dict.fromkeys(stay.person for stay in stays))}
    name = list(present)
    found = {seed: Reached(seed, 0, t0, seed) for seed in seeds if seed in present}
    passes_on = dict.fromkeys(found, t0)
    for hop in range(1, hops + 1):
        best: dict[int, tuple[int, int, int]] = {}
        for source in stays:
            if source.person not in passes_on:
                continue
            since = max(source.enter, passes_on[source.person])
            stands = source.leave if until is None else min(source.leave, until)
            for target in stays:
                at, end = max(since, target.enter), min(stands, target.leave)
                if (
                    target.person != source.person
                    and target.place == source.place
                    and end >= at
                    and end - at >= needed(min_overlap, source.place)
                ):
                    way = (at, -stands, present[source.person])
                    best[target.person] = min(best.get(target.person, way), way)
        sooner = {p: way for p, way in best.items() if p not in found or way[0] < found[p].time}
        for person, (at, _, order) in sooner.items():
            degree = found[person].degree if person in found else hop
            found[person] = Reached(person, degree, at, name[order])
            passes_on[person] = at + latency
        if not sooner:
            break
    return found
