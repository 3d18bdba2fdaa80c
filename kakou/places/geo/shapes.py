"""The shape of a place: a point, a line or a polygon, as GeoJSON writes it (RFC 7946), checked before it is kept."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from kakou.kernel.errors import Refusal
from kakou.places.geo.datums import Datum, to_wgs84

Position = tuple[float, float]  # longitude, latitude: degrees, WGS 84
Ring = tuple[Position, ...]
Whole = tuple[int, int]  # a position in 1e-7 degrees
Box = tuple[float, float, float, float]  # west, south, east, north
CHINA: Box = (73.0, 3.0, 136.0, 54.0)
MOST = 2_000  # positions of one shape
DIGITS = 7  # decimals of a degree: 1 cm
METRES = 111_320.0  # of a degree of latitude


class ShapeKind(StrEnum):
    """The geometries of GeoJSON that a place may have."""

    POINT = "Point"
    LINE = "LineString"
    POLYGON = "Polygon"


class ShapeRefused(Refusal):
    """This can be no place here; the text says what to mend, `fix` in which way."""

    code = "shape-refused"

    def __init__(self, text: str, *, fix: str = "", **params: object) -> None:
        super().__init__(text, **params)
        self.fix = fix


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


FIX_SWAPPED = N_("GeoJSON writes the longitude first: [117.95, 33.90].")
FIX_OUTSIDE = N_("Check the numbers, their order and the datum.")
FIX_KIND = N_("Give the place one point, one line or one polygon.")
FIX_NUMBERS = N_("Write each position as [longitude, latitude] in degrees.")
FIX_RING = N_("End each ring with the position with which it begins.")
FIX_CROSSING = N_("Draw the outline so that it does not cross or touch itself.")
FIX_HOLE = N_("Give each piece of ground a place of its own.")
FIX_MANY = N_("Leave out positions that make no difference.")


@dataclass(frozen=True)
class Shape:
    """`rings`: of a polygon, each closed, the outer one first; else one row of positions. Made by `read_shape`, and by
    `kept_shape` of what that made."""

    kind: ShapeKind
    rings: tuple[Ring, ...]

    @cached_property
    def bounds(self) -> Box:
        """West, south, east, north."""
        lons, lats = zip(*self.rings[0], strict=True)
        return min(lons), min(lats), max(lons), max(lats)

    @cached_property
    def middle(self) -> Position:
        """A position on the shape where its name may stand: of a polygon always inside."""
        first = self.rings[0]
        if self.kind is ShapeKind.POINT:
            return first[0]
        if self.kind is ShapeKind.LINE:
            (ax, ay), (bx, by) = first[(len(first) - 1) // 2], first[(len(first) - 1) // 2 + 1]
            return _rounded((ax + bx) / 2, (ay + by) / 2)
        lat = (self.bounds[1] + self.bounds[3]) / 2
        crossings = sorted(_crossings(self.rings, lat))
        spans = list(zip(crossings[::2], crossings[1::2], strict=True))
        west, east = max(spans, key=lambda span: span[1] - span[0])
        return _rounded((west + east) / 2, lat)

    def distance(self, at: Position) -> float:
        """Metres from that position to the nearest one of the shape; 0 inside of a polygon."""
        if self.kind is ShapeKind.POLYGON and self.holds(at):
            return 0.0
        near = [[metres_between(at, corner) for corner in ring] for ring in self.rings]
        return min(
            [math.hypot(*ring[0]) for ring in near]
            + [_to_line(a, b) for ring in near for a, b in itertools.pairwise(ring)]
        )

    def holds(self, at: Position) -> bool:
        """Does it lie inside of the polygon, and in none of its holes?"""
        return sum(lon <= at[0] for lon in _crossings(self.rings, at[1])) % 2 == 1

    def geojson(self) -> dict[str, object]:
        """A geometry of GeoJSON."""
        rows: list[object] = [[list(position) for position in ring] for ring in self.rings]
        coordinates = {ShapeKind.POINT: list(self.rings[0][0]), ShapeKind.LINE: rows[0], ShapeKind.POLYGON: rows}
        return {"type": self.kind.value, "coordinates": coordinates[self.kind]}


def metres_between(origin: Position, to: Position) -> tuple[float, float]:
    """How far east and north of `origin`: flat, true to a thousandth within a county."""
    return (to[0] - origin[0]) * METRES * math.cos(math.radians(origin[1])), (to[1] - origin[1]) * METRES


def read_shape(given: object, datum: Datum = Datum.WGS84) -> Shape:
    """A geometry of GeoJSON as it is kept, turned to WGS 84. Raises ShapeRefused."""
    if not isinstance(given, Mapping):
        raise ShapeRefused("There is no geometry here.", fix=FIX_KIND)
    kind, coordinates = given.get("type"), given.get("coordinates")
    if not isinstance(kind, str) or kind not in set(ShapeKind):
        said = str(kind).encode(errors="replace").decode()[:40]
        raise ShapeRefused("A place is a Point, a LineString or a Polygon; this is %(type)s.", fix=FIX_KIND, type=said)
    shape = Shape(ShapeKind(kind), tuple(tuple(_row(row, datum)) for row in _rows(ShapeKind(kind), coordinates)))
    _CHECKS[shape.kind](shape)
    return shape


def kept_shape(geometry: Mapping[str, Any]) -> Shape:
    """What `Shape.geojson` wrote, read back. It was checked before it was kept: whoever looks at a map does not pay for
    that again."""
    kind, told = ShapeKind(geometry["type"]), geometry["coordinates"]
    rows = told if kind is ShapeKind.POLYGON else [told] if kind is ShapeKind.LINE else [[told]]
    return Shape(kind, tuple(tuple((lon, lat) for lon, lat in row) for row in rows))


def checked_position(lon: float, lat: float, datum: Datum = Datum.WGS84) -> Position:
    """One position in WGS 84, to a centimetre. Raises ShapeRefused where no place here can be."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise ShapeRefused("This is no position.", fix=FIX_NUMBERS)
    east, north = to_wgs84((float(lon), float(lat)), datum)
    if not _within(CHINA, east, north):
        if _within(CHINA, north, east):
            raise ShapeRefused(
                "Longitude and latitude are swapped: %(lon)s, %(lat)s.", fix=FIX_SWAPPED, lon=lon, lat=lat
            )
        raise ShapeRefused("%(lon)s, %(lat)s lies outside of China.", fix=FIX_OUTSIDE, lon=lon, lat=lat)
    return _rounded(east, north)


