"""A piece of ground as a flat picture: equirectangular about its middle latitude, north up. Within a district nothing
is longer than it is by a thousandth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kakou.places.geo.shapes import METRES, Box, Position
from kakou.web.kit import drawing as draw

NARROWEST = 200.0  # m: nearer than that a map tells nothing
MARGIN = 36  # px
FILLED = 0.5  # of a picture, by circles that do not overlap: nobody finds room for many more

Gettext = Callable[[str], str]
Spot = tuple[float, float]  # px from the left and from the top


@dataclass(frozen=True, slots=True)
class View:
    """A picture of `width` x `height` px. `squeeze`: of a degree of longitude; `scale`: px a metre."""

    west: float
    north: float
    squeeze: float
    scale: float
    left: float
    top: float
    width: float
    height: float

    def xy(self, at: Position) -> Spot:
        """Where it is drawn."""
        east = (at[0] - self.west) * METRES * self.squeeze
        south = (self.north - at[1]) * METRES
        return self.left + east * self.scale, self.top + south * self.scale

    def position(self, spot: Spot) -> Position:
        """What lies there."""
        east, south = (spot[0] - self.left) / self.scale, (spot[1] - self.top) / self.scale
        return self.west + east / METRES / self.squeeze, self.north - south / METRES


def around(boxes: Iterable[Box]) -> Box:
    """The box around all of them. Raises ValueError for none."""
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def view_of(box: Box, width: float, *, tallest: float, narrowest: float = NARROWEST, margin: float = MARGIN) -> View:
    """All of `box`, never less than `narrowest` m each way, with `margin` px around it; at most `tallest` px high."""
    west, south, east, north = no_smaller(box, narrowest)
    squeeze = math.cos(math.radians((south + north) / 2))
    across, down = (east - west) * METRES * squeeze, (north - south) * METRES
    height = min(max(width * down / across, 200), tallest)
    scale = min((width - 2 * margin) / across, (height - 2 * margin) / down)
    return View(
        west, north, squeeze, scale, (width - across * scale) / 2, (height - down * scale) / 2, width, height
    )  # fmt: skip


def no_smaller(box: Box, narrowest: float) -> Box:
    """The box, or one about its middle that is `narrowest` m each way."""
    west, south, east, north = box
    half = narrowest / 2 / METRES
    wide = half / max(math.cos(math.radians((south + north) / 2)), 0.01)
    x, y = (west + east) / 2, (south + north) / 2
    return min(west, x - wide), min(south, y - half), max(east, x + wide), max(north, y + half)


def scale_and_north(view: View, gettext: Gettext) -> list[str]:
    """A round length of at most a quarter of the width, and which way is up."""
    most = view.width / 4 / view.scale
    power = 10 ** math.floor(math.log10(most))
    metres = max(step * power for step in (1, 2, 5) if step * power <= most)
    long, y = metres * view.scale, view.height - 12
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    x = view.width - 12 - long
    bar = f"M{draw.number(x)} {draw.number(y - 5)}v5h{draw.number(long)}v-5"
    return [
        draw.tag("path", d=bar, **draw.paint(None, "ink", 1.5)),
        draw.words(x + long / 2, y - 6, text, size=draw.SMALL, anchor="middle"),
        draw.words(view.width - 12, 20, f"▲ {gettext('North')}", size=draw.SMALL + 1, anchor="end"),
    ]


def outline(
    rows: Sequence[Sequence[Position]], view: View, *, fill: str | None, stroke: str, width: float = 1.5
) -> str:
    """Rings of one polygon, holes left open."""
    whole = "".join(_path(row, view) + "Z" for row in rows)
    return draw.tag("path", d=whole, fill_rule="evenodd", **draw.paint(fill, stroke, width))


def line(row: Sequence[Position], view: View, *, stroke: str, width: float = 3) -> str:
    """A way."""
    return draw.tag("path", d=_path(row, view), **draw.paint(None, stroke, width))


def _path(row: Sequence[Position], view: View) -> str:
    return "M" + "L".join(f"{draw.number(x)} {draw.number(y)}" for x, y in map(view.xy, row))


def apart(wanted: Iterable[tuple[Spot, float]], view: View) -> Iterator[Spot]:
    """Of (where, radius) each where it is, or where there is room near it: along a spiral, so that all can be read.
    Once most of the picture is covered nobody looks for room any more."""
    taken: list[tuple[float, float, float]] = []
    room = FILLED * view.width * view.height
    for true, radius in wanted:
        at, room = true, room - math.pi * (radius + 1) ** 2
        for turn in range(1, 240 if room > 0 else 1):
            free = all(math.dist(at, (x, y)) >= radius + other + 2 for x, y, other in taken)
            if free and radius <= at[0] <= view.width - radius and radius <= at[1] <= view.height - radius:
                break
            way = turn * 2.4
            at = true[0] + 6 * math.sqrt(turn) * math.cos(way), true[1] + 6 * math.sqrt(turn) * math.sin(way)
        taken.append((*at, radius))
        yield at
