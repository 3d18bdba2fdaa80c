"""Reads of places, all within the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q

from kakou.access.models import Closure, Node
from kakou.kernel.errors import NotFound
from kakou.places.geo import Shape, kept_shape
from kakou.places.models import Entrance, Geometry, Period, Unit
from kakou.places.rules import EntranceKind, EntranceState, Management, UnitKind


class Topology(NamedTuple):
    """What the fold of stays needs of the tree: every node's parent, the entrances people come in and go out by, and
    the inner readings, all as node ids.
    """

    parents: dict[int, int | None]
    gates: frozenset[int]
    readers: frozenset[int]


class Opening(NamedTuple):
    """An entrance and the unit it leads into, by their nodes and kinds."""

    node: int
    kind: EntranceKind
    is_inner: bool
    unit: int
    unit_kind: UnitKind


@dataclass(slots=True)
class Branch:
    """A unit as it stands in the tree: how deep (0 = top of what the reader may see), its entrances, its rule now.
    `is_managed`: shown under the one that manages it on behalf of its own superior (代管)."""

    unit: Unit
    depth: int
    parent: Unit | None
    management: Management = Management.OPEN
    is_managed: bool = False
    entrances: list[Entrance] = field(default_factory=list)


def topology() -> Topology:
    """The tree in scope, in two queries."""
    inner = dict(Entrance.objects.values_list("node_id", "is_inner"))
    return Topology(
        parents=dict(Node.objects.values_list("pk", "parent_id")),
        gates=frozenset(node for node, is_inner in inner.items() if not is_inner),
        readers=frozenset(node for node, is_inner in inner.items() if is_inner),
    )


def openings() -> list[Opening]:
    """Every entrance in scope, in one query."""
    rows = Entrance.objects.values_list("node_id", "kind", "is_inner", "unit__node_id", "unit__kind")
    return [
        Opening(node, EntranceKind(kind), is_inner, unit, UnitKind(unit_kind))
        for node, kind, is_inner, unit, unit_kind in rows
    ]


def tree(at: dt.datetime) -> list[Branch]:
    """Every unit in scope, depth first, units of one parent by code and name. Four queries, whatever the size."""
    units = {unit.node_id: unit for unit in Unit.objects.order_by("code", "name", "pk").select_related("node")}
    below: dict[int | None, list[Unit]] = {}
    for unit in units.values():
        below.setdefault(_shown_under(unit, units), []).append(unit)
    branches: list[Branch] = []
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        under = _shown_under(unit, units)
        branches.append(Branch(unit, depth, units.get(under or 0), is_managed=under not in (None, unit.node.parent_id)))
        waiting += [(inner, depth + 1) for inner in reversed(below.pop(unit.node_id, []))]
    _furnish(branches, at)
    return branches


def _shown_under(unit: Unit, units: Mapping[int, Unit]) -> int | None:
    """Its own superior; for whoever sees that one not, the one that manages it on behalf; else none."""
    return next((up for up in (unit.node.parent_id, unit.node.second_superior_id) if up in units), None)


def _furnish(branches: list[Branch], at: dt.datetime) -> None:
    by_unit = {branch.unit.pk: branch for branch in branches}
    for entrance in Entrance.objects.order_by("name", "pk"):
        if entrance.unit_id in by_unit:  # who works at a gate sees the gate and not its unit
            by_unit[entrance.unit_id].entrances.append(entrance)
    for period in _in_force(at):
        by_unit[period.unit_id].management = Management(period.management)


def entrances_alone() -> list[Entrance]:
    """Entrances in scope whose unit is not: the gates of whoever works at a gate. By name; two queries."""
    units = set(Unit.objects.values_list("pk", flat=True))
    return [entrance for entrance in Entrance.objects.order_by("name", "pk") if entrance.unit_id not in units]


def _in_force(at: dt.datetime) -> list[Period]:
    return list(Period.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at))


def management_of(unit: Unit, at: dt.datetime) -> Management:
    """The rule under which the unit stood at `at`."""
    period = Period.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), unit=unit, starts_at__lte=at).first()
    return Management(period.management) if period else Management.OPEN


def periods_of(unit: Unit) -> list[Period]:
    """Every period of the unit, the latest first."""
    return list(Period.objects.filter(unit=unit).order_by("-starts_at"))


def unit_at(node: int) -> Unit:
    """The unit on `node`. Raises NotFound, also when it lies outside the reader's scope."""
    unit = Unit.objects.select_related("node").filter(node_id=node).first()
    if unit is None:
        raise NotFound("This place is not known here.")
    return unit


