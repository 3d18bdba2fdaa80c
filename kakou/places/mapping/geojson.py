"""GeoJSON (RFC 7946) in and out. In: features are matched to places by code, or by the names on the way to them with /
between; all of them are taken or none. Out: what the reader may see, in WGS 84.

    {"type": "FeatureCollection", "features": [
      {"type": "Feature", "properties": {"path": "金城街道/红光社区/阳光花园"}, "geometry": {"type": "Polygon", …}}]}
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from kakou.access.actions import refuse_beside_drill
from kakou.access.models import Node, Staff
from kakou.access.queries import told_at
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.kernel.hostile import TooManyValues, read_json
from kakou.places import queries
from kakou.places.actions import put_on_map
from kakou.places.geo import Datum, Shape, ShapeRefused, read_shape
from kakou.places.geo.shapes import Box, metres_between
from kakou.places.geo.view import around
from kakou.places.models import Entrance, Geometry, Unit
from kakou.places.rules import ShapeSource
from kakou.web.sheets import CellProblem, Problems, SheetRefused
from kakou.web.sheets.problems import Notice

MOST = 5_000  # features of one file
MOST_POSITIONS = 100_000  # of one file: the worst outlines of so many are checked in some seconds
FARTHEST = 200_000.0  # m: from what is on the map already
CODE, PATH = ("code", "编码"), ("path", "路径", "name", "名称")
PLAIN = ("CRS84", "4326")  # what a file of before RFC 7946 may name

AT_FEATURE = gettext_noop("Feature %(row)d “%(title)s”, %(field)s")
NO_NAME = gettext_noop("The feature names no place.")
FIX_NAME = gettext_noop("Give it the property “path”, such as 街道/社区/小区, or “code”.")
NO_PLACE = gettext_noop("No place is called %(word)s here.")
FIX_PLACE = gettext_noop("Correct the name, or bring the place in first.")
MANY = gettext_noop("%(count)d places are called %(word)s.")
FIX_MANY = gettext_noop("Write the names on the way to it with / between them.")
NOT_YOURS = gettext_noop("You may not change places there.")
FIX_NOT_YOURS = gettext_noop("Leave the feature out, or ask whoever looks after that place.")
TWICE = gettext_noop("The same place stands in feature %(first)d already.")
FIX_TWICE = gettext_noop("Delete one of the two features.")
FAR = gettext_noop("It lies %(km)d km away from all other places.")
FIX_FAR = gettext_noop("Check the numbers, their order and the datum.")
NO_FEATURE = gettext_noop("This is no feature.")
FIX_FEATURE = gettext_noop("Export the layer as a GeoJSON FeatureCollection.")


class FeatureProblem(CellProblem):
    """One feature cannot be used: `row` counts from 1, `title` is what it calls its place."""

    @property
    def place(self) -> Notice:
        """Where it is, as a msgid with its params."""
        return Notice(AT_FEATURE, {"row": self.row, "title": self.title or "—", "field": self.field})


@dataclass(slots=True)
class Outcome:
    """How many places came onto the map, moved there, lay there already."""

    added: int = 0
    changed: int = 0
    same: int = 0


def import_shapes(
    data: bytes, *, datum: Datum, measured_on: dt.date, by: Staff | None, at: dt.datetime, dry_run: bool = False
) -> Outcome:
    """Take the whole file or nothing. Runs in the caller's scope.

    Raises SheetRefused for what is no GeoJSON, SheetProblems with every feature that is wrong, BesideDrill.
    """
    if not dry_run:
        refuse_beside_drill()
    problems, ground = Problems(), _Ground(by)
    features = _features(data)
    with transaction.atomic():
        for number, feature in enumerate(features, start=1):
            with problems.collect():
                node, shape = ground.read(number, feature, datum)
                ground.keep(node, shape, measured_on=measured_on, by=by, at=at)
        problems.refuse_if_any()
        done = ground.outcome
        if done.added or done.changed:
            audit.record(
                "places.located", subject=None, by=by.pk if by else None, at=at, node=told_at(ground.touched, by),
                added=done.added, changed=done.changed,
            )  # fmt: skip
        if dry_run:
            transaction.set_rollback(True)
    return done


def _features(data: bytes) -> Sequence[object]:
    try:
        told = read_json(data.decode("utf-8-sig"))
    except TooManyValues:
        raise _too_much() from None
    except ValueError:
        raise SheetRefused("This is no GeoJSON: it cannot be read as JSON in UTF-8.") from None
    if not isinstance(told, dict) or told.get("type") not in ("FeatureCollection", "Feature"):
        raise SheetRefused("This is no GeoJSON with features. Export the layer as a FeatureCollection.")
    if (crs := told.get("crs")) is not None and not any(word in json.dumps(crs) for word in PLAIN):
        raise SheetRefused("The file names a datum of its own (crs). Export it in WGS-84 (EPSG:4326).")
    features = told.get("features") if told["type"] == "FeatureCollection" else [told]
    if not isinstance(features, list) or not features:
        raise SheetRefused("There is no feature in this file.")
    if len(features) > MOST:
        raise SheetRefused("The file has more than %(most)d features. Bring it in in parts.", most=MOST)
    if has_more_positions(features, MOST_POSITIONS):
        raise _too_much()
    return features


def _too_much() -> SheetRefused:
    return SheetRefused(
        "The shapes of this file have more than %(most)d positions together. Bring it in in parts, or simplify the"
        " outlines.", most=MOST_POSITIONS,
    )  # fmt: skip


def has_more_positions(features: Iterable[object], most: int) -> bool:
    """Do the geometries hold more than `most` positions? Looks at no more than it must to know, and at no shape."""
    waiting: list[object] = [
        feature["geometry"].get("coordinates")
        for feature in features
        if isinstance(feature, Mapping) and isinstance(feature.get("geometry"), Mapping)
    ]
    counted = 0
    while waiting and counted <= most:
        told = waiting.pop()
        if isinstance(told, list) and told:
            if isinstance(told[0], list):
                waiting += told
            else:
                counted += 1
    return counted > most


class _Ground:
    """The places in scope by every way in which a feature may name them."""

    def __init__(self, by: Staff | None) -> None:
        self._mine = None if by is None else set(nodes_of(by)[Permission.EDIT_PLACES])
        self._paths = paths()
        self._coded = dict(Unit.objects.exclude(code=None).values_list("code", "node_id"))
        self._named: dict[str, list[int]] = {}
        for node, path in self._paths.items():
            self._named.setdefault(path[-1], []).append(node)
        self._shapes = queries.shapes()
        self._site = around(shape.bounds for shape in self._shapes.values()) if self._shapes else None
        self._seen: dict[int, int] = {}
        self.touched: set[int] = set()
        self.outcome = Outcome()

    def read(self, number: int, feature: object, datum: Datum) -> tuple[int, Shape]:
        """Raises FeatureProblem."""
        if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
            raise FeatureProblem(NO_FEATURE, row=number, letter="", field="type", fix=FIX_FEATURE)
        about = feature.get("properties")
        properties = about if isinstance(about, Mapping) else {}
        word = _said(properties, CODE) or _said(properties, PATH)
        node = self._node(number, word, properties)
        try:
            shape = read_shape(feature.get("geometry"), datum)
        except ShapeRefused as refused:
            raise FeatureProblem(
                refused.text, row=number, letter="", title=word, field="geometry", fix=refused.fix, **refused.params
            ) from refused
        if self._site and (away := _away(shape, self._site)) > FARTHEST:
            raise FeatureProblem(
                FAR, row=number, letter="", title=word, field="geometry", fix=FIX_FAR, km=round(away / 1000)
            )
        return node, shape

    def _node(self, number: int, word: str, properties: Mapping[str, object]) -> int:
        def problem(text: str, fix: str, **params: object) -> FeatureProblem:
            return FeatureProblem(text, row=number, letter="", title=word, field="properties", fix=fix, **params)

        if not word:
            raise problem(NO_NAME, FIX_NAME)
        coded = self._coded.get(_said(properties, CODE).upper())
        nodes = [coded] if coded else list(self._called(_said(properties, PATH) or word))
        if len(nodes) != 1:
            text, fix = (MANY, FIX_MANY) if nodes else (NO_PLACE, FIX_PLACE)
            raise problem(text, fix, word=word[:40], count=len(nodes))
        if self._mine is not None and nodes[0] not in self._mine:
            raise problem(NOT_YOURS, FIX_NOT_YOURS)
        if (first := self._seen.setdefault(nodes[0], number)) != number:
            raise problem(TWICE, FIX_TWICE, first=first)
        return nodes[0]

    def _called(self, word: str) -> Iterator[int]:
        """The whole way may be told to whoever sees only the end of it."""
        names = tuple(part.strip() for part in word.split("/"))
        for node in self._named.get(names[-1], ()):
            way = self._paths[node]
            seen = len(names) if self._mine is None else min(len(names), len(way))
            if way[-seen:] == names[-seen:]:
                yield node

    def keep(self, node: int, shape: Shape, *, measured_on: dt.date, by: Staff | None, at: dt.datetime) -> None:
        """Put it on the map, unless it lies there already."""
        before = self._shapes.get(node)
        if before == shape:
            self.outcome.same += 1
            return
        self.touched.add(node)
        put_on_map(node, shape=shape, source=ShapeSource.IMPORTED, measured_on=measured_on, by=by, at=at)
        if before is None:
            self.outcome.added += 1
        else:
            self.outcome.changed += 1


def _said(properties: Mapping[str, object], names: Sequence[str]) -> str:
    told = next((properties[name] for name in names if properties.get(name) not in (None, "")), "")
    # half a sign, which JSON may write, can be shown on no page
    return str(told).encode(errors="replace").decode().strip() if isinstance(told, str | int) else ""


def _away(shape: Shape, box: Box) -> float:
    """Metres from its middle to a box."""
    lon, lat = shape.middle
    near = min(max(lon, box[0]), box[2]), min(max(lat, box[1]), box[3])
    east, north = metres_between((lon, lat), near)
    return max(abs(east), abs(north))


def paths() -> dict[int, tuple[str, ...]]:
    """Node → the names on the way to every place in scope, the outermost first."""
    names = dict(Unit.objects.values_list("node_id", "name")) | dict(Entrance.objects.values_list("node_id", "name"))
    parents = dict(Node.objects.filter(pk__in=names).values_list("pk", "parent_id"))
    found: dict[int, tuple[str, ...]] = {}
    for node, name in names.items():
        way, up = [name], parents.get(node)
        while up in names:
            way.append(names[up])
            up = parents.get(up)
        found[node] = tuple(reversed(way))
    return found


def written(nodes: Collection[int] | None = None) -> bytes:
    """A FeatureCollection of `nodes`, or of all in scope, that `import_shapes` takes again."""
    rows = Geometry.objects.order_by("node_id")
    if nodes is not None:
        rows = rows.filter(node_id__in=nodes)
    ways, codes = paths(), dict(Unit.objects.exclude(code=None).values_list("node_id", "code"))
    kinds = queries.kinds_of_nodes()
    features = [
        {
            "type": "Feature", "geometry": row.shape,
            "properties": {
                "path": "/".join(ways[row.node_id]), "code": codes.get(row.node_id), "kind": kinds.get(row.node_id),
                "source": row.source, "measured_on": row.measured_on.isoformat(),
            },
        }
        for row in rows if row.node_id in ways
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
