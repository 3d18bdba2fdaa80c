"""Datums at the edges: what a map of China shows is shifted (GCJ-02), what GPS measures is not (WGS 84).

The shift is the published one (googollee/eviltransform, MIT; Artoria2e5/PRCoords, CC0); no package that carries it is
kept alive. It holds in the box that those programs use, Hong Kong and Macau with it, as Amap's own test of "mainland,
Hong Kong and Macau" says; Taiwan and everything outside of the box are WGS 84 in every datum. The box cuts roughly:
what lies in it and in another country is shifted, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum

LonLat = tuple[float, float]  # degrees

_BOX = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north
_TAIWAN = (119.9, 21.8, 122.1, 25.4)
_AXIS, _FLATNESS = 6378245.0, 0.00669342162296594323  # Krasovsky 1940: m, and its eccentricity squared
_EXACT = 1e-10  # degrees: 0.01 mm


class Datum(StrEnum):
    """Against what a position is measured."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


DATUMS: Mapping[Datum, str] = {
    Datum.GCJ02: "GCJ-02: Amap, Tencent",
    Datum.WGS84: "WGS-84: GPS",
}


def to_wgs84(at: LonLat, datum: Datum) -> LonLat:
    """The position in WGS 84, to 0.1 mm of what the published shift says."""
    if datum is Datum.WGS84 or not _is_shifted(at):
        return at
    lon, lat = at
    for _ in range(30):  # the shift changes by less than a hundredth of the way: each turn is a hundred times nearer
        east, north = _shift(lon, lat)
        further = at[0] - east - lon, at[1] - north - lat
        lon, lat = lon + further[0], lat + further[1]
        if max(map(abs, further)) < _EXACT:
            break
    return lon, lat


def from_wgs84(at: LonLat, datum: Datum) -> LonLat:
    """The position as maps of that datum have it."""
    if datum is Datum.WGS84 or not _is_shifted(at):
        return at
    east, north = _shift(*at)
    return at[0] + east, at[1] + north


def _is_shifted(at: LonLat) -> bool:
    return _within(at, _BOX) and not _within(at, _TAIWAN)


def _within(at: LonLat, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _shift(lon: float, lat: float) -> LonLat:
    """By how many degrees maps draw it further east and north."""
    x, y = lon - 105.0, lat - 35.0
    waves = 20 * math.sin(6 * math.pi * x) + 20 * math.sin(2 * math.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (waves + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (waves + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))) * 2 / 3
    part = 1 - _FLATNESS * math.sin(math.radians(lat)) ** 2
    metres_north = _AXIS * (1 - _FLATNESS) / (part * math.sqrt(part))  # a radian
    metres_east = _AXIS / math.sqrt(part) * math.cos(math.radians(lat))
    return math.degrees(east / metres_east), math.degrees(north / metres_north)


def _waves(at: float, *of: tuple[float, float]) -> float:
    return sum(height * math.sin(at / length * math.pi) for height, length in of)
