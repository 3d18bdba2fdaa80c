"""A village with a factory in it and a compound, their gates, and passages written as the lane writes them."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.stays import LandKeeper, fold_new
from kakou.ledger.models import Stay
from kakou.ledger.stays import Direction
from kakou.places.models import Unit
from kakou.places.rules import EntranceKind, UnitKind

IN, OUT, THROUGH = Direction.IN, Direction.OUT, Direction.THROUGH
_numbers = count(1)
STORE = """insert into ledger_passage (id, node_id, seq, prev_hash, hash, direction, crossed, subject, subject_kind,
  purpose, happened_at, device_at, recorded_at, clock, health, travel, vaccination, origin, mask, verdict, reasons,
  pack, corrects) values (%s, %s, 0, '', '', %s, %s, %s, 1, %s, %s, %s, %s, 0, 0, 0, 0, 0, 0, %s, '{}', '', %s)"""
WHO = {"by": None, "at": dt.datetime(2021, 8, 1, tzinfo=dt.UTC)}


@dataclass(frozen=True)
class Land:
    """Nodes: units with gates, and their gates."""

    street: int
    village: int
    village_gate: int
    village_path: int
    factory: int
    factory_gate: int
    compound: int
    compound_gate: int
    compound_scanner: int


@pytest.fixture
def land(as_worker):
    """Street ─ village (gate, path) ─ factory (gate); street ─ compound (gate, inner scanner)."""
    from kakou.places.actions import add_entrance, add_unit

    with acting_as_system():
        street = add_unit(kind=UnitKind.STREET, parent=None, name="street", **WHO)
        village = add_unit(kind=UnitKind.VILLAGE, parent=street, name="village", **WHO)
        factory = add_unit(kind=UnitKind.ENTERPRISE, parent=village, name="factory", **WHO)
        compound = add_unit(kind=UnitKind.COMPOUND, parent=street, name="compound", **WHO)
        gates = {}
        for name, unit, kind, inner in [
            ("village_gate", village, EntranceKind.ROAD_CHECKPOINT, False),
            ("village_path", village, EntranceKind.VILLAGE_PATH, False),
            ("factory_gate", factory, EntranceKind.ENTERPRISE_GATE, False),
            ("compound_gate", compound, EntranceKind.COMPOUND_GATE, False),
            ("compound_scanner", compound, EntranceKind.COMPOUND_GATE, True),
        ]:
            gates[name] = add_entrance(unit=unit, name=name, kind=kind, is_inner=inner, **WHO).node_id
    return Land(
        street=street.node_id, village=village.node_id, factory=factory.node_id, compound=compound.node_id, **gates
    )


@dataclass
class Crossing:
    """One passage in words."""

    subject: UUID
    gate: int
    direction: Direction
    at: dt.datetime
    crossed: bool = True
    corrects: UUID | None = None
    purpose: int = 0
    verdict: int = 1
    id: UUID | None = None
    recorded: dt.datetime | None = None  # when it arrived; else at once

    def __post_init__(self):
        self.id = self.id or id_at(to_ms(self.at), str(next(_numbers)).encode())


def upload(*crossings):
    """Store passages in one transaction, as one upload does."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for c in crossings:
            values = [c.id, c.gate, int(c.direction), c.crossed, c.subject, c.purpose, c.at, c.at, c.recorded or c.at]
            cursor.execute(STORE, [*values, c.verdict, c.corrects])


def forget(*crossings):
    """Take these passages away, as retention does with whole days."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("alter table ledger_passage disable trigger append_only")
        cursor.execute("delete from ledger_passage where id = any(%s)", [[crossing.id for crossing in crossings]])
        cursor.execute("alter table ledger_passage enable trigger append_only")


def fold_all(at, *, most=20_000, backlog=None):
    """Fold until nothing is left, also what an unrelated transaction of another test holds up for a moment."""
    keeper = LandKeeper()
    for _ in range(500):
        while fold_new(at=at, keeper=keeper, backlog=backlog, most=most).more:
            pass
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select coalesce(max(xid)::text::bigint, 0)"
                " <= (select xid from ledger_foldcursor where name = 'stays') from ledger_passage"
            )
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.02)
    raise AssertionError("another transaction stays open")


def stays():
    """Every stay, as tuples that can be compared."""
    with acting_as_system():
        return sorted(Stay.objects.values_list(*[field.attname for field in Stay._meta.concrete_fields]))


def told(enclosure):
    """(state, entered, left) of the stays of one enclosure, in order of time."""
    with acting_as_system():
        rows = Stay.objects.filter(node_id=enclosure).order_by("since_at", "until_at")
        return [(row.state, row.entered_at, row.left_at) for row in rows]


__all__ = [
    "IN",
    "OUT",
    "THROUGH",
    "Crossing",
    "Land",
    "Unit",
    "fold_all",
    "forget",
    "land",
    "stays",
    "told",
    "upload",
]
