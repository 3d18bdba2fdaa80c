"""World: what the drill can look up, with the small things kept and the people worked out anew each time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kakou.drill.world import folk, profiles
from kakou.drill.world.chance import dice_of
from kakou.drill.world.folk import Caller, Car, Person
from kakou.drill.world.land import Entrance, build_land
from kakou.drill.world.profiles import Profile
from kakou.places.rules import EntranceKind, EntranceState, UnitKind

IN, OUT = 1, 2
_WEIGHT = {UnitKind.COMPOUND: 5, UnitKind.URBAN_VILLAGE: 4, UnitKind.VILLAGE_GROUP: 1}


class World:
    """The sub-district of one seed. Holds the land (a few hundred things); people cost nothing until asked for."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.land = build_land(seed)
        self.entrances: Sequence[Entrance] = self.land.entrances
        self.staffed: Sequence[Entrance] = [e for e in self.entrances if e.state is EntranceState.STAFFED]
        self._gates = {unit.number: tuple(e.number for e in self.land.staffed(unit.number)) for unit in self.land.units}
        self._homes = self._rounds()
        dice = dice_of(seed, "payroll")
        factories = [unit.number for unit in self.land.of_kind(UnitKind.ENTERPRISE)]
        self._factories = [number for number in factories for _ in range(dice.between(1, 6))]
        self._sites = [unit.number for unit in self.land.of_kind(UnitKind.SITE)]
        self.workplaces: Sequence[int] = [*factories, *self._sites]
        self.roads: Sequence[int] = [e.number for e in self.staffed if e.kind is EntranceKind.ROAD_CHECKPOINT]
        self.dwellings: Sequence[int] = sorted(set(self._homes))
        self.way = lru_cache(maxsize=8192)(self._way)
        self._callers = lru_cache(maxsize=1024)(folk.caller_of)  # couriers are met again and again
        self._trucks = lru_cache(maxsize=1024)(folk.truck_of)

    def _rounds(self) -> list[int]:
        """Every home once, then the larger ones again and again: so the first people already live everywhere."""
        dice, rounds = dice_of(self.seed, "homes"), []
        for turn in range(max(_WEIGHT.values())):
            rounds += dice.shuffled([u.number for u in self.land.of_kind(*_WEIGHT) if _WEIGHT[u.kind] > turn])
        return rounds

    def person(self, number: int) -> Person:
        """Resident `number`, from 0; the same for whatever number of people the drill has."""
        return folk.person_of(self.seed, number, self._homes, self._factories, self._sites)

    def caller(self, key: str, *, papers_shown: str) -> Caller:
        """Somebody from elsewhere, by key."""
        return self._callers(self.seed, key, papers_shown=papers_shown)

    def profile(self, person: Person) -> Profile:
        """Of a resident."""
        return profiles.profile_of(self.seed, person)

    def caller_profile(self, key: str) -> Profile:
        """Of somebody from elsewhere, by key."""
        return profiles.caller_profile(self.seed, key)

    def truck(self, number: int) -> Car:
        """A goods vehicle from elsewhere, by number."""
        return self._trucks(self.seed, number)

    def gate_name(self, number: int) -> str:
        """How a staffed entrance is called in writing: unit/entrance."""
        entrance = self.land.entrances[number]
        return f"{self.land.units[entrance.unit].name}/{entrance.name}"

    def gate_names(self, unit: str = "") -> list[str]:
        """Of all staffed entrances, or of those of the unit of this name."""
        names = [self.gate_name(entrance.number) for entrance in self.staffed]
        return [name for name in names if not unit or name.startswith(f"{unit}/")]

    def gate_called(self, name: str) -> int | None:
        """The number of the staffed entrance that is so called; None when there is none."""
        return next((one.number for one in self.staffed if self.gate_name(one.number) == name), None)

    def gates(self, unit: int) -> Sequence[int]:
        """Numbers of the staffed entrances of one unit; empty where nobody stands."""
        return self._gates[unit]

    def _way(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """What is crossed from one unit to another, as (unit with gates, direction); -1 is outside the street."""
        out = [u.number for u in self.land.above(start) if self._gates[u.number]]
        into = [u.number for u in self.land.above(end) if self._gates[u.number]]
        leaves = [(unit, OUT) for unit in out if unit not in into]
        return (*leaves, *((unit, IN) for unit in reversed(into) if unit not in out))
