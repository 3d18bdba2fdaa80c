"""What the fold stands on: the enclosures and their gates, allowances, and who lives where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from kakou.ledger.queries.allowances import ANY_PURPOSE, Allowances, by_gate, limits, resolve
from kakou.ledger.stays.enclosures import encloses
from kakou.ledger.stays.shapes import ABSENCE, VISIT
from kakou.ledger.stays.topology import OUTSIDE, Topology
from kakou.people import queries as people
from kakou.places import queries as places
from kakou.places.rules import EntranceKind, UnitKind

# a text that changes whenever `read_land` would answer otherwise: cheap enough to ask with every fold
FINGERPRINT = """concat_ws(' ',
  (select sum(hashint8(id * 1000003::bigint + coalesce(parent_id, 0))) from access_node),
  (select sum(hashtext(e::text)) from (select node_id, unit_id, kind, is_inner from places_entrance) e),
  (select sum(hashtext(u::text)) from (select node_id, kind from places_unit) u),
  (select sum(hashtext(a::text)) from ledger_allowance a))"""


@dataclass(frozen=True)
class Land:
    """The tree as the fold sees it; good until the tree or the table of allowances changes."""

    topology: Topology
    allowances: Allowances
    home_of_node: Mapping[int, int]  # node → the nearest enclosure at or above it

    def homes(self, nodes: Mapping[bytes, int]) -> dict[bytes, frozenset[int]]:
        """Subject → node of his home → the enclosure he lives in; who lives in none is left out."""
        found = {subject: self.home_of_node.get(node) for subject, node in nodes.items()}
        return {subject: frozenset({home}) for subject, home in found.items() if home is not None}

    def gate_signs(self) -> dict[str, str]:
        """Gate → all that the fold takes from the land where somebody passes there: equal signs, equal stays."""
        topology, purposes = self.topology, dict[int, list[tuple[int, int]]]()
        for (gate, purpose), ms in self.allowances.visits.items():
            purposes.setdefault(gate, []).append((purpose, ms))
        return {
            str(gate): f"{self._chain(e)} {gate in topology.readers} {topology.visit_ms.get(e)}"
            f" {topology.absence_ms.get(e)} {sorted(purposes.get(gate, ()))}"
            for gate, e in topology.gates.items()
        }

    def home_signs(self) -> dict[str, str]:
        """Node → the enclosures in which whoever has his home there lives, the innermost first."""
        return {str(node): str(self._chain(home)) for node, home in self.home_of_node.items()}

    def _chain(self, enclosure: int) -> list[int]:
        chain = []
        while enclosure != OUTSIDE:
            chain.append(enclosure)
            enclosure = self.topology.outer.get(enclosure, OUTSIDE)
        return chain


@dataclass(frozen=True)
class Ground:
    """A `Land` and the homes (subject as uuid bytes → enclosures) of the subjects at hand."""

    land: Land
    homes: Mapping[bytes, frozenset[int]] = field(default_factory=dict)

    @property
    def topology(self) -> Topology:
        """See `Land`."""
        return self.land.topology


def read_land() -> Land:
    """Read the tree within the present scope (the fold acts over all of it)."""
    parents, openings = _parents(), places.openings()
    closed = _enclosures(openings)
    gates = {opening.node for opening in openings if opening.unit in closed and not opening.is_inner}
    bare = Topology.of(parents, gates, readers={opening.node for opening in openings} - gates)
    found = resolve(limits(), parents, bare.outer)
    topology = Topology(
        gates=bare.gates,
        outer=bare.outer,
        readers=bare.readers,
        visit_ms={e: ms for (e, kind, purpose), ms in found.items() if kind == VISIT and purpose == ANY_PURPOSE},
        absence_ms={e: ms for (e, kind, purpose), ms in found.items() if kind == ABSENCE and purpose == ANY_PURPOSE},
    )
    return Land(topology, by_gate(found, topology), _nearest(parents, topology))


def ground_of(land: Land, subjects: Iterable[bytes]) -> Ground:
    """The homes of these subjects by the register, for subjects that are no other's key."""
    nodes = people.homes_of([UUID(bytes=subject) for subject in subjects])
    return Ground(land, land.homes({subject.bytes: node for subject, node in nodes.items()}))


def _parents() -> dict[int, int | None]:
    with connection.cursor() as cursor:
        cursor.execute("select id, parent_id from access_node")
        return dict(cursor.fetchall())


def _enclosures(openings: Iterable[places.Opening]) -> set[int]:
    kinds: dict[tuple[int, UnitKind], set[EntranceKind]] = {}
    for opening in openings:
        if not opening.is_inner:
            kinds.setdefault((opening.unit, opening.unit_kind), set()).add(opening.kind)
    return {unit for (unit, kind), entrances in kinds.items() if encloses(kind, entrances)}


def _nearest(parents: Mapping[int, int | None], topology: Topology) -> dict[int, int]:
    found = {}
    for start in parents:
        node: int | None = start
        while node is not None and node not in topology.outer:
            node = parents.get(node)
        if node is not None and node != OUTSIDE:
            found[start] = node
    return found
