"""Deliveries and parcels are destroyed on their day; what is still open then is kept under a later key."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Q

from kakou import vault
from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.deliveries.models import PARCELS, TABLE, Delivery, Parcel
from kakou.deliveries.rules import ENDS, State
from kakou.kernel.time import day_in
from kakou.vault.sealing import kept_longer
from kakou.web.queries import site_zone

LONGER = dt.timedelta(days=30)
BEFORE = dt.timedelta(days=7)  # its key must not go before it has another
_OVER = Q(state__in=[*ENDS, State.ANNOUNCED])  # what never came ends with its day


def forget_deliveries(*, by: Staff | None, at: dt.datetime) -> tuple[int, int]:
    """Destroy the deliveries that are over and the collected parcels that are due; how many of each. Needs the worker's
    role."""
    with acting_as_system():
        today = day_in(site_zone(), at)
        deliveries = Delivery.objects.filter(_OVER, due_on__lte=today)
        parcels = Parcel.objects.filter(collected_at__isnull=False, due_on__lte=today)
        many = deliveries.count(), parcels.count()
        deliveries.delete()
        parcels.delete()
        if many[0]:
            audit.record("deliveries.forgotten", subject=None, by=by.pk if by else None, at=at, rows=many[0])
        if many[1]:
            audit.record("parcels.forgotten", subject=None, by=by.pk if by else None, at=at, rows=many[1])
        _keep_open(today + BEFORE)
    return many


def _keep_open(until: dt.date) -> None:
    due = until + LONGER
    for delivery in Delivery.objects.exclude(_OVER).filter(due_on__lte=until):
        sealed = _later(bytes(delivery.sealed), due, TABLE, delivery.pk)
        Delivery.objects.filter(pk=delivery.pk).update(due_on=due, sealed=sealed)
    for parcel in Parcel.objects.filter(collected_at=None, due_on__lte=until):
        sealed = _later(bytes(parcel.sealed), due, PARCELS, parcel.pk)
        Parcel.objects.filter(pk=parcel.pk).update(due_on=due, sealed=sealed)


def _later(sealed: bytes, due: dt.date, table: str, row: UUID) -> bytes:
    return kept_longer(vault.store(), due=due, table=table, row=row, field="sealed", sealed=sealed)
