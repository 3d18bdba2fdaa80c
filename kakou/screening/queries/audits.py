"""Reads of spot audits, within the reader's scope."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.screening.models import SpotAudit


def audits(node: int | None, *, answered: bool) -> QuerySet[SpotAudit]:
    """Whom to ask, or who was asked, at `node` and below (None: all in scope); the latest shift first."""
    found = SpotAudit.objects.filter(answered_at__isnull=not answered).select_related("answered_by")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("-answered_at" if answered else "-shift_start", "node_id", "id")


def audit_at(id: UUID) -> SpotAudit:
    """One of them. Raises NotFound, also outside the reader's scope."""
    found = SpotAudit.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This spot audit is not known here.")
    return found
