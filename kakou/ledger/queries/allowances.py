"""How long a loop may last: data of each unit, nearest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from kakou.ledger.models import Allowance
from kakou.ledger.stays.rows import KINDS
from kakou.ledger.stays.shapes import ABSENCE, VISIT
from kakou.ledger.stays.topology import Topology

ANY_PURPOSE = 0


class Limit(NamedTuple):
    """One line of the table: loops of `kind` in `node` and below, for one purpose (0: any), last at most `ms`."""

    node: int
    kind: str
    purpose: int
    ms: int


@dataclass(frozen=True)
class Allowances:
    """`visits`: (gate, purpose) → ms for purposes that have a limit of their own at that gate's enclosure."""

    visits: Mapping[tuple[int, int], int]


def limits() -> list[Limit]:
    """The whole table."""
    kinds = {1: VISIT, 2: ABSENCE}
    rows = Allowance.objects.values_list("node_id", "kind", "purpose", "minutes")
    return [Limit(node, kinds[kind], purpose, minutes * 60_000) for node, kind, purpose, minutes in rows]


class InForce(NamedTuple):
    """What counts at a unit: loops of `kind` for `purpose` (0: any) last at most so long; set at `node`."""

    kind: str
    purpose: int
    lasts: dt.timedelta
    node: int


def in_force(unit: int) -> list[InForce]:
    """Every line that counts at `unit`, the nearest of each; nothing for a unit outside the reader's scope. Lines of
    units above that scope come along, for they count here."""
    kinds = {number: kind for kind, number in KINDS.items()}
    with connection.cursor() as cursor:
        cursor.execute("select kind, purpose, minutes, node from ledger_allowances_of(%s)", [unit])
        return [
            InForce(kinds[kind], purpose, dt.timedelta(minutes=minutes), node)
            for kind, purpose, minutes, node in cursor.fetchall()
        ]


def resolve(
    limits: Iterable[Limit], parents: Mapping[int, int | None], enclosures: Iterable[int]
) -> dict[tuple[int, str, int], int]:
    """(enclosure, kind, purpose) → ms: the line of the nearest unit at or above the enclosure. Pure."""
    table: dict[int, list[Limit]] = {}
    for limit in limits:
        table.setdefault(limit.node, []).append(limit)
    found: dict[tuple[int, str, int], int] = {}
    for enclosure in enclosures:
        node: int | None = enclosure
        while node is not None:
            for limit in table.get(node, ()):
                found.setdefault((enclosure, limit.kind, limit.purpose), limit.ms)
            node = parents.get(node)
    return found


def by_gate(found: Mapping[tuple[int, str, int], int], topology: Topology) -> Allowances:
    """Limits of single purposes, by the gate at which the visit begins."""
    gates: dict[int, list[int]] = {}
    for gate, enclosure in topology.gates.items():
        gates.setdefault(enclosure, []).append(gate)
    return Allowances(
        {
            (gate, purpose): ms
            for (enclosure, kind, purpose), ms in found.items()
            if kind == VISIT and purpose != ANY_PURPOSE
            for gate in gates.get(enclosure, ())
        }
    )
