"""Pages of where places lie: the map of what the reader may see, one place's point, GeoJSON in and out."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kakou.access.models import Closure
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.time import day_in
from kakou.places import actions, queries
from kakou.places.geo import Datum, Position, Shape, ShapeKind, ShapeRefused, checked_position
from kakou.places.geo.drawn import Drawn, draw_map
from kakou.places.geo.levels import Level, Mapped, level_of
from kakou.places.geo.shapes import Box
from kakou.places.geo.view import View, around, view_of
from kakou.places.mapping.forms import PointForm, ShapesForm
from kakou.places.mapping.geojson import import_shapes, written
from kakou.places.models import Entrance, Geometry, Unit
from kakou.places.rules import TITLES, ShapeSource
from kakou.web.kit import drawing as draw
from kakou.web.kit.files import as_sent
from kakou.web.kit.importing import Done, bring_in_sheet
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of

DESK_WIDTH, PICKED_WIDTH = 960, 280  # px; a picture that is tapped is never scaled
CLOSEST = 8  # times that a map is halved
PICKING = {"pick.x", "closer", "farther"}


@require_GET
@require_permission(Permission.SEE_PLACES)
def map_(request: StaffRequest) -> HttpResponse:
    """What lies next below a place, or below all that the reader sees."""
    place = place_of(request)
    level = level_of(_mapped(place.id if place else None), place.id if place else None)
    rows = Geometry.objects.in_bulk([one.node for one in level.places], field_name="node_id")
    shapes = queries.shapes([one.node for one in (*level.places, *([level.around] if level.around else []))])
    context = {
        "now": request.now,
        "rows": [
            (n, one, rows[one.node], gettext(TITLES[ShapeSource(rows[one.node].source)]), _href(one, level))
            for n, one in enumerate(level.places, start=1)
        ],
        "wide": _picture(level, shapes, DESK_WIDTH, "wide") if level.places else "",
        "narrow": _picture(level, shapes, draw.NARROW, "narrow") if level.places else "",
        "may_import": bool(nodes_held(Permission.EDIT_PLACES)),
    }  # fmt: skip
    return render(request, "places/map.html", context)


def _mapped(node: int | None) -> list[Mapped]:
    """What lies at `node` and below, or all that the reader sees."""
    there = Geometry.objects.all() if node is None else Geometry.objects.filter(node_id__in=queries.nodes_below(node))
    rows = list(there.values_list("node_id", "west", "south", "east", "north"))
    nodes = [row[0] for row in rows]
    above: dict[int, list[int]] = {}
    for lower, upper in (
        Closure.objects.filter(descendant_id__in=nodes, depth__gt=0)
        .order_by("depth")
        .values_list("descendant_id", "ancestor_id")
    ):
        above.setdefault(lower, []).append(upper)
    names, gates = queries.full_names(nodes), set(Entrance.objects.values_list("node_id", flat=True))
    return [
        Mapped(
            node, names.get(node, ""), "", node in gates, tuple(above.get(node, ())), (east - west) * (north - south)
        )
        for node, west, south, east, north in rows
    ]


def _href(place: Mapped, level: Level) -> str:
    if place.node in level.opens:
        return f"{reverse('places:map')}?place={place.node}"
    return reverse("places:shape" if place.is_gate else "places:unit", args=[place.node])


def _picture(level: Level, shapes: dict[int, Shape], width: float, name: str) -> str:
    drawn = [
        Drawn(n, place.name, shapes[place.node], place.is_gate, _href(place, level))
        for n, place in enumerate(level.places, start=1)
    ]
    edge = [shapes[level.around.node]] if level.around else []
    view = view_of(around(one.shape.bounds for one in drawn), width, tallest=max(width * 0.6, 340), margin=30)
    title = level.around.name if level.around else gettext("Map of places")
    return draw_map(title, drawn, view, gettext, name=name, ground=edge)


@require_GET
@require_permission(Permission.SEE_PLACES)
def shape(request: StaffRequest, node: int) -> HttpResponse:
    """Where one place lies."""
    return _shape_page(request, node, PointForm(initial=_initial(request, queries.geometry_of(node))))


@require_POST
@require_permission(Permission.EDIT_PLACES)
def locate(request: StaffRequest, node: int) -> HttpResponse:
    """A tap on the map fills the form in, the button at its end keeps the point."""
    if PICKING & request.POST.keys():
        return _shape_page(request, node, PointForm(initial=_tapped(request, node)))
    form = PointForm(request.POST)
    if form.is_valid() and _located(request, node, form):
        return HttpResponseRedirect(reverse("places:shape", args=[node]))
    return _shape_page(request, node, form)


def _shape_page(request: StaffRequest, node: int, form: PointForm) -> HttpResponse:
    name, may_edit = queries.full_names([node]).get(node), node in nodes_held(Permission.EDIT_PLACES)
    if name is None or (request.method == "POST" and not may_edit):
        raise NotFound("This place is not known here.")
    kept = queries.geometry_of(node)
    point = _point(form)
    view = _view(node, point, _zoom(form))
    unit = Unit.objects.filter(node_id=node).exists()
    context = {
        "now": request.now, "name": name, "node": node, "kept": kept, "form": form if may_edit else None,
        "back": reverse("places:unit", args=[node]) if unit else "", "point": point,
        "source": gettext(TITLES[ShapeSource(kept.source)]) if kept else "",
        **({"pick": _source(name, view, point), "width": int(view.width), "height": int(view.height)} if view else {}),
    }  # fmt: skip
    return render(request, "places/shape.html", context, status=422 if form.errors else 200)


def _initial(request: StaffRequest, kept: Geometry | None) -> dict[str, Any]:
    """What may be kept again as it stands: a point; the middle of an outline would replace it."""
    if kept is None or kept.shape["type"] != ShapeKind.POINT:
        return {"measured_on": day_in(site_zone(), request.now), "zoom": 0}
    return {
        "lon": kept.lon, "lat": kept.lat, "datum": Datum.WGS84.value, "source": kept.source,
        "measured_on": kept.measured_on, "zoom": 0,
    }  # fmt: skip


def _tapped(request: StaffRequest, node: int) -> dict[str, Any]:
    """The form as it was filled in, with another point or from nearer by."""
    said: dict[str, Any] = {name: request.POST.get(name, "") for name in PointForm.base_fields}
    before = PointForm(initial=said)
    step = ("closer" in request.POST) - ("farther" in request.POST)
    view = _view(node, _point(before), _zoom(before))
    said["zoom"] = min(max(_zoom(before) + step, 0), CLOSEST)
    try:
        x, y = int(request.POST["pick.x"]), int(request.POST["pick.y"])
        is_tapped = view and (x, y) != (0, 0) and 0 <= x <= view.width and 0 <= y <= view.height
        at = checked_position(*view.position((x, y))) if view and is_tapped else None
    except (KeyError, ValueError, ShapeRefused):
        return said
    if at:  # a key sends 0, 0
        said |= {"lon": at[0], "lat": at[1], "datum": Datum.WGS84.value, "source": ShapeSource.PICKED.value}
    return said


def _point(form: PointForm) -> Position | None:
    """What stands in the form, in WGS 84."""
    try:
        lon, lat = (float(form[name].value()) for name in ("lon", "lat"))
        return checked_position(lon, lat, Datum(form["datum"].value()))
    except (TypeError, ValueError, ShapeRefused):
        return None


def _zoom(form: PointForm) -> int:
    told = str(form["zoom"].value() or 0)
    return min(int(told), CLOSEST) if told.isdecimal() and len(told) < 3 else 0


def _located(request: StaffRequest, node: int, form: PointForm) -> bool:
    given = form.cleaned_data
    try:
        actions.locate(
            node, shape=form.shape(), source=ShapeSource(given["source"]), measured_on=given["measured_on"],
            by=request.staff, at=request.now,
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return False
    messages.success(request, gettext("Kept, with your name and the time."))
    return True


def _view(node: int, point: Position | None, zoom: int) -> View | None:
    """Of the place, of what is around it, or of all that is on the map; halved `zoom` times about the point."""
    above = Closure.objects.filter(descendant_id=node).order_by("depth").values_list("ancestor_id", flat=True)
    rows = Geometry.objects.in_bulk(list(above), field_name="node_id")
    box = next((_box(rows[one]) for one in above if one in rows), None)
    if box is None and (boxes := [_box(row) for row in Geometry.objects.all()]):
        box = around(boxes)
    if box is None:
        return view_of((*point, *point), PICKED_WIDTH, tallest=PICKED_WIDTH, narrowest=800 / 2**zoom) if point else None
    lon, lat = point or ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    if zoom:
        wide, high = (box[2] - box[0]) / 2 ** (zoom + 1), (box[3] - box[1]) / 2 ** (zoom + 1)
        box = (lon - wide, lat - high, lon + wide, lat + high)
    return view_of(box, PICKED_WIDTH, tallest=PICKED_WIDTH, narrowest=200 / 2**zoom)


def _box(row: Geometry) -> Box:
    return row.west, row.south, row.east, row.north


def _source(title: str, view: View, point: Position | None) -> str:
    (west, north), (east, south) = view.position((0, 0)), view.position((view.width, view.height))
    rows = Geometry.objects.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    ground = queries.shapes(list(rows.values_list("node_id", flat=True)[:200]))
    word = gettext("Where it lies")
    picture = draw_map(title, [], view, gettext, name="pick", ground=ground.values(), dot=point, dot_word=word)
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


@require_POST
@require_permission(Permission.EDIT_PLACES)
def off(request: StaffRequest, node: int) -> HttpResponse:
    """Take a place off the map."""
    if node not in nodes_held(Permission.EDIT_PLACES):
        raise NotFound("This place is not known here.")
    actions.unlocate(node, by=request.staff, at=request.now)
    messages.success(request, gettext("Taken off the map."))
    return HttpResponseRedirect(reverse("places:shape", args=[node]))


@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PLACES)
def bring_in(request: StaffRequest) -> HttpResponse:
    """Shapes from a GeoJSON file: all of them or none, problems by feature."""

    def take(content: bytes, _name: str, dry_run: bool) -> Done:
        form = ShapesForm(request.POST, request.FILES)
        form.is_valid()
        return import_shapes(
            content, datum=form.cleaned_data["datum"], measured_on=form.cleaned_data["measured_on"],
            by=request.staff, at=request.now, dry_run=dry_run,
        )  # fmt: skip

    return bring_in_sheet(
        request, take, template="places/shapes_import.html", then=reverse("places:map"), asks=ShapesForm
    )


@require_GET
@require_permission(Permission.SEE_PLACES)
def hand_out(request: StaffRequest) -> HttpResponse:
    """The shapes that the reader may see, as GeoJSON in WGS 84; with a place in the URL, those there and below."""
    place = place_of(request)
    content = written(queries.nodes_below(place.id) if place else None)
    return as_sent("application/geo+json", content, save_as="places.geojson")
