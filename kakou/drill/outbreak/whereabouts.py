"""Whereabouts: who really was where and when, worked out from the truth of a story, not from what gates wrote down.

Between two crossings somebody is in one unit. What he does there makes the place where he meets others: who lives in a
unit, or visits somebody there, is in a flat but for some minutes in the yard at either end; who works there is on the
shop floor; everybody else is in the yard. Outside of all units he is at a market, a school or a clinic, as the purpose
of his way out says, or nowhere that matters. In the drill nobody shares a car, so vehicles are no places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from kakou.drill.days import Story, truth
from kakou.drill.days.trip import IN, MINUTE, OUT, Crossing
from kakou.drill.world import UnitKind
from kakou.drill.world.chance import number_of
from kakou.drill.world.folk import household_of

OUTSIDE = -1
_YARD_MS = 5 * MINUTE
_ROAD_MS = 8 * MINUTE  # between a gate and a place outside
_QUEUE_MS = 20_000  # before and after a passage, somebody stands at the gate
_MARKETS, _SCHOOLS = 4, 6
_WORKPLACES = frozenset({UnitKind.ENTERPRISE, UnitKind.SITE})


class Kind(StrEnum):
    """Kinds of places where people meet."""

    HOME = "home"
    YARD = "yard"
    WORK = "work"
    GATE = "gate"
    MARKET = "market"
    SCHOOL = "school"
    CLINIC = "clinic"


class Spot(NamedTuple):
    """One place. `number`: of the household (its head's), unit, entrance, or of the places outside by kind. `unit`: the
    enclosure whose gates can know of who is there, OUTSIDE for none."""

    kind: Kind
    number: int
    unit: int


class Presence(NamedTuple):
    """`who` (key as in `Crossing.subject`) was at a spot from `since_ms` until `until_ms` (epoch, true time)."""

    since_ms: int
    until_ms: int
    who: str
    spot: Spot


class Whereabouts:
    """Everybody's presences and crossings over a story, all held in memory: thousands of people, not a city.

    `stays`: who → his presences; `at`: spot → those of all, in order of time; `crossings`: who → his, in order of time.
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        self.begin_ms, self.until_ms = story.day(story.share.days[0]).start_ms, story.until_ms
        self.crossings: dict[str, list[Crossing]] = {f"p{number}": [] for number in range(*story.share.people)}
        for crossing in truth(story):
            if crossing.subject[0] not in "at":  # cars and trucks; who sits in them has crossings of his own
                self.crossings.setdefault(crossing.subject, []).append(crossing)
        self._homes: dict[int, Spot] = {}
        self.stays = {who: [*self._presences(who)] for who in self.crossings}
        self.at: dict[Spot, list[Presence]] = {}
        for presences in self.stays.values():
            for presence in presences:
                self.at.setdefault(presence.spot, []).append(presence)
        for there in self.at.values():
            there.sort()
        self.longest = {spot: max(p.until_ms - p.since_ms for p in there) for spot, there in self.at.items()}

    def home(self, number: int) -> Spot:
        """The flat of resident `number`, in the innermost unit with gates around it."""
        world = self.story.world
        if number not in self._homes:
            unit = self.enclosure(world.person(number).home)
            self._homes[number] = Spot(Kind.HOME, household_of(world.seed, number)[0], unit)
        return self._homes[number]

    def enclosure(self, unit: int) -> int:
        """The innermost unit at or above `unit` that has gates."""
        world = self.story.world
        return next((above.number for above in world.land.above(unit) if world.gates(above.number)), OUTSIDE)

    def meeting(self, presence: Presence) -> Iterator[Presence]:
        """The presences of others at the same spot that overlap with this one."""
        there = self.at[presence.spot]
        low, high = _first_from(there, presence.since_ms - self.longest[presence.spot]), presence.until_ms
        for other in _upto(there, low, high):
            if other.until_ms > presence.since_ms and other.who != presence.who:
                yield other

    def _presences(self, who: str) -> Iterator[Presence]:
        mine = self.crossings[who]
        flat = self._flat(who)
        yield from _at_gates(who, mine, self.story)
        unit, since, purpose = (flat.unit if flat and who[0] == "p" else OUTSIDE), self.begin_ms, ""
        for crossing in mine:
            if crossing.crossed and crossing.direction in (IN, OUT):
                yield from self._between(who, unit, since, crossing.ms, purpose, flat)
                unit, since, purpose = self._after(crossing), crossing.ms, crossing.purpose
        yield from self._between(who, unit, since, self.until_ms, purpose, flat)

    def _flat(self, who: str) -> Spot | None:
        """Where he lives, or of whom he visits."""
        if who[0] == "p":
            return self.home(int(who[1:]))
        return self.home(int(self.crossings[who][0].of[1:])) if who[0] == "v" else None

    def _after(self, crossing: Crossing) -> int:
        land = self.story.world.land
        unit = land.entrances[crossing.gate].unit
        return unit if crossing.direction == IN else self.enclosure(land.units[unit].parent)

    def _between(
        self, who: str, unit: int, since: int, until: int, purpose: str, flat: Spot | None
    ) -> Iterator[Presence]:
        """What he does from one crossing to the next."""
        if unit == OUTSIDE:
            spot = self._outside(who, since, purpose)
            if spot and until - since > 2 * _ROAD_MS:
                yield Presence(since + _ROAD_MS, until - _ROAD_MS, who, spot)
            return
        yard = Spot(Kind.YARD, unit, unit)
        if self.story.world.land.units[unit].kind in _WORKPLACES:
            yield Presence(since, until, who, Spot(Kind.WORK, unit, unit))
        elif flat and flat.unit == unit and until - since > 2 * _YARD_MS:
            came, goes = since + _YARD_MS * (since > self.begin_ms), until - _YARD_MS * (until < self.until_ms)
            yield from (Presence(*span, who, yard) for span in ((since, came), (goes, until)) if span[0] < span[1])
            yield Presence(came, goes, who, flat)
        else:
            yield Presence(since, until, who, yard)

    def _outside(self, who: str, ms: int, purpose: str) -> Spot | None:
        if who[0] != "p":
            return None
        seed, day = self.story.world.seed, ms // 86_400_000
        if purpose == "shopping":
            return Spot(Kind.MARKET, number_of(seed, "market", who, day) % _MARKETS, OUTSIDE)
        if purpose == "school":
            return Spot(Kind.SCHOOL, number_of(seed, "school", who) % _SCHOOLS, OUTSIDE)
        return Spot(Kind.CLINIC, 0, OUTSIDE) if purpose == "medical" else None


def _at_gates(who: str, mine: Sequence[Crossing], story: Story) -> Iterator[Presence]:
    """At each gate for some seconds; who is held there, until he is measured again."""
    land = story.world.land
    for crossing in mine:
        spot = Spot(Kind.GATE, crossing.gate, land.entrances[crossing.gate].unit)
        yield Presence(crossing.ms - _QUEUE_MS, crossing.ms + _QUEUE_MS, who, spot)
    for held, after in pairwise(mine):
        if held.outcome == "hold" and after.gate == held.gate:
            spot = Spot(Kind.GATE, held.gate, land.entrances[held.gate].unit)
            yield Presence(held.ms + _QUEUE_MS, after.ms - _QUEUE_MS, who, spot)


def _first_from(there: Sequence[Presence], ms: int) -> int:
    """The position of the first that begins at `ms` or later."""
    low, high = 0, len(there)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if there[middle].since_ms < ms else (low, middle)
    return low


def _upto(there: Sequence[Presence], low: int, ms: int) -> Iterator[Presence]:
    for place in range(low, len(there)):
        if there[place].since_ms >= ms:
            return
        yield there[place]
