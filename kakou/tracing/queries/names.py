"""Who may see names now, and who waits for it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from kakou.access.models import Staff
from kakou.kernel.errors import NotFound
from kakou.tracing.models import NameRelease, Outbreak
from kakou.tracing.rules.names import ReleaseState, is_unconfirmed, shows_names


def open_release(outbreak: Outbreak, staff: Staff, at: dt.datetime) -> NameRelease | None:
    """The release by which `staff` may see the names of `outbreak` at that moment; None: masked."""
    his = NameRelease.objects.filter(outbreak=outbreak, asked_by=staff, until__gt=at).order_by("-until")
    return next(
        (one for one in his if shows_names(ReleaseState(one.state), asked_at=one.asked_at, until=one.until, at=at)),
        None,
    )


def was_refused(outbreak: Outbreak, staff: Staff, *, since: dt.datetime) -> bool:
    """Did somebody refuse him these names since then?"""
    refused = NameRelease.objects.filter(outbreak=outbreak, asked_by=staff, state=ReleaseState.REFUSED)
    return refused.filter(settled_at__gte=since).exists()


def release_at(id: UUID) -> NameRelease:
    """One request. Raises NotFound, also outside the reader's scope."""
    found = NameRelease.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This request is not known here.")
    return found


def releases_of(outbreak: Outbreak) -> list[NameRelease]:
    """All requests, the latest first."""
    found = NameRelease.objects.filter(outbreak=outbreak).select_related("asked_by", "settled_by")
    return list(found.order_by("-asked_at", "-pk"))


def unconfirmed(at: dt.datetime) -> list[NameRelease]:
    """Broken glass that nobody confirmed within its time."""
    waiting = NameRelease.objects.filter(state=ReleaseState.BROKEN_GLASS)
    return [one for one in waiting if is_unconfirmed(ReleaseState(one.state), one.asked_at, at)]


def broken_glass() -> list[NameRelease]:
    """Broken glass that waits for somebody to confirm it."""
    return list(NameRelease.objects.filter(state=ReleaseState.BROKEN_GLASS))
