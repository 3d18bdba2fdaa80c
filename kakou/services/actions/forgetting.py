"""Requests are destroyed on their day. What is still open then is kept, under a later key, until it is answered:
闭环, nothing that is open is lost."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from kakou import vault
from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.time import day_in
from kakou.services.models import PHOTOS, TABLE, Heard, Photo, Proposal, Request
from kakou.services.rules import Stand
from kakou.vault.sealing import kept_longer
from kakou.web.queries import site_zone
from kakou.workorders.rules import ENDED

LONGER = dt.timedelta(days=30)
BEFORE = dt.timedelta(days=7)  # its key must not go before it has another
UNCLAIMED = dt.timedelta(days=1)
SHOWN_WITHIN = dt.timedelta(days=1)  # much longer than any signature of a robot holds
_SEALED = ("text_sealed", "contact_sealed", "remark_sealed", "point_sealed")


def forget_requests(*, by: Staff | None, at: dt.datetime) -> int:
    """Destroy the closed requests that are due, their photos too, proposals that are due, and photos that nobody
    claimed; how many requests. Needs the worker's role."""
    with acting_as_system():
        today = day_in(site_zone(), at)
        due = Request.objects.filter(due_on__lte=today, order__state__in=ENDED)
        rows = due.count()
        due.delete()
        Photo.objects.filter(request=None, proposal=None, added_at__lt=at - UNCLAIMED).delete()
        _forget_proposals(today, by, at)
        Heard.objects.filter(at__lt=at - SHOWN_WITHIN).delete()
        if rows:
            audit.record("requests.forgotten", subject=None, by=by.pk if by else None, at=at, rows=rows)
        for request in _still_open(today + BEFORE):
            _keep(request, today + BEFORE + LONGER)
    return rows


def _forget_proposals(today: dt.date, by: Staff | None, at: dt.datetime) -> None:
    """Those that are due, decided or not, with their photos: how many nobody decided about stays in the audit."""
    due = Proposal.objects.filter(due_on__lte=today)
    rows, undecided = due.count(), due.filter(state=Stand.WAITS).count()
    if not rows:
        return
    Photo.objects.filter(proposal__in=due).delete()
    due.delete()
    audit.record("proposals.forgotten", subject=None, by=by.pk if by else None, at=at, rows=rows, undecided=undecided)


def _still_open(until: dt.date) -> QuerySet[Request]:
    return Request.objects.filter(due_on__lte=until).exclude(order__state__in=ENDED)


def _keep(request: Request, due: dt.date) -> None:
    sealed = {
        field: _later(bytes(given), due, TABLE, request.pk, field)
        for field in _SEALED
        if (given := getattr(request, field)) is not None
    }
    Request.objects.filter(pk=request.pk).update(due_on=due, **sealed)
    for photo in Photo.objects.filter(request=request):
        again = _later(bytes(photo.sealed), due, PHOTOS, photo.pk, "sealed")
        Photo.objects.filter(pk=photo.pk).update(due_on=due, sealed=again)


def _later(sealed: bytes, due: dt.date, table: str, row: UUID, field: str) -> bytes:
    return kept_longer(vault.store(), due=due, table=table, row=row, field=field, sealed=sealed)
