"""Where the places of the cast lie: two squares beside each other, a garden in the first, a gate at its south."""

import datetime as dt

from kakou.access.scope import acting_as_system
from kakou.places import actions
from kakou.places.geo import read_shape
from kakou.places.rules import ShapeSource
from tests.cast import AT

GARDEN_AT = (117.953, 33.903)


def square(west, south, side=0.01):
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return read_shape({"type": "Polygon", "coordinates": [ring]})


def point(lon, lat):
    return read_shape({"type": "Point", "coordinates": [lon, lat]})


def located(node, shape):
    with acting_as_system():
        actions.locate(
            node.pk, shape=shape, source=ShapeSource.SURVEYED, measured_on=dt.date(2021, 7, 31), by=None, at=AT
        )


def mapped(tree):
    """The east with its garden and gate, the west as a point."""
    located(tree.east, square(117.95, 33.90))
    located(tree.garden, square(117.952, 33.902, 0.002))
    located(tree.garden_gate, point(117.953, 33.902))
    located(tree.west, point(117.97, 33.905))
    return tree