def entrance_at(node: int) -> Entrance:
    """The entrance on `node`. Raises NotFound, also when it lies outside the reader's scope."""
    entrance = Entrance.objects.select_related("unit").filter(node_id=node).first()
    if entrance is None:
        raise NotFound("This place is not known here.")
    return entrance


def entrance_names(nodes: Collection[int], *, staffed: bool = False) -> dict[int, str]:
    """Of `nodes` the entrances in scope, "unit · entrance"; with `staffed` only where somebody stands. Two queries.

    Who works at a gate sees the gate and not its unit: then the entrance's name stands alone.
    """
    rows = Entrance.objects.filter(node_id__in=nodes)
    if staffed:
        rows = rows.filter(state=EntranceState.STAFFED)
    entrances = list(rows.values_list("node_id", "name", "unit_id"))
    units = dict(Unit.objects.filter(pk__in={unit for *_, unit in entrances}).values_list("pk", "name"))
    return {node: f"{units[unit]} · {name}" if unit in units else name for node, name, unit in entrances}


def full_names(nodes: Collection[int]) -> dict[int, str]:
    """Node → what a person calls it: a unit by its name, an entrance "unit · entrance". Three queries."""
    return dict(Unit.objects.filter(node_id__in=nodes).values_list("node_id", "name")) | entrance_names(nodes)


def kinds_at(entrances: Collection[int]) -> dict[int, str]:
    """Entrance's node → kind of the unit that it leads into."""
    return dict(Entrance.objects.filter(node_id__in=entrances).values_list("node_id", "unit__kind"))


def kinds_of_nodes() -> dict[int, str]:
    """Every node in scope → kind of its unit or entrance. Two queries."""
    return dict(Unit.objects.values_list("node_id", "kind")) | dict(Entrance.objects.values_list("node_id", "kind"))


def units_inside(node: int) -> list[Unit]:
    """The units directly inside the unit on `node`, by code and name."""
    return list(Unit.objects.filter(node__parent_id=node).order_by("code", "name"))


def managed_by(node: int) -> list[Unit]:
    """The units that the unit on `node` manages on behalf of their own superiors, by code and name."""
    return list(Unit.objects.filter(node__second_superior_id=node).order_by("code", "name"))


def path_of(node: int) -> list[Unit]:
    """The units around `node` that the reader may see, outermost first, the unit on `node` itself last."""
    depth = dict(Closure.objects.filter(descendant_id=node).values_list("ancestor_id", "depth"))
    return sorted(Unit.objects.filter(node_id__in=depth), key=lambda unit: -depth[unit.node_id])


def names(nodes: Collection[int]) -> dict[int, str]:
    """Node → name of the unit or entrance on it; a node outside the reader's scope is left out. Two queries."""
    wanted = set(nodes)
    return dict(Unit.objects.filter(node_id__in=wanted).values_list("node_id", "name")) | dict(
        Entrance.objects.filter(node_id__in=wanted).values_list("node_id", "name")
    )


def nodes_below(node: int) -> set[int]:
    """`node` and every node below it."""
    return set(Closure.objects.filter(ancestor_id=node).values_list("descendant_id", flat=True))


def units_on(nodes: Collection[int]) -> list[Unit]:
    """The units on these nodes, by code and name."""
    return list(Unit.objects.filter(node_id__in=nodes).order_by("code", "name"))


def geometry_of(node: int) -> Geometry | None:
    """Where the place on `node` lies, as it was kept; None while nobody said."""
    return Geometry.objects.filter(node_id=node).first()


def shapes(nodes: Collection[int] | None = None) -> dict[int, Shape]:
    """Node → where it lies, of `nodes` or of all in scope; what nobody put on the map is left out."""
    rows = Geometry.objects.all() if nodes is None else Geometry.objects.filter(node_id__in=nodes)
    return {node: kept_shape(shape) for node, shape in rows.values_list("node_id", "shape")}
