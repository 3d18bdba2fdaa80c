"""Photos and signatures that prove something of an order: kept sealed, each look at one in the audit, destroyed with
what the order's steps say."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.kernel.photos import Picture
from kakou.kernel.time import day_in
from kakou.vault.keys import KeyDestroyed
from kakou.vault.sealing import kept_longer, seal, unseal
from kakou.web.queries import site_zone
from kakou.workorders import rules
from kakou.workorders.actions.handling import locked, prove
from kakou.workorders.models import EXHIBITS, Exhibit, Step, WorkOrder
from kakou.workorders.rules import OrderRefused, Proof, StepKind

KEPT = dt.timedelta(days=90)  # the day of its key; later once more while its order is kept
BEFORE, LONGER = dt.timedelta(days=7), dt.timedelta(days=30)
MOST = 12  # of one order
GONE = "This picture is not here, or was destroyed when it fell due."


@transaction.atomic
def exhibit(
    order: WorkOrder, *, proof: Proof, picture: Picture, by: Staff, at: dt.datetime, key: UUID | None = None
) -> UUID:
    """Add a photo or a signature; its id. The same `key` once more is the first, whatever became of the order. Raises
    NotAllowed, OrderRefused when the order is closed or holds twelve."""
    if proof not in rules.SHOWN:
        raise OrderRefused("This proof is typed: a position or a reading.")
    now = locked(order, by)  # first: who sends it twice at once waits for himself
    if key is not None and (before := _under(key, now)) is not None:
        return before
    id = new_id()
    prove(order, proof=proof, ref=str(id), by=by, at=at, key=key)
    if Exhibit.objects.filter(order=order).count() >= MOST:
        raise OrderRefused("This order holds %(most)d pictures already.", most=MOST)
    due = day_in(site_zone(), at) + KEPT
    Exhibit.objects.create(
        id=id, order=order, node_id=order.node_id, first_node_id=order.first_node_id, proof=proof,
        media_type=picture.media_type, size=len(picture.content), added_at=at, due_on=due,
        sealed=seal(vault.store(), due=due, table=EXHIBITS, row=id, field="sealed", plain=picture.content),
    )  # fmt: skip
    return id


def _under(key: UUID, order: WorkOrder) -> UUID | None:
    step = Step.objects.filter(key=key).first()
    if step is None:
        return None
    if step.order_id != order.pk or step.kind != StepKind.PROVED:
        raise OrderRefused("This was sent under the key of another step.")
    if "ref" not in step.facts:
        raise NotFound(GONE)
    return UUID(step.facts["ref"])


@transaction.atomic
def look_at(id: UUID, *, by: Staff, at: dt.datetime) -> tuple[str, bytes]:
    """Media type and file of a photo or signature, for whoever may act on its order. Raises NotAllowed, NotFound."""
    found = Exhibit.objects.filter(pk=id).first()
    if found is None:
        raise NotFound(GONE)
    if not by.may(Permission.CLOSE_ORDERS, found.first_node_id):
        access.require(by, Permission.CLOSE_ORDERS, found.node_id)
    try:
        plain = unseal(vault.store(), table=EXHIBITS, row=id, field="sealed", sealed=bytes(found.sealed))
    except KeyDestroyed:
        raise NotFound(GONE) from None
    audit.record("order.picture_seen", subject=found.order_id, by=by.pk, at=at, node=found.node_id, picture=str(id))
    return found.media_type, plain


def forget_exhibits(*, before: dt.datetime, by: Staff | None, at: dt.datetime) -> int:
    """Destroy the pictures of orders that were closed before that moment; how many. Those of other orders live on
    under a later key. Needs the worker's role."""
    due = Exhibit.objects.filter(order__state__in=rules.ENDED, order__closed_at__lt=before)
    rows, _ = due.delete()
    if rows:
        audit.record("orders.pictures_forgotten", subject=None, by=by.pk if by else None, at=at, rows=rows)
    soon = day_in(site_zone(), at) + BEFORE
    for one in Exhibit.objects.filter(due_on__lte=soon):
        due_on, sealed = soon + LONGER, bytes(one.sealed)
        kept = kept_longer(vault.store(), due=due_on, table=EXHIBITS, row=one.pk, field="sealed", sealed=sealed)
        Exhibit.objects.filter(pk=one.pk).update(due_on=due_on, sealed=kept)
    return rows
