"""A new case: somebody is found in the register, and what is known of him is written down."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.ledger.actions.finding import find
from kakou.ledger.pages.search import LONGEST, rows_of
from kakou.ledger.queries.labels import PERSON
from kakou.people.queries import person_at, shown
from kakou.places import queries as places
from kakou.tracing.actions import cases as actions
from kakou.tracing.forms.cases import CaseForm
from kakou.tracing.pages.person import person_page
from kakou.tracing.queries import cases as queries
from kakou.tracing.rules.standing import CaseState
from kakou.web.refusals.answers import of_refusal


@require_http_methods(["GET", "POST"])
@require_permission(Permission.TRACE)
def find_case(request: StaffRequest, id: UUID) -> HttpResponse:
    """Who is it? What is typed goes in the request's body."""
    outbreak = queries.outbreak_at(id)
    words = request.POST.get("q", "").strip()[:LONGEST]
    found = find(words, by=request.staff, at=request.now) if words else []
    rows = [row for row in rows_of(found) if row.found.kind == PERSON and row.found.shown is not None]
    context = {"now": request.now, "outbreak": outbreak, "words": words, "rows": rows}
    return render(request, "tracing/case_find.html", context)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.TRACE)
def new_case(request: StaffRequest, id: UUID, subject: UUID) -> HttpResponse:
    """What is known of him."""
    outbreak, person = queries.outbreak_at(id), person_at(subject)
    if person.node_id not in nodes_held(Permission.TRACE):
        raise NotFound("This person is not known here.")
    form = CaseForm(request.POST or None, initial={"state": CaseState.CONFIRMED.value})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_case(
                outbreak, subject, form.facts(), node=person.node_id, by=request.staff, at=request.now
            )
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _("Case %(number)d is open. Trace its contacts next.") % {"number": made.number})
            return HttpResponseRedirect(reverse("tracing:person", args=[made.pk]))
    context = {
        "now": request.now, "outbreak": outbreak, "form": form, "who": shown(person),
        "home": places.names([person.node_id]).get(person.node_id, ""),
    }  # fmt: skip
    return render(request, "tracing/case_new.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.TRACE)
def facts(request: StaffRequest, id: UUID) -> HttpResponse:
    """What is known of a case changes, or a contact becomes one."""
    found, form = queries.involved_at(id), CaseForm(request.POST)
    if form.is_valid():
        try:
            then = actions.become_case(found, form.facts(), by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            said = _("Kept. Trace the contacts again: the days that count may have changed.")
            messages.success(request, said)
            return HttpResponseRedirect(reverse("tracing:person", args=[then.pk]))
    return person_page(request, found, case_form=form)
