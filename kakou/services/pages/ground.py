"""The map of places from which anybody may report, from the community's own shapes: without a script its shapes are
links, and what a tap at a report's own map means is told by where it was tapped."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from kakou.kernel.errors import NotFound
from kakou.kernel.time import now
from kakou.ledger.pages.limits import TooOften, count
from kakou.ledger.pages.scanned import public
from kakou.places.geo import Position, ShapeRefused, checked_position
from kakou.places.geo.drawn import Drawn, draw_map
from kakou.places.geo.levels import Level, Mapped
from kakou.places.geo.shapes import Box, Shape
from kakou.places.geo.view import View, around, view_of
from kakou.services.forms import NearForm, point_in
from kakou.services.queries import ground
from kakou.services.queries.places import Spot
from kakou.web.kit import drawing as draw
from kakou.web.refusals.answers import give, of_refusal

ASKED, EVERYBODY = "60/m", "600/m"
HOLDS = dt.timedelta(minutes=1)
REACH, OFFERED = 5_000.0, 6  # m; and how many places near somebody are offered
PICKED_WIDTH = 280  # px, never scaled: where it is tapped is counted in them
MOST_DRAWN = 100  # shapes that only help to find one's way


def count_look(request: HttpRequest, what: str = "map") -> None:
    """One more map is drawn for somebody whom nobody knows. Raises TooOften."""
    count(request, what, client=ASKED, about=(EVERYBODY, "map"))


@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """The map of all, or of the one place in which all the others lie."""
    return _map(request, None)


@require_safe
def inside(request: HttpRequest, node: int) -> HttpResponse:
    """The map of one place."""
    return _map(request, node)


def _map(request: HttpRequest, node: int | None) -> HttpResponse:
    count_look(request)
    at, level, picture = _drawn(node, now())
    if node is not None and not level.places:
        unknown = NotFound("This place is not known here.")
        return give(request, of_refusal(unknown))  # raised, it would undo that this look was counted
    context = {
        "now": at, "around": level.around, "whole": node is None,
        "rows": [(n, place, place.node in level.opens) for n, place in enumerate(level.places, start=1)],
        "picture": picture,
    }  # fmt: skip
    return public(request, "services/map.html", context)


def _drawn(node: int | None, at: dt.datetime) -> tuple[dt.datetime, Level, str]:
    """A map, and of when it is: whoever asks within HOLDS is shown the same. Everybody may ask, and it costs the
    most of all that everybody may ask for."""
    key = f"services.map.{node or 0}.{get_language()}"
    kept: tuple[dt.datetime, Level, str] | None = cache.get(key)
    if kept is not None and at - HOLDS < kept[0] <= at:
        return kept
    level = ground.level_at(node)
    shapes = ground.shapes_of([one.node for one in _all(level)])
    fresh = at, level, _picture(level, shapes) if level.places else ""
    if level.places:
        cache.set(key, fresh, HOLDS.total_seconds())
    return fresh


def _all(level: Level) -> list[Mapped]:
    return [*level.places, *([level.around] if level.around else [])]


def _picture(level: Level, shapes: dict[int, Shape]) -> str:
    drawn = [
        Drawn(n, place.name, shapes[place.node], place.is_gate, _address(place, level))
        for n, place in enumerate(level.places, start=1)
    ]
    title = level.around.name if level.around else gettext("Map of places")
    edge = [shapes[level.around.node]] if level.around else []
    view = view_of(around(one.shape.bounds for one in drawn), draw.NARROW, tallest=draw.NARROW * 1.25, margin=24)
    return draw_map(title, drawn, view, gettext, ground=edge)


def _address(place: Mapped, level: Level) -> str:
    return reverse("services:map_of" if place.node in level.opens else "services:report_at", args=[place.node])


@require_POST
def near(request: HttpRequest) -> HttpResponse:
    """Which places lie near somebody. Where he is stands in no address and is not kept."""
    count_look(request)
    form = NearForm(request.POST)
    at = point_in(form.cleaned_data["lon"], form.cleaned_data["lat"]) if form.is_valid() else None
    found = ground.near(at, REACH)[:OFFERED] if at else []
    shapes = ground.shapes_of([place.node for _, place in found])
    drawn = [
        Drawn(n, place.name, shapes[place.node], place.is_gate) for n, (_, place) in enumerate(found, start=1)
    ]  # fmt: skip
    context = {"now": now(), "found": [(n, *one) for n, one in enumerate(found, start=1)], "at": at}
    if at and drawn:
        boxes = [(*at, *at), *(_corner(one.shape) for one in drawn)]
        view = view_of(around(boxes), draw.NARROW, tallest=draw.NARROW, margin=24)
        context["picture"] = draw_map(
            gettext("Places near you"), drawn, view, gettext, dot=at, dot_word=gettext("Here you are")
        )
    return public(request, "services/near.html", context)


def _corner(shape: Shape) -> Box:
    """Its middle as a box: a whole county would leave no room for what is near."""
    return (*shape.middle, *shape.middle)


def picker(request: HttpRequest, spot: Spot, point: Position | None) -> dict[str, Any]:
    """What the report's page needs for its own map: nothing where neither the place nor what is around it lies
    anywhere, and where more are asked for than people ask for: without it everybody reports all the same."""
    view = _view_at(spot)
    try:
        count_look(request, "spot")
    except TooOften:
        view = None
    if view is None:
        return {}
    picture = spot_map(spot.name, view, point)
    source = f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"
    return {"pick": source, "pick_width": int(view.width), "pick_height": int(view.height), "point": point}


def spot_map(title: str, view: View, point: Position | None) -> str:
    """SVG: what lies there as outlines, and the point that a report tells."""
    (west, north), (east, south) = view.position((0, 0)), view.position((view.width, view.height))
    there = ground.around_of((west, south, east, north))[:MOST_DRAWN]
    shapes = ground.shapes_of([place.node for place in there])
    named = [place for place in there if place.node in shapes and _lies_in(shapes[place.node], view)]
    drawn = [Drawn(n, place.name, shapes[place.node], place.is_gate) for n, place in enumerate(named, start=1)]
    edges = [shape for node, shape in shapes.items() if node not in {place.node for place in named}]
    return draw_map(
        title, drawn, view, gettext, name="spot", ground=edges, dot=point, dot_word=gettext("The point of the report")
    )


def _lies_in(shape: Shape, view: View) -> bool:
    x, y = view.xy(shape.middle)
    return 0 <= x <= view.width and 0 <= y <= view.height and not _fills(shape, view)


def _fills(shape: Shape, view: View) -> bool:
    """Is it all that can be seen, so that it needs no number?"""
    west, south, east, north = shape.bounds
    corners: Sequence[Position] = ((west, north), (east, south))
    (left, top), (right, bottom) = (view.xy(corner) for corner in corners)
    return (right - left) * (bottom - top) > 0.9 * view.width * view.height


def picked(request: HttpRequest, spot: Spot) -> Position | None:
    """Where the map of the report's page was tapped; None when it was not, or by a key."""
    view = _view_at(spot)
    try:
        x, y = int(request.POST["pick.x"]), int(request.POST["pick.y"])
    except (KeyError, ValueError):
        return None
    if view is None or (x, y) == (0, 0) or not (0 <= x <= view.width and 0 <= y <= view.height):
        return None  # a key sends 0, 0
    try:
        return checked_position(*view.position((x, y)))
    except ShapeRefused:
        return None


def where_of(spot: Spot | None, point: Position | None) -> str:
    """SVG for whoever handles a request: its place and the exact point that was told; "" while nothing is known."""
    box = _box_of(spot) if spot else None
    boxes = [*([box] if box else []), *([(*point, *point)] if point else [])]
    if not boxes:
        return ""
    view = view_of(around(boxes), draw.NARROW, tallest=draw.NARROW)
    return spot_map(spot.name if spot else gettext("Where"), view, point)


def _view_at(spot: Spot) -> View | None:
    box = _box_of(spot)
    return view_of(box, PICKED_WIDTH, tallest=PICKED_WIDTH, margin=40) if box else None


def _box_of(spot: Spot) -> Box | None:
    """Of the place, or of the nearest one around it that is on the map."""
    nodes = [spot.node, *(node for node, _ in spot.around)]
    shapes = ground.shapes_of(nodes)
    shape = next((shapes[node] for node in nodes if node in shapes), None)
    return shape.bounds if shape else None
