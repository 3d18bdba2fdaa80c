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

from kakou.places.geo.view import NARROWEST, View, apart, no_smaller, outline, scale_and_north, view_of
from kakou.tracing.pictures.table import Picture, Table
from kakou.tracing.pictures.wording import Gettext, listed, many, moment, short_moment
from kakou.web.kit import drawing as draw

Point = tuple[float, float]  # longitude, latitude
Ring = tuple[Point, ...]
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
    return no_smaller(_bounds(points), NARROWEST)


def _view(data: PlaceMap, width: float) -> View:
    return view_of(_frame(data), width, tallest=width * 0.75 if width > draw.NARROW else width)


def _radius(place: Seen, data: PlaceMap) -> float:
    """px: the area follows the count."""
    most = max((one.count for one in data.places), default=1)
    return 12 + 9 * math.sqrt(max(place.count, 0) / max(most, 1))


def svg(data: PlaceMap, gettext: Gettext, zone: ZoneInfo, name: str = "places", width: int = draw.WIDE) -> str:
    """The picture alone, that wide."""
    view = _view(data, width)
    height = view.height
    shown = [(number, place) for number, place in numbered(data) if place.where]
    drawn = [outline([ring], view, fill=None, stroke="edge", width=1) for ring in data.ground]
    drawn += [outline(place.outline, view, fill="pale", stroke="accent") for _, place in shown if place.outline]
    discs = list(_discs(shown, data, view))
    drawn += [draw.line(x, y, px, py, ink="accent") for _, _, (x, y), (px, py) in discs if (x, y) != (px, py)]
    drawn += [_disc(number, place, at, data=data, zone=zone) for number, place, at, _ in discs]
    drawn += scale_and_north(view, gettext)
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


_Placed = tuple[int, Seen, tuple[float, float], tuple[float, float]]


def _discs(shown: list[tuple[int, Seen]], data: PlaceMap, view: View) -> Iterator[_Placed]:
    """Each where it is, or where there is room near it, so that every number can be read."""
    true = [view.xy(place.where or (0.0, 0.0)) for _, place in shown]
    radii = [_radius(place, data) for _, place in shown]
    moved = apart(zip(true, radii, strict=True), view)
    for (number, place), at, where in zip(shown, moved, true, strict=True):
        yield number, place, at, where


def _disc(number: int, place: Seen, at: tuple[float, float], *, data: PlaceMap, zone: ZoneInfo) -> str:
    x, y = at
    circle = draw.tag("circle", cx=x, cy=y, r=_radius(place, data), **draw.paint("accent", "paper", 2))
    text = draw.words(x, y + 5, str(number), ink="paper", anchor="middle", bold=True)
    return draw.named(_facts(number, place, data, zone), circle, text)


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