def _rounded(lon: float, lat: float) -> Position:
    return round(lon, DIGITS), round(lat, DIGITS)


def _within(box: Box, lon: float, lat: float) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def _rows(kind: ShapeKind, coordinates: object) -> Sequence[object]:
    if kind is ShapeKind.POINT:
        return [[coordinates]]
    if not isinstance(coordinates, list) or not coordinates:
        raise ShapeRefused("This is no position.", fix=FIX_NUMBERS)
    rows = coordinates if kind is ShapeKind.POLYGON else [coordinates]
    if sum(len(row) for row in rows if isinstance(row, list)) > MOST:
        raise ShapeRefused("The shape has more than %(most)d positions.", fix=FIX_MANY, most=MOST)
    return rows


def _row(row: object, datum: Datum) -> Iterator[Position]:
    if not isinstance(row, list) or not row:
        raise ShapeRefused("This is no position.", fix=FIX_NUMBERS)
    for one in row:
        if not isinstance(one, list) or not 2 <= len(one) <= 3 or not all(_is_number(part) for part in one):
            raise ShapeRefused("This is no position.", fix=FIX_NUMBERS)
        yield checked_position(one[0], one[1], datum)


def _is_number(part: object) -> bool:
    """A number that a float can hold."""
    return isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < 1e12


def _check_line(shape: Shape) -> None:
    if len(set(shape.rings[0])) < 2:
        raise ShapeRefused("A line has two different positions at least.", fix=FIX_NUMBERS)


