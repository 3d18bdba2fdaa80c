"""Parcels are left at a gate, told of, collected. Who was told by hand, or came, is sent no message any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.deliveries.actions.word import tell_addressee
from kakou.deliveries.models import PARCELS, Parcel
from kakou.deliveries.rules import KEEP_PARCEL, GoodsRefused, ToldOfParcel, check_pieces, write
from kakou.kernel.ids import id_at, ms_of
from kakou.kernel.time import day_in
from kakou.notices.actions import overtake
from kakou.people.rules import check_name
from kakou.people.rules.doors import check_door
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone


@transaction.atomic
def leave(
    *, node: int, gate: int, door: str, pieces: int, key: UUID, by: Staff, at: dt.datetime, phone: str = ""
) -> Parcel:
    """Take parcels in for one door of the unit on `node`; whoever has `phone` is told that they wait. The same `key`
    with the same content is the same parcel. Raises DoorRefused, GoodsRefused, NotAllowed."""
    access.require(by, Permission.HANDLE_GOODS, gate)
    door, pieces = check_door(door), check_pieces(pieces)
    id = id_at(ms_of(key) or 0, key.bytes + repr((node, gate, door, pieces)).encode())
    due = day_in(site_zone(), at) + KEEP_PARCEL
    made, is_new = Parcel.objects.get_or_create(
        pk=id,
        defaults={
            "node_id": node,
            "gate_id": gate,
            "pieces": pieces,
            "left_at": at,
            "left_by": by,
            "due_on": due,
            "sealed": seal(
                vault.store(), due=due, table=PARCELS, row=id, field="sealed", plain=write(ToldOfParcel(door))
            ),
        },
    )
    if is_new:
        audit.record("parcel.left", subject=id, by=by.pk, at=at, node=gate, pieces=pieces)
        tell_addressee(made, phone, at=at)
    return made


@transaction.atomic
def tell(parcels: Collection[UUID], *, by: Staff, at: dt.datetime) -> int:
    """Those for whom these are were told; how many for the first time. Raises NotAllowed."""
    rows = list(Parcel.objects.select_for_update().filter(pk__in=parcels, told_at=None, collected_at=None))
    for row in rows:
        access.require(by, Permission.HANDLE_GOODS, row.gate_id)
    Parcel.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at, told_by=by)
    overtake([row.pk for row in rows], at=at)
    for gate in sorted({row.gate_id for row in rows}):
        many = sum(row.gate_id == gate for row in rows)
        audit.record("parcels.told", subject=None, by=by.pk, at=at, node=gate, rows=many)
    return len(rows)


@transaction.atomic
def collect(parcel: Parcel, *, name: str, by: Staff, at: dt.datetime) -> None:
    """Somebody of that name took them. Raises NameRefused, GoodsRefused when they were collected, NotAllowed."""
    access.require(by, Permission.HANDLE_GOODS, parcel.gate_id)
    plain = check_name(name).encode()
    now = Parcel.objects.select_for_update().get(pk=parcel.pk)
    if now.collected_at is not None:
        raise GoodsRefused("This was collected before.")
    sealed = seal(vault.store(), due=now.due_on, table=PARCELS, row=now.pk, field="collector_sealed", plain=plain)
    Parcel.objects.filter(pk=now.pk).update(collected_at=at, collected_by=by, collector_sealed=sealed)
    overtake([now.pk], at=at)
    audit.record("parcel.collected", subject=now.pk, by=by.pk, at=at, node=now.gate_id)
