"""Reads of badges: one's own, those of whoever records at one's gates, and what a phone is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import F, QuerySet

from kakou import vault
from kakou.access.models import Badge, Grant, Staff
from kakou.access.queries import holders_of
from kakou.access.rules import ROLES, Permission
from kakou.kernel.errors import NotFound
from kakou.vault.keys import KeyDestroyed
from kakou.vault.sealing import unseal

TABLE, KEY = "access_badge", "key"
RECORDING = [role.value for role, what in ROLES.items() if Permission.RECORD_PASSAGES in what.permissions]


def badge_of(staff: Staff) -> Badge | None:
    """The badge that the account has and that was not revoked."""
    return Badge.objects.filter(staff=staff, revoked_at=None).first()


def post_of(staff: int) -> int | None:
    """Where somebody records passages, by the first role that lets him: where it is told what becomes of his badge."""
    held = Grant.objects.filter(staff_id=staff, ended_at=None, role__in=RECORDING).order_by("pk")
    return held.values_list("node_id", flat=True).first()


def badges_over(nodes: Collection[int]) -> QuerySet[Badge]:
    """The badges of whoever records passages over one of `nodes`; what was revoked comes last."""
    holders = Grant.objects.filter(ended_at=None, role__in=RECORDING, node_id__in=nodes).values("staff_id")
    found = Badge.objects.filter(staff_id__in=holders).select_related("staff", "revoked_by")
    return found.order_by(F("revoked_at").desc(nulls_first=True), "staff__display", "staff__username", "id")


def badge_for(id: int, nodes: Collection[int]) -> Badge:
    """One of them. Raises NotFound: missing and elsewhere look the same."""
    found = badges_over(nodes).filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such badge, or its holder records at none of your gates.")
    return found


def keys_at(gate: int, day: dt.date) -> dict[int, bytes]:
    """Number of a badge → its key (32 bytes), of each whose holder may record passages at the gate on that day."""
    holders = [staff.pk for staff, _ in holders_of(Permission.RECORD_PASSAGES, gate)]
    held = Badge.objects.filter(staff_id__in=holders, revoked_at=None, due_on__gt=day).order_by("id")
    return {badge.pk: key for badge in held if (key := _key(badge))}


def staff_of(badges: Collection[int]) -> dict[int, int]:
    """Number of a badge → number of the account that holds it: the `recorder` of what its holder records."""
    return dict(Badge.objects.filter(pk__in=badges).values_list("pk", "staff_id"))


def _key(badge: Badge) -> bytes | None:
    try:
        sealed = bytes(badge.key_sealed or b"")
        return unseal(vault.store(), table=TABLE, row=UUID(int=badge.pk), field=KEY, sealed=sealed)
    except KeyDestroyed:
        return None
