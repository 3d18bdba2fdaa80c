"""Line lists that were brought in."""

from __future__ import annotations

from uuid import UUID

from kakou.kernel.errors import NotFound
from kakou.tracing.models import LineList, Outbreak


def list_at(id: UUID) -> LineList:
    """One list. Raises NotFound, also outside the reader's scope."""
    found = LineList.objects.select_related("outbreak").filter(pk=id).first()
    if found is None:
        raise NotFound("This list is not known here.")
    return found


def lists_of(outbreak: Outbreak) -> list[LineList]:
    """What was brought in, the latest first."""
    found = LineList.objects.filter(outbreak=outbreak).select_related("brought_by", "undone_by")
    return list(found.order_by("-brought_at", "-pk"))
