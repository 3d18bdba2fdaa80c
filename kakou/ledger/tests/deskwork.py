"""A gate with a phone: whole passages as the phone sends them, through the lane's own checks into the ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from kakou import vault
from kakou.access.models import Device
from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at, new_id
from kakou.kernel.time import to_ms
from kakou.ledger.actions.checks import fold_checks
from kakou.ledger.actions.import_rows import store_rows
from kakou.ledger.lane.codes import STOPPED_WORDS
from kakou.ledger.lane.rows import Row, RowMaker, device_row
from kakou.ledger.lane.wire import canonical, digest, read_item
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.places.models import Entrance, Unit
from kakou.places.rules import EntranceKind, UnitKind
from kakou.screening.queries import packs
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN
from tests.cast import AT, Tree, enrol

RULES = "cn-2021-08.1"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
# everything that the rules of August 2021 ask of a visitor who comes in, looked at and fine
FINE = {
    "health": "green", "travel": "green", "vaccination": "full", "origin": "low", "mask": "correct",
    "temperature": 365, "temperature_by": "forehead", "thermometer": "t-1",
}  # fmt: skip
OUTSIDE = {"mask": "correct"}  # and who goes out
_numbers = count(1)


class Phone:
    """One phone of a gate, which counts and chains what it sends."""

    def __init__(self, device: Device) -> None:
        self.device, self.node = device.pk, device.node_id
        self.seq, self.prev = 0, "0" * 64
        self.maker = RowMaker(vault.store())

    def send(self, *items: dict[str, Any], at: dt.datetime | None = None) -> list[UUID]:
        """Store these passages in one transaction; they arrive `at` that moment, else when the last one happened."""
        rows = self.rows(*items, at=at)
        with acting_as_system():
            assert store_rows(rows).new == len(items)
        return [UUID(item["id"]) for item in items]

    def rows(self, *items: dict[str, Any], at: dt.datetime | None = None) -> list[Row]:
        """The rows of these passages, the next ones that it makes; not stored yet."""
        made = []
        for item in items:
            self.seq += 1
            whole = read_item(json.dumps({**item, "seq": self.seq, "prev_hash": self.prev}).encode())
            self.prev = digest(canonical(whole)).hex()
            arrives = to_ms(at) if at else max(given["at"] for given in items)
            made.append(
                device_row(self.maker, whole, node=self.node, device=self.device, server_ms=arrives, sent_offset=0)
            )
        return made


def passage(subject: dict[str, Any], *, at: dt.datetime = AT, **more: Any) -> dict[str, Any]:
    """Somebody comes in, is looked at as he must be, and is admitted; `more` says what is otherwise: `checks` all
    of them, `seen` some of them, `without` leaves looks out."""
    checks = more.pop("checks", FINE if more.get("direction", "in") == "in" else OUTSIDE) | more.pop("seen", {})
    without = more.pop("without", ())
    if "temperature" in checks:
        checks = {"temperature_at": to_ms(at)} | checks
    shown = {name: str(value) for name, value in subject.items()}
    return {
        "id": str(id_at(to_ms(at), str(next(_numbers)).encode())), "at": to_ms(at), "offset": 0, "direction": "in",
        "crossed": more.get("verdict", "admit") not in STOPPED_WORDS, "who": "visitor",
        "subject": {"kind": "person", **shown}, "verdict": "admit", "pack": RULES,
        "reasons": ["record.not_looked"] if more.get("verdict", "admit") in STOPPED_WORDS else [],
        "checks": {look: result for look, result in checks.items() if look not in without},
        **{name: str(value) if isinstance(value, UUID) else value for name, value in more.items()},
    }  # fmt: skip


def visitor(number: int = 1) -> dict[str, Any]:
    """A visitor who told his name and telephone."""
    return {"name": "访客", "phone": f"1390013{number:04}"}


def resident(node: int, number: int = 1, **more: Any) -> UUID:
    """Somebody in the register of the unit on `node`, with a telephone."""
    with acting_as_system():
        facts = Facts(name="王小明", phone=f"1380013{number:04}")
        return add_person(NewPerson(node, facts, Category.RESIDENT_REGISTERED, **more), by=None, at=AT).pk


def settled(tree: Tree) -> Tree:
    """The garden compound in the east and the orchard in the west, each with its gate."""
    packs._pack_of.cache_clear()  # an edition of another test has the same number
    with acting_as_system():
        for unit, gate, name in ((tree.garden, tree.garden_gate, "花园"), (tree.orchard, tree.orchard_gate, "果园")):
            made = Unit.objects.create(node=unit, kind=UnitKind.COMPOUND, name=name)
            Entrance.objects.create(node=gate, unit=made, name="东门", kind=EntranceKind.COMPOUND_GATE, state="staffed")
    return tree


@pytest.fixture
def garden(as_worker, tree):
    """The two compounds, in the role of the worker."""
    return settled(tree)


@pytest.fixture
def phone(garden, cast):
    """The phone of the garden's gate."""
    return Phone(enrol(cast.lead, garden.garden_gate)[0])


def look(at: dt.datetime = AT, *, most: int = 2_000) -> None:
    """Fold until nothing is left."""
    while fold_checks(at=at, most=most):
        pass


def caught_up(fold: Callable[..., int], **given: Any) -> int:
    """Let a fold take portions until nothing is left; how many."""
    return sum(iter(lambda: fold(**given), 0))


def orders(*kinds: str) -> list[tuple[str, str]]:
    """(kind, state) of every order, of some kinds or of all."""
    with acting_as_system():
        found = WorkOrder.objects.filter(kind__in=kinds) if kinds else WorkOrder.objects.all()
        return sorted(found.values_list("kind", "state"))


def open_about(kind: str) -> list[str]:
    """What the open orders of a kind are about."""
    with acting_as_system():
        return sorted(WorkOrder.objects.filter(kind=kind, state__in=STILL_OPEN).values_list("cause", flat=True))


def order_about(passage: UUID | str, kind: str) -> WorkOrder:
    """The order of that kind about a passage."""
    with acting_as_system():
        return WorkOrder.objects.get(kind=kind, cause=str(passage))


__all__ = [
    "AT", "DAY", "FINE", "HOUR", "MINUTE", "OUTSIDE", "RULES", "Phone", "caught_up", "garden", "look", "new_id",
    "open_about", "order_about", "orders", "passage", "phone", "resident", "visitor",
]  # fmt: skip
