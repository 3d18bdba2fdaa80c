"""Parcels that wait at a gate, by age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.deliveries.models import PARCELS, Parcel
from kakou.deliveries.rules import OLD, masked_door, read_parcel
from kakou.kernel.errors import NotFound
from kakou.people.rules.doors import same_door
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import Kind, mask
from kakou.vault.sealing import unseal


@dataclass(frozen=True, slots=True)
class Seen:
    """A parcel as anybody allowed on the page may see it. "" what was destroyed."""

    row: Parcel
    door: str
    collector: str

    def old(self, at: dt.datetime) -> bool:
        """Has it waited so long that somebody is asked?"""
        return self.row.collected_at is None and at - self.row.left_at >= OLD


def parcel_at(id: UUID) -> Parcel:
    """One. Raises NotFound, also outside the reader's scope."""
    found = Parcel.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such parcel here.")
    return found


def listed(*, node: int | None, collected: bool) -> QuerySet[Parcel]:
    """Parcels at `node` and below: what waits the longest first, what was collected the latest first."""
    found = Parcel.objects.select_related("collected_by", "told_by").filter(collected_at__isnull=not collected)
    if node is not None:
        below = Closure.objects.filter(ancestor_id=node).values("descendant_id")
        found = found.filter(Q(node_id__in=below) | Q(gate_id__in=below))
    return found.order_by(*(("-collected_at", "pk") if collected else ("left_at", "pk")))


def for_door(rows: Iterable[Parcel], door: str) -> list[Parcel]:
    """Those for the door that somebody names."""
    return [row for row in rows if same_door(door_of(row)) == same_door(door)]


def door_of(row: Parcel) -> str:
    """For whom, in plain: for comparing and to be masked; "" when it was destroyed."""
    plain = _opened(row, "sealed", bytes(row.sealed))
    return read_parcel(plain).door if plain else ""


def seen(rows: Sequence[Parcel]) -> list[Seen]:
    """As pages show them, in their order."""
    return [Seen(row, masked_door(door_of(row)), _collector(row)) for row in rows]


def _collector(row: Parcel) -> str:
    if row.collector_sealed is None:
        return ""
    return mask(Kind.NAME, _opened(row, "collector_sealed", bytes(row.collector_sealed)).decode())


def _opened(row: Parcel, field: str, sealed: bytes) -> bytes:
    try:
        return unseal(vault.store(), table=PARCELS, row=row.pk, field=field, sealed=sealed)
    except KeyDestroyed:
        return b""
