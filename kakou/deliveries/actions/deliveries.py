"""A goods vehicle is announced, takes its steps, and is noticed when it stays too long."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.deliveries.models import TABLE, Delivery, DeliveryStep
from kakou.deliveries.rules import (
    DELIVERY_OPEN,
    ENDS,
    KEEP,
    LICENCE,
    STEPS,
    Body,
    Goods,
    State,
    StepRefused,
    ToldOfDelivery,
    check_day,
    check_step,
    stays_too_long,
    write,
)
from kakou.kernel.ids import id_at, ms_of
from kakou.kernel.time import day_in
from kakou.people.queries import index_of_plate
from kakou.people.rules import normalise_phone, parse_plate
from kakou.skills.actions import hold_helper
from kakou.skills.queries.licences import bars
from kakou.skills.rules import HelperBarred
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What comes: for the unit on `node`, to the gate on `gate`, on which day. `phone` may be ""."""

    node: int
    gate: int
    plate: str
    body: Body
    goods: Goods
    expected_on: dt.date
    phone: str = ""


def announce(new: NewDelivery, *, key: UUID, by: Staff | None, at: dt.datetime) -> Delivery:
    """Tell a gate of a goods vehicle. The same `key` (UUIDv7) with the same content again is the same delivery. `by`
    None: whoever expects it has no account, and adds at this one unit and gate, which the caller looked up.

    Raises PlateRefused, PhoneRefused, GoodsRefused, NotAllowed."""
    if by is not None and not by.may(Permission.HANDLE_GOODS, new.node):
        access.require(by, Permission.HANDLE_GOODS, new.gate)
    plate = parse_plate(new.plate).text
    phone = normalise_phone(new.phone) if new.phone else ""
    today = day_in(site_zone(), at)
    day = check_day(new.expected_on, today=today)
    id, due = id_at(ms_of(key) or 0, key.bytes + repr(new).encode()), day + KEEP
    with acting_for(dict.fromkeys((Permission.SEE_LEDGER, Permission.HANDLE_GOODS), frozenset({new.node, new.gate}))):
        made, is_new = Delivery.objects.get_or_create(
            pk=id,
            defaults={
                "node_id": new.node,
                "gate_id": new.gate,
                "body": new.body,
                "goods": new.goods,
                "expected_on": day,
                "subject": UUID(bytes=index_of_plate(plate)),
                "announced_at": at,
                "announced_by": by,
                "since_at": at,
                "due_on": due,
                "sealed": seal(
                    vault.store(),
                    due=due,
                    table=TABLE,
                    row=id,
                    field="sealed",
                    plain=write(ToldOfDelivery(plate, phone)),
                ),
            },
        )
        if is_new:
            _sign(made, State.ANNOUNCED, by, at)
            audit.record("delivery.announced", subject=id, by=by.pk if by else None, at=at, node=new.node)
    return made


@transaction.atomic
def take_step(
    delivery: Delivery, step: State, *, escort: UUID | None = None, reason: str = "", by: Staff, at: dt.datetime
) -> None:
    """One step further, signed by `by`. Whoever drives in (`escort`, a person) has a licence for that vehicle and
    nothing red is open about him, looked at now. Raises StepRefused, HelperBarred, ReasonUnfit, NotAllowed."""
    if not by.may(Permission.HANDLE_GOODS, delivery.gate_id):
        access.require(by, Permission.HANDLE_GOODS, delivery.node_id)
    now = Delivery.objects.select_for_update().get(pk=delivery.pk)
    check_step(State(now.state), step)
    told = checked_reason(reason) if STEPS[step].tells else ""
    changed: dict[str, object] = {"state": step.value, "since_at": at}
    if STEPS[step].escorts:
        changed["escort_id"] = _checked_escort(now, escort, at)
    try:
        with transaction.atomic():
            Delivery.objects.filter(pk=now.pk).update(**changed)
            _sign(now, step, by, at, escort=escort if STEPS[step].escorts else None, reason=told)
    except IntegrityError as twice:
        raise StepRefused("This one drives another vehicle now. Choose another escort.") from twice
    audit.record("delivery.step_taken", subject=now.pk, by=by.pk, at=at, node=now.gate_id, step=step.value)


def _checked_escort(delivery: Delivery, escort: UUID | None, at: dt.datetime) -> UUID:
    if escort is None:
        raise StepRefused("Say who drives it in: the driver from outside stays out.")
    hold_helper(escort)
    if bars(escort, LICENCE[Body(delivery.body)], node=delivery.gate_id, at=at):
        raise HelperBarred("This one may not drive it in now. Choose another escort.")
    return escort


def _sign(
    delivery: Delivery, step: State, by: Staff | None, at: dt.datetime, *, escort: UUID | None = None, reason: str = ""
) -> None:
    DeliveryStep.objects.create(
        delivery=delivery,
        node_id=delivery.node_id,
        gate_id=delivery.gate_id,
        step=step,
        at=at,
        by=by,
        escort_id=escort,
        reason=reason,
    )


def watch_deliveries(*, at: dt.datetime) -> int:
    """Open an order for each vehicle whose next step should have followed, and close those of deliveries that have
    ended; how many were opened. Run by the worker."""
    with acting_as_system():
        waiting = Delivery.objects.exclude(state__in=[*ENDS, State.ANNOUNCED])
        late = [one for one in waiting if stays_too_long(State(one.state), since=one.since_at, now=at)]
        opened = open_many(
            DELIVERY_OPEN.name, [Matter(one.pk, one.gate_id, {"state": one.state}) for one in late], at=at
        )
        causes = WorkOrder.objects.filter(kind=DELIVERY_OPEN.name, state__in=STILL_OPEN).values_list("cause", flat=True)
        ended = Delivery.objects.filter(pk__in=[UUID(cause) for cause in causes], state__in=ENDS)
        gone = {str(pk): {"healed": state} for pk, state in ended.values_list("pk", "state")}
        if gone:
            close_causes(DELIVERY_OPEN.name, gone, at=at)
        return len(opened)