def _check_polygon(shape: Shape) -> None:
    west, south, east, north = shape.bounds
    for ring in shape.rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise ShapeRefused("A ring has four positions at least and ends where it begins.", fix=FIX_RING)
        if crossing := _self_crossing(ring):
            raise ShapeRefused(
                "The outline crosses or touches itself near %(lon).5f, %(lat).5f.", fix=FIX_CROSSING,
                lon=crossing[0], lat=crossing[1],
            )  # fmt: skip
        if not all(west <= lon <= east and south <= lat <= north for lon, lat in ring):
            raise ShapeRefused("A ring after the first one is a hole, and lies inside of that.", fix=FIX_HOLE)


_CHECKS = {ShapeKind.POINT: lambda _shape: None, ShapeKind.LINE: _check_line, ShapeKind.POLYGON: _check_polygon}


def _self_crossing(ring: Ring) -> Position | None:
    """Where two sides meet that are no neighbours, or one of two neighbours lies on the other; None nowhere."""
    corners = [_whole(position) for position in ring]
    sides = [_Side(n, *corners[n : n + 2], last=len(ring) - 2) for n in range(len(ring) - 1)]
    open_: list[_Side] = []
    for side in sorted(sides, key=lambda one: one.west):
        open_ = [other for other in open_ if other.east >= side.west]
        if any(_meet(side, other) for other in open_ if other.south <= side.north and side.south <= other.north):
            return ring[side.n]
        open_.append(side)
    return None


class _Side:
    """The `n`-th side of a ring whose last one is the `last`-th, and its box."""

    __slots__ = ("a", "b", "east", "last", "n", "north", "south", "west")

    def __init__(self, n: int, a: Whole, b: Whole, *, last: int) -> None:
        self.n, self.a, self.b, self.last = n, a, b, last
        self.west, self.east = sorted((a[0], b[0]))
        self.south, self.north = sorted((a[1], b[1]))


def _meet(one: _Side, other: _Side) -> bool:
    a, b, c, d = one.a, one.b, other.a, other.b
    if a == b or c == d:
        return True
    if one.n - other.n in (1, -one.last):  # the other ends where the one begins
        return _turn(c, d, b) == 0 and _ahead(a, b, c)
    if other.n - one.n in (1, -one.last):
        return _turn(a, b, d) == 0 and _ahead(c, d, a)
    first, second = _turn(a, b, c), _turn(a, b, d)
    if first == second != 0:
        return False
    third, fourth = _turn(c, d, a), _turn(c, d, b)
    if first != second and third != fourth:
        return True
    return any(
        turn == 0 and _on(*side, p)
        for turn, side, p in ((first, (a, b), c), (second, (a, b), d), (third, (c, d), a), (fourth, (c, d), b))
    )


def _ahead(corner: Whole, one: Whole, other: Whole) -> bool:
    """Do two sides on one line leave their corner in the same direction?"""
    east = (one[0] - corner[0]) * (other[0] - corner[0])
    return east + (one[1] - corner[1]) * (other[1] - corner[1]) > 0


def _turn(a: Whole, b: Whole, c: Whole) -> int:
    """1 to the left, -1 to the right, 0 straight on."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)


def _whole(p: Position) -> Whole:
    """In whole units of the last digit, so that nothing is rounded."""
    return round(p[0] * 10**DIGITS), round(p[1] * 10**DIGITS)


def _on(a: Whole, b: Whole, p: Whole) -> bool:
    return min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])


def _crossings(rings: Sequence[Ring], lat: float) -> Iterator[float]:
    """Longitudes at which the rings cross a latitude."""
    for ring in rings:
        for (ax, ay), (bx, by) in itertools.pairwise(ring):
            if (ay > lat) != (by > lat):
                yield ax + (lat - ay) * (bx - ax) / (by - ay)


def _to_line(a: tuple[float, float], b: tuple[float, float]) -> float:
    """From the origin to the line between two corners, in their unit."""
    (ax, ay), (bx, by) = a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    part = 0.0 if length == 0 else min(max(-(ax * (bx - ax) + ay * (by - ay)) / length, 0.0), 1.0)
    return math.hypot(ax + part * (bx - ax), ay + part * (by - ay))
