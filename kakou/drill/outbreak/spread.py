"""Spread: an infection goes from presence to presence. Seeded: of two who meet, the same draw decides each time."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kakou.drill.outbreak.whereabouts import Kind, Presence, Spot, Whereabouts
from kakou.drill.world.chance import number_of

HOUR = 3_600_000
DAY = 24 * HOUR
# per hour of two being together; chosen so that an outbreak of two weeks among some thousand people has a hundred or so
RATES: Mapping[Kind, float] = {
    Kind.HOME: 0.04,
    Kind.WORK: 0.008,
    Kind.SCHOOL: 0.0003,
    Kind.MARKET: 0.001,
    Kind.CLINIC: 0.01,
    Kind.YARD: 0.1,
    Kind.GATE: 0.3,
}


@dataclass(frozen=True, slots=True)
class Disease:
    """Who is infected passes it on from `latent_ms` later on for `infectious_ms`; `rates`: of a kind of place, how many
    would be infected in an hour together if each infection made room for the next (a hazard)."""

    latent_ms: int = 36 * HOUR
    infectious_ms: int = 7 * DAY
    rates: Mapping[Kind, float] = field(default_factory=lambda: RATES)


class Infection(NamedTuple):
    """At `at_ms` `infector` infected `infected`, when both were at `spot` from `since_ms` until `until_ms`; `degree`:
    how many infections after the first case. All epoch ms, true time."""

    at_ms: int
    infected: str
    infector: str
    spot: Spot
    since_ms: int
    until_ms: int
    degree: int


def infect(truth: Whereabouts, disease: Disease, *, first: str, at_ms: int, seed: int) -> list[Infection]:
    """Everybody whom an infection reaches that `first` can pass on from `at_ms` on, in order of time, each once and by
    who was the first to infect him."""
    degrees = {first: 0}
    found: list[Infection] = []
    coming = [*_chances(truth, disease, first, at_ms, seed)]
    heapq.heapify(coming)
    while coming:
        next_one = heapq.heappop(coming)
        if next_one.infected in degrees:
            continue
        degree = degrees[next_one.infector] + 1
        degrees[next_one.infected] = degree
        found.append(next_one._replace(degree=degree))
        for later in _chances(truth, disease, next_one.infected, next_one.at_ms + disease.latent_ms, seed):
            if later.infected not in degrees:
                heapq.heappush(coming, later)
    return found


def _chances(truth: Whereabouts, disease: Disease, who: str, from_ms: int, seed: int) -> Iterator[Infection]:
    """Whom he would infect who can pass it on from `from_ms`, if nobody else does before."""
    until_ms = from_ms + disease.infectious_ms
    for mine in truth.stays[who]:
        if mine.until_ms > from_ms and mine.since_ms < until_ms:
            begin, end = max(mine.since_ms, from_ms), min(mine.until_ms, until_ms)
            for other in truth.meeting(mine._replace(since_ms=begin, until_ms=end)):
                passed = _passed_on(mine, other, max(begin, other.since_ms), disease.rates[mine.spot.kind], seed)
                together = min(end, other.until_ms)
                if passed < together:
                    since = max(mine.since_ms, other.since_ms)
                    until = min(mine.until_ms, other.until_ms)
                    yield Infection(passed, other.who, who, mine.spot, since, until, 0)


def _passed_on(mine: Presence, other: Presence, since_ms: int, rate: float, seed: int) -> int:
    """When he would infect the other if both stayed for ever from `since_ms` on (exponentially distributed)."""
    draw = number_of(seed, "meet", mine.who, other.who, *mine.spot, since_ms) / 2**64
    return since_ms + int(-math.log1p(-draw) / rate * HOUR)
