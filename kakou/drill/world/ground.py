"""Where the land of the drill would lie: fields side by side, made up, somewhere in the north of Jiangsu."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kakou.drill.world.chance import Dice, dice_of
from kakou.drill.world.land import Land, Unit
from kakou.places.geo import Position, Shape, read_shape
from kakou.places.geo.shapes import Box
from kakou.places.rules import UnitKind

COUNTY: Box = (117.60, 33.75, 118.05, 34.10)  # west, south, east, north
STREET: Box = (117.87, 33.86, 117.99, 33.95)
_SIDES = {"东": (1.0, 0.5), "南": (0.5, 0.0), "西": (0.0, 0.5), "北": (0.5, 1.0)}  # of the box, from its south-west
_LATER = ((0.3, 0.0), (1.0, 0.3), (0.7, 1.0), (0.0, 0.7), (0.1, 0.0), (0.9, 1.0))
_GAP = 0.08  # of a field, left for ways


def lay_out(land: Land, seed: int) -> tuple[dict[int, Shape], dict[int, Shape]]:
    """Where every unit and every entrance lies, by their numbers; the same for the same seed."""
    dice, boxes = dice_of(seed, "ground"), dict[int, Box]()
    inside: dict[int, list[Unit]] = {}
    for unit in land.units:
        inside.setdefault(unit.parent, []).append(unit)
    for unit in land.units:  # parents come first
        if unit.parent < 0:
            boxes[unit.number] = COUNTY
        elif unit.kind is UnitKind.STREET:
            boxes[unit.number] = STREET
        siblings = [one for one in inside.get(unit.number, []) if one.kind is not UnitKind.STREET]
        boxes |= zip((one.number for one in siblings), _fields(boxes[unit.number], len(siblings)), strict=True)
    units = {number: _outline(box, dice) for number, box in boxes.items()}
    return units, _gates(land, boxes)


def _fields(box: Box, many: int) -> Iterator[Box]:
    """So many fields beside each other in a grid, with ways between them."""
    if not many:
        return
    west, south, east, north = box
    columns = max(1, round(math.sqrt(many * (east - west) / (north - south) * 0.83)))
    rows = math.ceil(many / columns)
    wide, high = (east - west) * 0.94 / columns, (north - south) * 0.94 / rows
    left, low = west + (east - west) * 0.03, south + (north - south) * 0.03
    for n in range(many):
        x, y = left + n % columns * wide, low + n // columns * high
        yield x + wide * _GAP, y + high * _GAP, x + wide * (1 - _GAP), y + high * (1 - _GAP)


def _outline(box: Box, dice: Dice) -> Shape:
    """The field with its corners drawn in a little, each differently."""
    west, south, east, north = box
    wide, high = east - west, north - south
    ring = [
        [east - wide * _little(dice) if to_east else west + wide * _little(dice),
         north - high * _little(dice) if to_north else south + high * _little(dice)]
        for to_east, to_north in ((False, False), (True, False), (True, True), (False, True))
    ]  # fmt: skip
    return read_shape({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def _little(dice: Dice) -> float:
    return dice.between(0, 20) / 1000


def _gates(land: Land, boxes: dict[int, Box]) -> dict[int, Shape]:
    """At the side that the name tells, else one after the other."""
    seen: dict[int, int] = {}
    found = {}
    for gate in land.entrances:
        n = seen[gate.unit] = seen.get(gate.unit, -1) + 1
        side = next((_SIDES[word] for word in gate.name if word in _SIDES), _LATER[n % len(_LATER)])
        found[gate.number] = read_shape({"type": "Point", "coordinates": list(_at(boxes[gate.unit], side))})
    return found


def _at(box: Box, side: tuple[float, float]) -> Position:
    west, south, east, north = box
    return west + (east - west) * side[0], south + (north - south) * side[1]
