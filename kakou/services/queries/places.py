"""Where something may be reported from: a place by its code, by its name, and the units around it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.ledger.queries import place_codes
from kakou.places.models import Entrance, Unit
from kakou.places.queries import path_of
from kakou.places.rules import UnitKind
from kakou.services.rules import Known

MOST_FOUND, SHORTEST = 20, 2
_AROUND = "select ancestor_id from access_closure where descendant_id = %s order by depth"
_NAMED = "select node_id, name, office from services_places_named(%s, %s)"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that may be reported from. `around`: the units there and above it, the nearest first; `office`: the one
    next to it, for people to know which of two gardens it is."""

    node: int
    name: str
    office: str
    around: tuple[tuple[int, UnitKind], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A place found by its name."""

    node: int
    name: str
    office: str


def spot_at(node: int) -> Spot | None:
    """The place on `node`; None where no unit or entrance stands. Asked by people without an account: of the tree they
    see the names around that one place."""
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, [node])
        nodes = [row[0] for row in cursor.fetchall()]
    if not nodes:
        return None
    with acting_for({Permission.SEE_PLACES: frozenset(nodes)}):
        path = path_of(node)[::-1]
        gate = Entrance.objects.filter(node_id=node).values_list("name", flat=True).first()
    if not path or (path[0].node_id != node and gate is None):
        return None
    name, office = f"{path[0].name} {gate or ''}".strip(), path[1 if len(path) > 1 else 0].name
    return Spot(node, name, office, tuple((unit.node_id, UnitKind(unit.kind)) for unit in path))


def spot_of(code: str) -> Spot | None:
    """The place of a code on a poster."""
    place = place_codes.place_of(code)
    return spot_at(place.node) if place else None


def named(words: str) -> list[Named]:
    """Places whose name holds `words`, at most MOST_FOUND; none for less than SHORTEST characters."""
    words = "".join(words.split())
    if len(words) < SHORTEST:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [words, MOST_FOUND])
        return [Named(*row) for row in cursor.fetchall()]


def known_below(node: int) -> list[Known]:
    """The units at `node` and below it, whose names may stand in what somebody says there."""
    with connection.cursor() as cursor:
        cursor.execute("select descendant_id, depth from access_closure where ancestor_id = %s", [node])
        depth: dict[int, int] = dict(cursor.fetchall())
    with acting_for({Permission.SEE_PLACES: frozenset(depth)}):
        return [Known(at, name, depth[at]) for at, name in Unit.objects.values_list("node_id", "name")]


def unit_below(node: int, address: str) -> int:
    """The unit at `node` or below it whose name stands in `address`, the innermost one; else `node` itself."""
    named_there = [(one.depth, len(one.name), one.node) for one in known_below(node) if one.name in address]
    return max(named_there)[-1] if named_there else node


def is_below(node: int, above: int) -> bool:
    """Does `node` stand at `above` or below it?"""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from access_closure where ancestor_id = %s and descendant_id = %s", [above, node])
        return cursor.fetchone() is not None
