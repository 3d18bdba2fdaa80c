"""How the calls of a gate stand, as the gate is told: that somebody comes, and by what title he is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from kakou.access.models import Staff
from kakou.ledger.calls import OF_KIND, Call, CallState
from kakou.vault.rules import Kind, mask
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import STILL_OPEN, StepKind

DAY = dt.timedelta(days=1)
MOST = 50
TAKES = (StepKind.OWNER_NAMED, StepKind.NOTED)


@dataclass(frozen=True, slots=True)
class Stands:
    """A call, how it stands, who has it ("" for nobody), since when."""

    order: WorkOrder
    call: Call
    state: CallState
    who: str
    since: dt.datetime


def calls_of(gate: int, *, at: dt.datetime) -> list[Stands]:
    """The calls of a gate within the last day, and those still open; the latest first. Three queries."""
    lately = Q(opened_at__gte=at - DAY) | Q(state__in=STILL_OPEN)
    found = WorkOrder.objects.filter(lately, kind__in=OF_KIND, node_id=gate).select_related("owner", "closed_by")
    return stands(found.order_by("-opened_at", "-id")[:MOST])


def stands(orders: Iterable[WorkOrder]) -> list[Stands]:
    """How these stand."""
    found = list(orders)
    taken = _taken(found)
    return [_stand(order, taken.get(order.pk)) for order in found]


def title_for_phones(staff: Staff | None) -> str:
    """The duty title; an account without one shows the first letter of its name."""
    return (staff.display or mask(Kind.NAME, staff.username)) if staff else ""


def _stand(order: WorkOrder, step: Step | None) -> Stands:
    call = OF_KIND[order.kind]
    if order.closed_at is not None:
        return Stands(order, call, CallState.DONE, title_for_phones(order.closed_by), order.closed_at)
    if step is None:
        return Stands(order, call, CallState.OPEN, title_for_phones(order.owner), order.opened_at)
    who = order.owner if step.kind == StepKind.OWNER_NAMED else step.by
    return Stands(order, call, CallState.TAKEN, title_for_phones(who), step.at)


def _taken(orders: list[WorkOrder]) -> dict[object, Step]:
    """Order → the last step by which somebody took it."""
    steps = Step.objects.filter(order__in=orders, kind__in=TAKES).exclude(by=None).select_related("by")
    return {step.order_id: step for step in steps.order_by("id")}
