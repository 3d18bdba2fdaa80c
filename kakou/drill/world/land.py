"""The land: county, street, 13 communities and all below them, each with its entrances (article lines 7 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kakou.drill.world import names
from kakou.drill.world.chance import Dice, dice_of
from kakou.places.rules import EntranceKind, EntranceState, UnitKind


@dataclass(frozen=True, slots=True)
class Entrance:
    """One way in; `number` counts all entrances of the land from 0."""

    number: int
    unit: int
    name: str
    kind: EntranceKind
    state: EntranceState


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; `number` counts from 0 in an order where parents come first; `parent` is -1 for the county."""

    number: int
    parent: int
    name: str
    kind: UnitKind


@dataclass(slots=True)
class Land:
    """All units and entrances, by their numbers."""

    units: list[Unit] = field(default_factory=list)
    entrances: list[Entrance] = field(default_factory=list)

    def of_kind(self, *kinds: UnitKind) -> list[Unit]:
        """The units of these kinds, in order."""
        return [unit for unit in self.units if unit.kind in kinds]

    def staffed(self, unit: int) -> list[Entrance]:
        """The entrances of one unit where somebody stands."""
        return [e for e in self.entrances if e.unit == unit and e.state is EntranceState.STAFFED]

    def above(self, unit: int) -> Iterator[Unit]:
        """The unit and everything around it, innermost first."""
        while unit >= 0:
            yield self.units[unit]
            unit = self.units[unit].parent

    def add(self, parent: int, name: str, kind: UnitKind) -> int:
        """Put a unit below its parent; its number."""
        self.units.append(Unit(len(self.units), parent, name, kind))
        return len(self.units) - 1

    def open(self, unit: int, name: str, kind: EntranceKind, state: EntranceState) -> None:
        """Put an entrance into a unit."""
        self.entrances.append(Entrance(len(self.entrances), unit, name, kind, state))


def build_land(seed: int) -> Land:
    """The whole land of a seed: shape and names are the article's in kind, never in name; gates differ by seed."""
    land, dice = Land(), dice_of(seed, "land")
    street = land.add(land.add(-1, names.COUNTY, UnitKind.COUNTY), names.STREET, UnitKind.STREET)
    urban = [land.add(street, name, UnitKind.COMMUNITY_URBAN) for name in names.URBAN]
    rural = [land.add(street, name, UnitKind.COMMUNITY_RURAL) for name in names.RURAL]
    for i, name in enumerate(names.COMPOUNDS):
        _compound(land, land.add(urban[i % 4], name, UnitKind.COMPOUND), dice)
    for i, name in enumerate(names.URBAN_VILLAGES):
        _urban_village(land, land.add(urban[i % 4], name, UnitKind.URBAN_VILLAGE), dice)
    villages = [land.add(rural[i // 2], name, UnitKind.VILLAGE) for i, name in enumerate(names.VILLAGES)]
    for village in villages:
        _village(land, village, dice)
    _workplaces(land, [*urban, *rural], villages, dice)
    return land


def _compound(land: Land, unit: int, dice: Dice) -> None:
    gate = EntranceKind.COMPOUND_GATE
    land.open(unit, "正门", gate, EntranceState.STAFFED)
    if dice.chance(0.45):
        land.open(unit, "东门", gate, EntranceState.STAFFED)
    if dice.chance(0.6):
        land.open(unit, "北门", gate, EntranceState.SEALED)
    if dice.chance(0.4):
        land.open(unit, "消防通道", gate, EntranceState.EMERGENCY_ONLY)


def _urban_village(land: Land, unit: int, dice: Dice) -> None:
    path = EntranceKind.VILLAGE_PATH
    land.open(unit, "村口", EntranceKind.ROAD_CHECKPOINT, EntranceState.STAFFED)
    if dice.chance(0.3):
        land.open(unit, "南口", EntranceKind.ROAD_CHECKPOINT, EntranceState.STAFFED)
    for side in ("东道口", "西道口", "河边道口", "后巷道口")[: dice.between(3, 4)]:  # 12 x 3 at least: 三十多处
        land.open(unit, side, path, EntranceState.SEALED)
    if dice.chance(0.5):
        land.open(unit, "消防道口", path, EntranceState.EMERGENCY_ONLY)


def _village(land: Land, unit: int, dice: Dice) -> None:
    land.open(unit, "干道卡点", EntranceKind.ROAD_CHECKPOINT, EntranceState.STAFFED)
    if dice.chance(0.3):
        land.open(unit, "田间道口", EntranceKind.VILLAGE_PATH, EntranceState.STAFFED)
    if dice.chance(0.7):
        land.open(unit, "渠边道口", EntranceKind.VILLAGE_PATH, EntranceState.EMERGENCY_ONLY)
    for order in "一二三四"[: dice.between(2, 4)]:
        land.add(unit, f"{land.units[unit].name[:-1]}{order}组", UnitKind.VILLAGE_GROUP)


def _workplaces(land: Land, communities: list[int], villages: list[int], dice: Dice) -> None:
    """60 enterprises and the sites; the first ten enterprises lie in a village, behind its road checkpoint (R87)."""
    inside = dice.shuffled(villages)[:10]
    for i, name in enumerate(names.ENTERPRISES):
        parent = inside[i] if i < len(inside) else dice.pick(communities)
        unit = land.add(parent, name, UnitKind.ENTERPRISE)
        land.open(unit, "厂门", EntranceKind.ENTERPRISE_GATE, EntranceState.STAFFED)
    for name in names.SITES:
        unit = land.add(dice.pick(communities), name, UnitKind.SITE)
        land.open(unit, "工地门", EntranceKind.SITE_GATE, EntranceState.STAFFED)
