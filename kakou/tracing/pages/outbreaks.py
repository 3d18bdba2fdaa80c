"""Outbreaks: which there are, and one with its cases, its measures and what is to be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.pages.frame import where_names
from kakou.tracing.actions import outbreaks as actions
from kakou.tracing.forms.cases import EditionForm, MeasureForm, NamesForm, OutbreakForm
from kakou.tracing.models import ControlMeasure, Outbreak
from kakou.tracing.pages.frame import places_for, somebodies
from kakou.tracing.pages.words import GRADES, MEASURES, RELEASES, STANDINGS
from kakou.tracing.policy import Grade
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries import names
from kakou.tracing.queries.editions import policy_of
from kakou.tracing.rules.names import ReleaseState
from kakou.tracing.rules.standing import Standing
from kakou.web.refusals.answers import of_refusal


@require_http_methods(["GET", "POST"])
@require_permission(Permission.SEE_CASES)
def outbreaks(request: StaffRequest) -> HttpResponse:
    """All in scope, and a form for a new one."""
    choices = places_for(Permission.TRACE)
    form = OutbreakForm(request.POST or None, places=choices)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_outbreak(**form.cleaned_data, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error("title", of_refusal(refusal).text)
        else:
            return HttpResponseRedirect(reverse("tracing:outbreak", args=[made.pk]))
    found = queries.outbreaks()
    names_of = where_names({one.node_id for one in found})
    context = {
        "now": request.now,
        "rows": [(one, names_of.get(one.node_id, ""), _counts(one)) for one in found],
        "form": form if choices else None,
    }
    return render(request, "tracing/outbreaks.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.SEE_CASES)
def outbreak(request: StaffRequest, id: UUID) -> HttpResponse:
    """One outbreak."""
    return page(request, queries.outbreak_at(id))


@require_POST
@require_permission(Permission.TRACE)
def edition(request: StaffRequest, id: UUID) -> HttpResponse:
    """Another edition of the plan from now on."""
    found, form = queries.outbreak_at(id), EditionForm(request.POST)
    if form.is_valid():
        actions.change_edition(found, **form.cleaned_data, by=request.staff, at=request.now)
        messages.success(request, _("Contacts are told by this edition from now on. Trace the cases again."))
        return _back(found)
    return page(request, found, edition_form=form)


@require_POST
@require_permission(Permission.TRACE)
def close(request: StaffRequest, id: UUID) -> HttpResponse:
    """End it, or open it again: the button says which."""
    found = queries.outbreak_at(id)
    if found.closed_at is None:
        actions.close_outbreak(found, by=request.staff, at=request.now)
        messages.success(request, _("Ended. Nothing is traced by itself any more; it can be opened again."))
    else:
        actions.reopen_outbreak(found, by=request.staff, at=request.now)
        messages.success(request, _("It goes on."))
    return _back(found)


@require_POST
@require_permission(Permission.TRACE)
def measure(request: StaffRequest, id: UUID) -> HttpResponse:
    """Something is done at a place."""
    found = queries.outbreak_at(id)
    form = MeasureForm(request.POST, places=places_for(Permission.TRACE))
    if form.is_valid():
        try:
            actions.set_measure(found, **form.facts(request.now), by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error("note", of_refusal(refusal).text)
        else:
            messages.success(request, _("The measure belongs to this outbreak now."))
            return _back(found)
    return page(request, found, measure_form=form)


@require_POST
@require_permission(Permission.TRACE)
def end_measure(request: StaffRequest, id: UUID) -> HttpResponse:
    """It ends now."""
    found = queries.measure_at(id)
    actions.end_measure(found, by=request.staff, at=request.now)
    messages.success(request, _("The measure has ended."))
    return HttpResponseRedirect(reverse("tracing:outbreak", args=[found.outbreak_id]))


def page(
    request: StaffRequest,
    found: Outbreak,
    *,
    edition_form: EditionForm | None = None,
    measure_form: MeasureForm | None = None,
    names_form: NamesForm | None = None,
) -> HttpResponse:
    """One outbreak, with what is wrong in one of its forms."""
    measures = queries.measures_of(found)
    places_of = where_names({found.node_id, *(one.node_id for one in measures)})
    may_trace = found.node_id in nodes_held(Permission.TRACE)
    rows = somebodies(request, queries.cases_of(found), outbreak=found)
    first = {"plan": found.edition, "lookback_days": found.lookback_days}
    context: dict[str, Any] = {
        "now": request.now,
        "outbreak": found,
        "place": places_of.get(found.node_id, ""),
        "policy": policy_of(found),
        "cases": rows,
        "counts": _counts(found),
        "by_standing": _by_standing(found),
        "measures": [
            (one, _(MEASURES[ControlMeasure.Kind(one.kind)]), places_of.get(one.node_id, "")) for one in measures
        ],
        "may_trace": may_trace,
        "edition_form": edition_form or EditionForm(initial=first),
        "measure_form": measure_form or MeasureForm(places=places_for(Permission.TRACE)),
        **releases(request, found),
        "names_form": names_form or NamesForm(),
    }
    wrong = any(form is not None and form.errors for form in (edition_form, measure_form, names_form))
    return render(request, "tracing/outbreak.html", context, status=422 if wrong else 200)


def releases(request: StaffRequest, found: Outbreak) -> dict[str, Any]:
    """Who asked for names, what the reader may do about it, and whether he sees them now."""
    all_of_them = names.releases_of(found)
    mine = names.open_release(found, request.staff, request.now)
    may_settle = found.node_id in nodes_held(Permission.RELEASE_NAMES)
    me = request.staff.pk
    waiting = {ReleaseState.ASKED, ReleaseState.BROKEN_GLASS}
    return {
        "release": mine,
        "asked": next((r for r in all_of_them if r.asked_by_id == me and r.state == ReleaseState.ASKED), None),
        "releases": [
            (one, RELEASES[ReleaseState(one.state)],
             may_settle and one.asked_by_id != me and ReleaseState(one.state) in waiting)
            for one in all_of_them[:20]
        ],
    }  # fmt: skip


def _counts(found: Outbreak) -> dict[str, int]:
    """Cases, contacts to be decided, followed, and all."""
    by = queries.counts_of(found)
    return {
        "cases": len(queries.cases_of(found)),
        "proposed": sum(many for (standing, _grade), many in by.items() if standing == Standing.PROPOSED),
        "followed": sum(many for (standing, _grade), many in by.items() if standing == Standing.FOLLOWED),
        "lost": sum(many for (standing, _grade), many in by.items() if standing == Standing.LOST),
        "all": sum(by.values()),
    }


def _by_standing(found: Outbreak) -> list[tuple[Any, list[tuple[Any, int, str, str]]]]:
    """For each grade how many stand where: a table whose figures open their names."""
    by = queries.counts_of(found)
    return [
        (
            GRADES[grade],
            [(STANDINGS[standing], by.get((standing, grade), 0), standing.value, grade.value) for standing in Standing],
        )
        for grade in (Grade.CLOSE, Grade.SECONDARY, Grade.COMPANION)
    ]


def _back(found: Outbreak) -> HttpResponse:
    return HttpResponseRedirect(reverse("tracing:outbreak", args=[found.pk]))
