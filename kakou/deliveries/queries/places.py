"""Which gates lead where."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.ledger.queries.visits import units_of_gates
from kakou.ledger.queries.where import titled
from kakou.places.models import Entrance
from kakou.places.queries import nodes_below, units_on
from kakou.places.rules import EntranceState
from kakou.services.queries.places import is_below

Named = list[tuple[int, str]]
_OPENINGS = """select n.id from access_closure c join access_node n on n.parent_id = c.ancestor_id
  where c.descendant_id = %s"""


def gates_among(nodes: Collection[int]) -> Named:
    """The staffed gates on these nodes, with the names of their units."""
    rows = Entrance.objects.filter(node_id__in=nodes, state=EntranceState.STAFFED)
    return sorted(((gate.node_id, gate.title) for gate in titled(rows)), key=lambda gate: gate[1])


def gates_to(node: int) -> Named:
    """The staffed gates by which a goods vehicle comes to `node`: its own, and those of the units around it. Asked by
    people without an account: of the tree they see the names of these gates."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENINGS, [node])
        nodes = frozenset(row[0] for row in cursor.fetchall()) | {node}
        cursor.execute("select ancestor_id from access_closure where descendant_id = %s", [node])
        around = frozenset(row[0] for row in cursor.fetchall())
    with acting_for({Permission.SEE_PLACES: nodes | around}):
        return gates_among(nodes)


def units_behind(gates: Collection[int]) -> Named:
    """The units into which these gates lead, and all in them."""
    nodes = {below for unit in units_of_gates(gates) - frozenset(gates) for below in nodes_below(unit)}
    with acting_for({Permission.SEE_PLACES: frozenset(nodes)}):
        return [(unit.node_id, unit.name) for unit in units_on(nodes)]


def leads_to(gate: int, node: int) -> bool:
    """Does that gate lead to the unit on `node`, or into one around it?"""
    with acting_for({Permission.SEE_PLACES: frozenset({gate})}):  # asked by people without an account too
        units = units_of_gates([gate]) - {gate}
    return any(is_below(node, unit) for unit in units)
