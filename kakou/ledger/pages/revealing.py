"""Unmasking one field of one person for a stated reason: shown once, for a minute, and written into the audit."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.ledger.queries.labels import labels
from kakou.ledger.queries.trail import kind_of
from kakou.people import actions, queries
from kakou.people.forms import ReasonForm
from kakou.people.models import Person, Vehicle
from kakou.web.refusals.answers import of_refusal

SECONDS = 60
FIELDS = {
    "name": gettext_noop("Name"),
    "document": gettext_noop("Document number"),
    "phone": gettext_noop("Phone"),
    "address": gettext_noop("Address"),
    "plate": gettext_noop("Plate"),
}


@never_cache
@require_permission(Permission.REVEAL)
def reveal(request: StaffRequest, subject: UUID, field: str) -> HttpResponse:
    """Ask for the reason, then show the field."""
    if field not in FIELDS:
        raise NotFound("There is no such field.")
    row = registered(subject)
    form = ReasonForm(request.POST or None)
    plain = ""
    if form.is_valid():
        try:
            plain = actions.reveal(row, field, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", of_refusal(refusal).text)
    kind = kind_of(subject)
    context = {
        "now": request.now,
        "form": form,
        "plain": plain,
        "seconds": SECONDS,
        "subject": subject,
        "what": FIELDS[field],
        "label": labels([(subject, kind)])[subject],
    }
    return render(request, "ledger/reveal.html", context, status=422 if form.errors else 200)


def registered(subject: UUID) -> Person | Vehicle:
    """Whoever is in a register under this key. Raises NotFound."""
    try:
        return queries.person_at(subject)
    except NotFound:
        return queries.vehicle_at(subject)
