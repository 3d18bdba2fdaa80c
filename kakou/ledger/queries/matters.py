"""Open loops of the ledger as rows: whose they are, what they are about, how old, due when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kakou.ledger.models import Passage, Stay
from kakou.workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class About:
    """Whom an order is about, when it happened, and who recorded it."""

    subject: UUID
    subject_kind: int
    at: dt.datetime
    gate: int | None
    recorder: int | None = None


def about(orders: Iterable[WorkOrder]) -> dict[UUID, About]:
    """Order → whom it is about: its cause is a stay or a passage. What is about a phone is no key. Two queries."""
    causes = {order.id: cause for order in orders if (cause := _uuid(order.cause))}
    wanted = set(causes.values())
    found: dict[UUID, About] = {
        stay.id: About(stay.subject, stay.subject_kind, stay.since_at, stay.enter_gate or stay.leave_gate)
        for stay in Stay.objects.filter(id__in=wanted)
    }
    rest = wanted - found.keys()
    for row in Passage.objects.filter(id__in=rest) if rest else ():
        found[row.id] = About(row.subject, row.subject_kind, row.happened_at, row.node_id, row.recorder)
    return _by_order(causes, found)


def _by_order(causes: Mapping[UUID, UUID], found: Mapping[UUID, About]) -> dict[UUID, About]:
    return {order: found[cause] for order, cause in causes.items() if cause in found}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
