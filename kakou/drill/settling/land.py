"""The world's places in the tree."""

from __future__ import annotations

import datetime as dt

from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.drill.world import EntranceState, UnitKind, World
from kakou.drill.world.ground import lay_out
from kakou.kernel.time import day_in
from kakou.places.actions import add_entrance, add_unit, manage, put_many_on_map
from kakou.places.models import Entrance, Unit
from kakou.places.rules import Management, ShapeSource
from kakou.web.queries import site_zone

SHEET_IRON = "铁皮围挡"
_CLOSED = (UnitKind.COMPOUND, UnitKind.URBAN_VILLAGE, UnitKind.VILLAGE)


def settle_land(world: World, *, closed_from: dt.datetime, at: dt.datetime) -> tuple[list[int], list[int]]:
    """Every unit and entrance, by the installation. Returns the node of each, indexed by the world's numbers. Where
    people live, management is closed from `closed_from` on (article line 9)."""
    with acting_for({}):
        county = world.land.units[0]
        root = add_unit(kind=county.kind, parent=None, by=None, at=at, name=county.name)
    # only the permissions that are needed here: every node added widens each of them
    with acting_for({Permission.SEE_PLACES: [root.node_id], Permission.EDIT_PLACES: [root.node_id]}):
        units = _units(world, root, closed_from, at)
        entrances = _entrances(world, units, at)
        _put_on_map(world, units, entrances, at)
    return [unit.node_id for unit in units], [entrance.node_id for entrance in entrances]


def _put_on_map(world: World, units: list[Unit], entrances: list[Entrance], at: dt.datetime) -> None:
    of_units, of_entrances = lay_out(world.land, world.seed)
    shapes = {units[number].node_id: shape for number, shape in of_units.items()}
    shapes |= {entrances[number].node_id: shape for number, shape in of_entrances.items()}
    put_many_on_map(shapes, source=ShapeSource.SURVEYED, measured_on=day_in(site_zone(), at), by=None, at=at)


def _units(world: World, root: Unit, closed_from: dt.datetime, at: dt.datetime) -> list[Unit]:
    units = [root]
    for unit in world.land.units[1:]:
        units.append(add_unit(kind=unit.kind, parent=units[unit.parent], by=None, at=at, name=unit.name))
        if unit.kind in _CLOSED:
            manage(units[-1], management=Management.CLOSED, starts_at=closed_from, by=None, at=at)
    return units


def _entrances(world: World, units: list[Unit], at: dt.datetime) -> list[Entrance]:
    return [
        add_entrance(
            unit=units[entrance.unit],
            name=entrance.name,
            kind=entrance.kind,
            state=entrance.state,
            material=SHEET_IRON if entrance.state is EntranceState.SEALED else "",
            by=None,
            at=at,
        )
        for entrance in world.entrances
    ]
