"""A gate calls: its phone opens a work order. Sent twice it is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from kakou.access.queries import holders_of
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import Fact, checked_reason
from kakou.kernel.errors import Refusal
from kakou.ledger.calls import KINDS, OF_KIND, Call, Supply
from kakou.workorders.actions import Matter, note, open_many
from kakou.workorders.models import WorkOrder
from kakou.workorders.queries import order_at

OLDEST = dt.timedelta(days=1)  # a phone was offline that long at most, or its clock is wrong


class CallKnown(Refusal):
    """The same id was sent before with another content; nothing is overwritten."""

    code = "call-known"
    status = 409


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call as a phone made it. `id`: UUIDv7; `at`: by the server's clock; `recorder`: staff, by his badge."""

    id: UUID
    call: Call
    at: dt.datetime
    supplies: tuple[Supply, ...] = ()
    note: str = ""
    recorder: int | None = None


@transaction.atomic
def make_call(new: NewCall, *, gate: int, device: int, at: dt.datetime) -> WorkOrder:
    """The order that the call opened, now or when it was sent before. Needs `see_orders` and `close_orders`
    over `gate`.

    It falls due counted from the moment of the call, so that one which waited for a network is late already. Raises
    CallKnown, ReasonUnfit for a note that names a number of a person.
    """
    text = checked_reason(new.note) if new.note else ""
    if known := _known(new, gate):
        return known
    facts: dict[str, Fact | Sequence[Fact]] = {"device": device}
    if recorder := _recorder(new.recorder, gate):
        facts["recorder"] = recorder
    if new.supplies:
        facts["supplies"] = _in_order(new.supplies)
    made_at = min(max(new.at, at - OLDEST), at)
    opened = next(iter(open_many(KINDS[new.call].name, [Matter(new.id, gate, facts)], at=made_at)), None)
    if opened is None:
        if known := _known(new, gate):
            return known  # the same came at the same time
        raise CallKnown("Another call was sent under this id before.")
    order = order_at(opened)
    if text:
        note(order, text=text, by=None, at=made_at)
    audit.record("gate.called", subject=opened, by=None, at=at, node=gate, device=device, call=new.call.value)
    return order


def _known(new: NewCall, gate: int) -> WorkOrder | None:
    """The order of this id, if this gate sent the call before."""
    order = WorkOrder.objects.select_related("owner", "closed_by").filter(kind__in=OF_KIND, cause=str(new.id)).first()
    if order is None:
        return None
    same = order.node_id == gate and OF_KIND[order.kind] is new.call
    if not same or order.facts.get("supplies", []) != _in_order(new.supplies):
        raise CallKnown("Another call was sent under this id before.")
    return order


def _in_order(supplies: Collection[Supply]) -> list[str]:
    return [item.value for item in Supply if item in supplies]


def _recorder(recorder: int | None, gate: int) -> int | None:
    """Whoever records at this gate; a phone may name nobody else."""
    if recorder is None:
        return None
    return recorder if any(staff.pk == recorder for staff, _ in holders_of(Permission.RECORD_PASSAGES, gate)) else None
