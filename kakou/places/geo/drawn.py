"""A map of places from their own shapes: nothing is fetched, everything has a number, and a list beside names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kakou.places.geo.shapes import Position, Shape, ShapeKind
from kakou.places.geo.view import Gettext, Spot, View, apart, line, outline, scale_and_north
from kakou.web.kit import drawing as draw

RADIUS = 12  # px: a finger finds 24


@dataclass(frozen=True, slots=True)
class Drawn:
    """A place of a map. `number`: also in the list; `href`: where a tap leads, "" nowhere."""

    number: int
    name: str
    shape: Shape
    is_gate: bool = False
    href: str = ""


def draw_map(
    title: str, places: Sequence[Drawn], view: View, gettext: Gettext, *,
    name: str = "map", ground: Iterable[Shape] = (), dot: Position | None = None, dot_word: str = "",
) -> str:  # fmt: skip
    """SVG. `ground`: shapes that only help to find one's way; `dot`: one position and what it is."""
    drawn = [_ground(shape, view) for shape in ground]
    spots = list(apart([(view.xy(place.shape.middle), RADIUS) for place in places], view))
    pairs = sorted(zip(places, spots, strict=True), key=lambda pair: -_size(pair[0].shape))
    drawn += [_linked(place, _area(place, view), *_sign(place, spot, view)) for place, spot in pairs]
    drawn += _names(places, spots, view)
    drawn += [_dot(view.xy(dot), dot_word)] if dot else []
    drawn += scale_and_north(view, gettext)
    cut = draw.tag("clipPath", draw.rect(0, 0, view.width, view.height, {}), id=f"{name}-cut")
    inside = draw.tag("g", *drawn, clip_path=f"url(#{name}-cut)")
    frame = draw.rect(0.5, 0.5, view.width - 1, view.height - 1, draw.paint(None, "line"))
    desc = gettext("%(n)s places with numbers; the list beside names them.") % {"n": len(places)}
    return draw.document(
        [inside, frame], name=name, title=title, desc=desc, width=view.width, height=view.height, defs=[cut],
        role="group" if any(place.href for place in places) else "img",
    )  # fmt: skip


def _size(shape: Shape) -> float:
    """Of its box: what is small is drawn over what is large."""
    west, south, east, north = shape.bounds
    return (east - west) * (north - south)


def _ground(shape: Shape, view: View) -> str:
    if shape.kind is ShapeKind.POINT:
        x, y = view.xy(shape.middle)
        return draw.tag("circle", cx=x, cy=y, r=3, **draw.paint("edge"))
    if shape.kind is ShapeKind.LINE:
        return line(shape.rings[0], view, stroke="edge")
    return outline(shape.rings, view, fill=None, stroke="edge", width=1)


def _area(place: Drawn, view: View) -> str:
    """What lies below the number; nothing for a point."""
    if place.shape.kind is ShapeKind.LINE:
        return line(place.shape.rings[0], view, stroke="accent")
    return outline(place.shape.rings, view, fill="pale", stroke="accent") if len(place.shape.rings[0]) > 1 else ""


def _sign(place: Drawn, spot: Spot, view: View) -> tuple[str, str, str]:
    """A disc or, for a gate, a square with the number, and a line to where it belongs if there was no room."""
    x, y = spot
    true = view.xy(place.shape.middle)
    way = draw.line(*true, x, y, ink="accent") if true != spot else ""
    painted = draw.paint("accent", "paper", 2)
    disc = draw.tag("circle", cx=x, cy=y, r=RADIUS, **painted)
    square = draw.rect(x - RADIUS + 2, y - RADIUS + 2, 2 * RADIUS - 4, 2 * RADIUS - 4, draw.paint("ink", "paper", 2))
    text = draw.words(x, y + 4, str(place.number), size=draw.SMALL, ink="paper", anchor="middle", bold=True)
    return way, square if place.is_gate else disc, text


def _linked(place: Drawn, *parts: str) -> str:
    name = f"{place.number}. {place.name}"
    told = draw.named(name, *parts)
    return draw.tag("a", told, href=place.href, aria_label=name) if place.href else told


def _names(places: Sequence[Drawn], spots: Sequence[Spot], view: View) -> list[str]:
    """Beside their numbers, where they cover neither a number nor another name."""
    taken = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in spots]
    drawn = []
    for place, (x, y) in zip(places, spots, strict=True):
        left = x + RADIUS + 3
        box = (left, y - 8, left + draw.extent(place.name, draw.SMALL), y + 8)
        if box[2] <= view.width - 4 and all(_are_apart(box, other) for other in taken):
            taken.append(box)
            drawn.append(draw.words(left, y + 4, place.name, size=draw.SMALL, halo=True))
    return drawn


def _are_apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[2] < other[0] or one[0] > other[2] or one[3] < other[1] or one[1] > other[3]


def _dot(spot: Spot, word: str) -> str:
    x, y = spot
    under = draw.tag("circle", cx=x, cy=y, r=10, **draw.paint("paper"))
    ring = draw.tag("circle", cx=x, cy=y, r=9, **draw.paint(None, "stop", 2.5))
    return draw.named(word, under, ring, draw.tag("circle", cx=x, cy=y, r=3, **draw.paint("stop")))
