"""Hand-overs in both directions, and the offices whose keys are known."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from kakou.kernel.errors import NotFound
from kakou.tracing.models import HandedIn, Handover, Office, Outbreak


def handovers(outbreak: Outbreak | None = None) -> list[Handover]:
    """Files that were made: those without a receipt first, the oldest of them first; then the latest received."""
    found = Handover.objects.select_related("outbreak", "made_by")
    if outbreak is not None:
        found = found.filter(outbreak=outbreak)
    waiting = found.filter(received_at=None).order_by("made_at", "pk")
    return [*waiting, *found.filter(received_at__isnull=False).order_by("-received_at", "-pk")[:100]]


def handed_in(outbreak: Outbreak | None = None) -> list[HandedIn]:
    """Files of others that were taken, the latest first."""
    found = HandedIn.objects.select_related("outbreak", "office", "brought_by")
    if outbreak is not None:
        found = found.filter(outbreak=outbreak)
    return list(found.order_by("-brought_at", "-pk")[:100])


def handed_in_at(id: UUID) -> HandedIn:
    """One of them. Raises NotFound, also outside the reader's scope."""
    found = HandedIn.objects.select_related("outbreak", "office").filter(pk=id).first()
    if found is None:
        raise NotFound("This hand-over is not known here.")
    return found


def offices() -> list[Office]:
    """Those that are trusted now, by name; then those that were."""
    found = Office.objects.select_related("confirmed_by")
    return list(found.order_by(F("ended_at").desc(nulls_first=True), "name", "pk"))


def office_at(id: UUID) -> Office:
    """One that is trusted now. Raises NotFound."""
    found = Office.objects.filter(pk=id, ended_at=None).first()
    if found is None:
        raise NotFound("This office is not known here, or is not trusted any more.")
    return found
