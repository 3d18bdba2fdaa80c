"""Where the places lie that everybody may report from: units, and entrances at which somebody stands. What a place is
called is as public as its code; nothing else of it is told."""

from __future__ import annotations

import json
import math
from collections.abc import Collection

from django.db import connection

from kakou.places.geo import Position, Shape, kept_shape
from kakou.places.geo.levels import Level, Mapped, level_of
from kakou.places.geo.shapes import METRES, Box

MOST = 2_000  # places of one question
_MAPPED = "select * from services_mapped(%s, %s, %s, %s, %s, %s)"
_SHAPES = "select node_id, shape from services_shapes(%s)"
LAST = 2**31 - 1  # no node has a greater number, whatever an address says
NOWHERE = (None, None, None, None)


def is_mapped(*, below: int | None = None) -> bool:
    """Does any place lie somewhere, at `below` and below it?"""
    return bool(_mapped(below, NOWHERE, 1))


def level_at(node: int | None) -> Level:
    """The map of `node`, or of everything."""
    return level_of(_mapped(node, NOWHERE, MOST), node)


def near(at: Position, reach: float, *, below: int | None = None) -> list[tuple[float, Mapped]]:
    """Places at most `reach` m away, at `below` and below it: (metres, place). The innermost one around `at` first,
    then the nearest; what is around the first one is left out."""
    east = reach / METRES / max(math.cos(math.radians(at[1])), 0.01)
    north = reach / METRES
    found = _mapped(below, (at[0] - east, at[1] - north, at[0] + east, at[1] + north), MOST)
    shapes = shapes_of([place.node for place in found])
    away = [(shapes[place.node].distance(at), place) for place in found if place.node in shapes]
    away = sorted((one for one in away if one[0] <= reach), key=lambda one: (one[0], one[1].area))
    return [one for one in away if not (away[0][0] == 0 and one[0] == 0 and one[1].node in away[0][1].above)]


def shapes_of(nodes: Collection[int]) -> dict[int, Shape]:
    """Node → where it lies."""
    with connection.cursor() as cursor:
        cursor.execute(_SHAPES, [list(nodes)])
        return {node: kept_shape(json.loads(shape)) for node, shape in cursor.fetchall()}


def around_of(box: Box) -> list[Mapped]:
    """What lies in that box, the largest first."""
    return _mapped(None, box, MOST)


def _mapped(within: int | None, box: tuple[float | None, ...], most: int) -> list[Mapped]:
    if within is not None and within > LAST:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_MAPPED, [within, *box, most])
        return [
            Mapped(node, name, office, is_gate, tuple(above), area)
            for node, name, office, is_gate, above, area in cursor.fetchall()
        ]
