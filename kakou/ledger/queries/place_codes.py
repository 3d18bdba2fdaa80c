"""Which place a code on a poster stands for, and which codes a unit has."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.ledger.models import PlaceCode
from kakou.ledger.visits import OF_A_PLACE, read_code
from kakou.places.models import Entrance, Unit
from kakou.places.queries import path_of, unit_at

_AROUND = "select ancestor_id from access_closure where descendant_id = %s"


@dataclass(frozen=True, slots=True)
class Place:
    """`node`: of the gate or unit whose code it is; `unit`: of the unit it stands at. `office`: who answers for it."""

    code: str
    node: int
    unit: int
    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit or one of its entrances, with the code that is in use there."""

    node: int
    name: str
    code: PlaceCode | None


def place_of(text: str) -> Place | None:
    """The place whose code somebody scanned or typed; None for a cancelled one and for nobody's.

    Asked by people without an account: of the tree they see the names around that one place.
    """
    code = read_code(text, OF_A_PLACE)
    with connection.cursor() as cursor:
        cursor.execute("select ledger_place_of(%s)", [code])
        (node,) = cursor.fetchone() or (None,)
        if node is None:
            return None
        cursor.execute(_AROUND, [node])
        around = frozenset(row[0] for row in cursor.fetchall())
    with acting_for({Permission.SEE_PLACES: around}):
        return _place(code, node)


def _place(code: str, node: int) -> Place | None:
    path = path_of(node)
    if not path:
        return None
    unit, office = path[-1], path[-2] if len(path) > 1 else path[-1]
    gate = Entrance.objects.filter(node_id=node).values_list("name", flat=True).first()
    return Place(code, node, unit.node_id, f"{unit.name} {gate or ''}".strip(), office.name)


def spots_of(node: int) -> tuple[Unit, list[Spot]]:
    """The unit on `node`, and itself and its entrances as places for a code. Raises NotFound."""
    unit = unit_at(node)
    entrances = list(unit.entrances.order_by("name", "pk").values_list("node_id", "name"))
    places = [(unit.node_id, unit.name), *entrances]
    codes = {code.node_id: code for code in in_use([place for place, _ in places])}
    return unit, [Spot(place, name, codes.get(place)) for place, name in places]


def in_use(nodes: list[int]) -> list[PlaceCode]:
    """The codes that hold at these nodes."""
    return list(PlaceCode.objects.filter(node_id__in=nodes, cancelled_at=None).order_by("pk"))


def unit_around(node: int) -> int:
    """The node of the unit on which `node`, a unit or an entrance in scope, stands. Raises NotFound."""
    entrance = Entrance.objects.filter(node_id=node).select_related("node").first()
    if entrance is None:
        return unit_at(node).node_id
    return entrance.node.parent_id or node
