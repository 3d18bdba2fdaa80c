"""Spot audits: whom to ask again, and what they said."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.events import registry as known_places
from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.screening.actions import audits as actions
from kakou.screening.events import registry as told
from kakou.screening.forms.rules import AnswersForm
from kakou.screening.pages.words import ANSWERS, ASKED
from kakou.screening.queries import audits as queries
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS = 50
TO_ASK, ANSWERED = "", "answered"


@require_safe
@require_permission(Permission.CLOSE_ORDERS)
def audits(request: StaffRequest) -> HttpResponse:
    """Whom to ask; or who was asked, with the answers."""
    place, which = place_of(request), request.GET.get("which", TO_ASK)
    found = queries.audits(place.id if place else None, answered=which == ANSWERED)
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    names = known_places.names(frozenset(row.node_id for row in page.rows))
    whose = told.whose([row.pk for row in page.rows])
    context = {
        "now": request.now,
        "which": which,
        "views": [(TO_ASK, _("To be asked")), (ANSWERED, _("Asked"))],
        "page": page,
        "rows": [(row, names.get(row.node_id, ""), whose.get(row.pk), _denied(row.answers)) for row in page.rows],
    }
    return render(request, "screening/audits.html", context)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.CLOSE_ORDERS)
def audit(request: StaffRequest, passage: UUID) -> HttpResponse:
    """One person: the three questions, and a note."""
    found = queries.audit_at(passage)
    asked = [(str(look), _(ASKED[look])) for look in actions.ASKED]
    offered = [(answer, _(ANSWERS[answer])) for answer in actions.ANSWERS]
    form = AnswersForm(asked, offered, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.answer(found, form.answers(), note=form.cleaned_data["note"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _("Kept, with your name and the time."))
            place = place_of(request)
            return HttpResponseRedirect(reverse("screening:audits") + query_of(place=place.id if place else None))
    context = {
        "now": request.now,
        "found": found,
        "place": known_places.names(frozenset({found.node_id})).get(found.node_id, ""),
        "whose": told.whose([found.pk]).get(found.pk),
        "answers": [(_(ASKED[look]), _(ANSWERS[said])) for look, said in (found.answers or {}).items()],
        "form": form,
    }
    return render(request, "screening/audit.html", context, status=422 if form.errors else 200)


def _denied(answers: dict[str, str] | None) -> int:
    return sum(said == "no" for said in (answers or {}).values())
