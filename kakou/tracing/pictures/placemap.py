"""Places on a map of their own: where, how many, from when to when. No tiles, no other host's data.

    picture(data, gettext, zone, name="places")
    svg(data, gettext, zone)
    table(data, gettext, zone)
    geojson(data)                                   # for the map that moves

Coordinates are WGS 84 (degrees, longitude first); who has others turns them before. Numbers follow the first time, so
that they tell a way. A place without coordinates stands in the table and is told, never dropped.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kakou.tracing.pictures import drawing as draw
from kakou.tracing.pictures.table import Picture, Table
from kakou.tracing.pictures.wording import Gettext, listed, many, moment, short_moment

Point = tuple[float, float]  # longitude, latitude
Ring = tuple[Point, ...]
METRES_A_DEGREE = 111_320.0
_NARROWEST = 200.0  # m: nearer than that a map tells nothing
_LISTED = 30  # places named below the map


@dataclass(frozen=True, slots=True)
class Seen:
    """A place: how many, first and last time. `at`: where; `outline`: its rings, the outer one first."""

    key: str
    name: str
    count: int
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    at: Point | None = None
    outline: tuple[Ring, ...] = ()
    href: str = ""

    @property
    def where(self) -> Point | None:
        """Its point, else the middle of its outline."""
        if self.at or not self.outline:
            return self.at
        west, south, east, north = _bounds(self.outline[0])
        return (west + east) / 2, (south + north) / 2


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """`counted`: what is counted, in the reader's language. `ground`: outlines that only help to find one's way."""

    title: str
    places: tuple[Seen, ...]
    counted: str
    ground: tuple[Ring, ...] = ()


def picture(data: PlaceMap, gettext: Gettext, zone: ZoneInfo, name: str = "places") -> Picture:
    """SVG for a desk and a phone, table, what is told beside, and what the island needs."""
    return Picture(
        name=name,
        title=data.title,
        wide=svg(data, gettext, zone, name, draw.WIDE),
        narrow=svg(data, gettext, zone, f"{name}-narrow", draw.NARROW),
        table=table(data, gettext, zone),
        told=_told(data, gettext),
        data=_data(data, gettext, zone),
    )


def numbered(data: PlaceMap) -> list[tuple[int, Seen]]:
    """Every place with its number, by first time, then name."""
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    ordered = sorted(data.places, key=lambda place: (place.first or late, place.name, place.key))
    return list(enumerate(ordered, start=1))


def table(data: PlaceMap, gettext: Gettext, zone: ZoneInfo) -> Table:
    """A row for every place, on the map or not."""
    columns = (
        gettext("No."),
        gettext("Place on the map"),
        data.counted,
        gettext("First time"),
        gettext("Last time"),
        gettext("On the map or not"),
    )
    here, not_here = gettext("on the map"), gettext("no coordinates")
    rows = tuple(
        (number, p.name, p.count, moment(p.first, zone), moment(p.last, zone), here if p.where else not_here)
        for number, p in numbered(data)
    )
    return Table(data.title, columns, rows, tuple(place.href for _, place in numbered(data)))


def geojson(data: PlaceMap) -> dict[str, object]:
    """A FeatureCollection (RFC 7946): outlines first, then points, each with its number and count."""
    features: list[dict[str, object]] = [_feature("Polygon", [_closed(ring)], {"ground": True}) for ring in data.ground]
    for number, place in numbered(data):
        about: dict[str, object] = {"id": place.key, "number": number, "name": place.name, "count": place.count}
        if place.outline:
            features.append(_feature("Polygon", [_closed(ring) for ring in place.outline], about))
        if place.where:
            features.append(_feature("Point", list(place.where), about))
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, coordinates: Sequence[object], about: dict[str, object]) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": about}


def _closed(ring: Ring) -> list[list[float]]:
    whole = ring if ring[0] == ring[-1] else (*ring, ring[0])
    return [list(point) for point in whole]


def _told(data: PlaceMap, gettext: Gettext) -> tuple[str, ...]:
    lost = [place.name for place in data.places if not place.where]
    if not lost:
        return ()
    names = ", ".join(lost[:5]) + ("…" if len(lost) > 5 else "")
    return (
        gettext("Places without coordinates, in the table alone: %(n)s (%(names)s).")
        % {"n": len(lost), "names": names},
    )


def _facts(number: int, place: Seen, data: PlaceMap, zone: ZoneInfo) -> str:
    span = " – ".join(dict.fromkeys(short_moment(at, zone) for at in (place.first, place.last) if at))
    return listed([f"{number}. {place.name}", f"{data.counted}: {many(place.count)}", span])


def _data(data: PlaceMap, gettext: Gettext, zone: ZoneInfo) -> dict[str, object]:
    west, south, east, north = _frame(data)
    places = [
        {
            "id": place.key,
            "number": number,
            "name": place.name,
            "at": list(place.where),
            "facts": _facts(number, place, data, zone),
            "href": place.href,
            "size": round(_radius(place, data)),
        }
        for number, place in numbered(data)
        if place.where
    ]
    return {"geojson": geojson(data), "bounds": [[west, south], [east, north]], "places": places}


def _bounds(points: Iterable[Point]) -> tuple[float, float, float, float]:
    longitudes, latitudes = zip(*points, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _frame(data: PlaceMap) -> tuple[float, float, float, float]:
    """West, south, east, north of all places, never smaller than a few streets. Ground beyond it is cut off."""
    points = [place.where for place in data.places if place.where]
    points += [point for place in data.places for ring in place.outline for point in ring]
    if not points:
        points = [point for ring in data.ground for point in ring] or [(0.0, 0.0)]
    west, south, east, north = _bounds(points)
    half = _NARROWEST / 2 / METRES_A_DEGREE
    wide = half / max(math.cos(math.radians((south + north) / 2)), 0.01)
    x, y = (west + east) / 2, (south + north) / 2
    return min(west, x - wide), min(south, y - half), max(east, x + wide), max(north, y + half)


@dataclass(frozen=True, slots=True)
class _Projection:
    """Equirectangular about the middle latitude: within a district nothing is longer than it is by a thousandth."""

    west: float
    north: float
    squeeze: float  # of a degree of longitude
    scale: float  # px a metre
    left: float
    top: float

    def xy(self, point: Point) -> tuple[float, float]:
        east = (point[0] - self.west) * METRES_A_DEGREE * self.squeeze
        south = (self.north - point[1]) * METRES_A_DEGREE
        return self.left + east * self.scale, self.top + south * self.scale


def _projection(data: PlaceMap, width: float) -> tuple[_Projection, float]:
    """And the height of the map, px."""
    west, south, east, north = _frame(data)
    squeeze = math.cos(math.radians((south + north) / 2))
    across, down = (east - west) * METRES_A_DEGREE * squeeze, (north - south) * METRES_A_DEGREE
    margin = 36
    height = min(max(width * down / across, 200), width * 0.75 if width > draw.NARROW else width)
    scale = min((width - 2 * margin) / across, (height - 2 * margin) / down)
    left, top = (width - across * scale) / 2, (height - down * scale) / 2
    return _Projection(west, north, squeeze, scale, left, top), height


def _radius(place: Seen, data: PlaceMap) -> float:
    """px: the area follows the count."""
    most = max((one.count for one in data.places), default=1)
    return 12 + 9 * math.sqrt(max(place.count, 0) / max(most, 1))


def svg(data: PlaceMap, gettext: Gettext, zone: ZoneInfo, name: str = "places", width: int = draw.WIDE) -> str:
    """The picture alone, that wide."""
    projection, height = _projection(data, width)
    shown = [(number, place) for number, place in numbered(data) if place.where]
    drawn = [_outline(ring, projection, "line", None) for ring in data.ground]
    drawn += [_outline(ring, projection, "accent", "pale") for _, place in shown for ring in place.outline]
    discs = list(_discs(shown, data, projection, width, height))
    drawn += [draw.line(x, y, px, py, ink="accent") for _, _, (x, y), (px, py) in discs if (x, y) != (px, py)]
    drawn += [_disc(number, place, at, data=data, zone=zone) for number, place, at, _ in discs]
    drawn += _scale_and_north(projection, width, height, gettext)
    listing, y = _listing(shown, data, height + 24, width, zone)
    sentences = list(_told(data, gettext))
    if len(shown) > _LISTED:
        sentences.append(gettext("Further numbers stand in the table: %(n)s.") % {"n": len(shown) - _LISTED})
    notes, y = draw.paragraph(8, y, sentences, width - 16)
    desc = gettext("%(n)s places on the map, numbered by their first time. A table beside has all of them.") % {
        "n": len(shown)
    }
    frame = draw.rect(0.5, 0.5, width - 1, height, draw.paint(None, "line"))
    cut = draw.tag("clipPath", draw.rect(0, 0, width, height, {}), id=f"{name}-cut")
    inside = draw.tag("g", *drawn, clip_path=f"url(#{name}-cut)")
    return draw.document(
        [inside, frame, *listing, *notes], name=name, title=data.title, desc=desc, width=width, height=y, defs=[cut]
    )


def _outline(ring: Ring, projection: _Projection, ink: str, fill: str | None) -> str:
    points = " ".join(f"{draw.number(x)},{draw.number(y)}" for x, y in map(projection.xy, ring))
    return draw.tag("polygon", points=points, **draw.paint(fill, ink, 1.5))


_Placed = tuple[int, Seen, tuple[float, float], tuple[float, float]]


def _discs(
    shown: list[tuple[int, Seen]], data: PlaceMap, projection: _Projection, width: float, height: float
) -> Iterator[_Placed]:
    """Each where it is, or where there is room near it: along a spiral, so that every number can be read."""
    taken: list[tuple[float, float, float]] = []
    for number, place in shown:
        true = projection.xy(place.where or (0.0, 0.0))
        radius = _radius(place, data)
        at = true
        for turn in range(1, 240):
            free = all(math.dist(at, (x, y)) >= radius + other + 2 for x, y, other in taken)
            if free and radius <= at[0] <= width - radius and radius <= at[1] <= height - radius:
                break
            way = turn * 2.4
            at = true[0] + 3 * math.sqrt(turn) * math.cos(way) * 2, true[1] + 3 * math.sqrt(turn) * math.sin(way) * 2
        taken.append((*at, radius))
        yield number, place, at, true


def _disc(number: int, place: Seen, at: tuple[float, float], *, data: PlaceMap, zone: ZoneInfo) -> str:
    x, y = at
    circle = draw.tag("circle", cx=x, cy=y, r=_radius(place, data), **draw.paint("accent", "paper", 2))
    text = draw.words(x, y + 5, str(number), ink="paper", anchor="middle", bold=True)
    return draw.named(_facts(number, place, data, zone), circle, text)


def _scale_and_north(projection: _Projection, width: float, height: float, gettext: Gettext) -> list[str]:
    """A round length of at most a quarter of the width, and which way is up."""
    most = width / 4 / projection.scale
    power = 10 ** math.floor(math.log10(most))
    metres = max(step * power for step in (1, 2, 5) if step * power <= most)
    long, y = metres * projection.scale, height - 12
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    x = width - 12 - long
    bar = f"M{draw.number(x)} {draw.number(y - 5)}v5h{draw.number(long)}v-5"
    return [
        draw.tag("path", d=bar, **draw.paint(None, "ink", 1.5)),
        draw.words(x + long / 2, y - 6, text, size=draw.SMALL, anchor="middle"),
        draw.words(width - 12, 20, f"▲ {gettext('North')}", size=draw.SMALL + 1, anchor="end"),
    ]


def _listing(
    shown: list[tuple[int, Seen]], data: PlaceMap, y: float, width: float, zone: ZoneInfo
) -> tuple[list[str], float]:
    """The numbers with names, counts and times, in as many columns as there is room for."""
    columns = 2 if width > 640 else 1
    wide = (width - 16) / columns
    named = shown[:_LISTED]
    rows = math.ceil(len(named) / columns)
    step = 20 if columns > 1 else 38
    drawn = []
    for index, (number, place) in enumerate(named):
        x, top = 8 + index // rows * wide, y + index % rows * step
        name, *rest = _facts(number, place, data, zone).removeprefix(f"{number}. ").split(" · ")
        about = listed(rest)
        room = wide - 32 - (draw.extent(about, draw.SMALL + 1) + 12 if columns > 1 else 0)
        drawn.append(draw.words(x + 20, top, str(number), bold=True, anchor="end"))
        drawn.append(draw.words(x + 28, top, draw.fitted(name, room)))
        about_at = (x + 28, top + 16) if columns == 1 else (x + wide - 12 - draw.extent(about, draw.SMALL + 1), top)
        drawn.append(draw.words(*about_at, about, size=draw.SMALL + 1, ink="muted"))
    return drawn, y + rows * step + 4
