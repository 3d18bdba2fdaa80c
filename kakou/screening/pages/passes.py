"""Passes: who has one, issuing one, showing its code, cancelling it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.events import registry as known_places
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.people import queries as people
from kakou.people.models import Person, Vehicle
from kakou.people.queries import PersonShown, VehicleShown
from kakou.people.rules.doors import DoorRefused
from kakou.screening.actions import passes as actions
from kakou.screening.forms.passes import CancelForm, PassForm, SearchForm
from kakou.screening.forms.rules import local_day
from kakou.screening.models import Pass
from kakou.screening.models.passes import PassKind
from kakou.screening.pages.words import PASS_KINDS, PASS_STATES, look_of
from kakou.screening.passes.text import pass_text, spaced
from kakou.screening.queries import passes as queries
from kakou.vault.rules import mask
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of
from kakou.web.templatetags.kit import named

ROWS = 50
OF_PERSONS = (PassKind.RESIDENT, PassKind.WORKER, PassKind.VISITOR)


@dataclass(frozen=True, slots=True)
class Row:
    """One pass with its names, masked."""

    row: Pass
    kind: str
    holder: str
    place: str
    look: Sign


@require_safe
@require_permission(Permission.ISSUE_PASSES)
def passes(request: StaffRequest) -> HttpResponse:
    """Those that may still be used first, then what was cancelled."""
    place = place_of(request)
    page = page_of(queries.passes_below(place.id if place else None), request.GET.get("page", ""), size=ROWS)
    context = {"now": request.now, "page": page, "rows": rows_of(request, page.rows)}
    return render(request, "screening/passes.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.ISSUE_PASSES)
def find(request: StaffRequest) -> HttpResponse:
    """Who is to get one: found in the register. Posted, so that a name stands in no URL."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found: list[tuple[UUID, str, str, str]] = []
    if form.is_valid():
        words = form.cleaned_data["words"]
        shown: list[PersonShown | VehicleShown] = [*people.search(words), *people.search_vehicles(words)]
        mine = frozenset(nodes_held(Permission.ISSUE_PASSES))
        names = known_places.names(frozenset(one.node_id for one in shown))
        found = [
            (one.id, name_of(one), getattr(one, "phone", ""), names.get(one.node_id, ""))
            for one in shown
            if one.node_id in mine
        ]
    context = {"form": form, "found": found, "searched": form.is_bound and form.is_valid()}
    return render(request, "screening/pass_find.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.ISSUE_PASSES)
def issue(request: StaffRequest, subject: UUID) -> HttpResponse:
    """A pass for one who is in the register."""
    holder = _holder(subject)
    kinds = (PassKind.VEHICLE,) if isinstance(holder, Vehicle) else OF_PERSONS
    initial = {"valid_from": local_day(request.now)}
    form = PassForm(kinds, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            made = actions.issue_pass(holder, form.new(), by=request.staff, at=request.now)
        except DoorRefused as refusal:
            form.add_error("door", of_refusal(refusal).text)
        except Refusal as refusal:
            form.add_error("valid_to", of_refusal(refusal).text)
        else:
            messages.success(request, _("Issued. Print it, or show the code to be photographed."))
            return HttpResponseRedirect(reverse("screening:pass", args=[made.pk]) + _place(request))
    shown = people.shown_many([subject])[subject]
    context = {
        "form": form,
        "holder": name_of(shown),
        "place": known_places.names(frozenset({holder.node_id})).get(holder.node_id, ""),
        "earlier": rows_of(request, queries.of_person(subject)) if isinstance(holder, Person) else [],
    }
    return render(request, "screening/pass_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@require_permission(Permission.ISSUE_PASSES)
def one_pass(request: StaffRequest, id: UUID) -> HttpResponse:
    """One pass: its code, whose it is, how it stands."""
    return _page(request, queries.pass_at(id))


@require_POST
@require_permission(Permission.ISSUE_PASSES)
def cancel(request: StaffRequest, id: UUID) -> HttpResponse:
    """No gate takes it any more, once it has heard of it."""
    found, form = queries.pass_at(id), CancelForm(request.POST)
    if form.is_valid():
        try:
            actions.cancel_pass(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error("reason", of_refusal(refusal).text)
        else:
            messages.success(request, _("Cancelled. Gates hear of it at their next contact."))
            return HttpResponseRedirect(reverse("screening:passes") + _place(request))
    return _page(request, found, form)


def rows_of(request: StaffRequest, found: Sequence[Pass]) -> list[Row]:
    """Passes with their names: four queries, however many."""
    names = known_places.names(frozenset(row.node_id for row in found))
    shown = people.shown_many([id for row in found if (id := row.person_id or row.vehicle_id)])
    day = local_day(request.now)
    return [
        Row(
            row=row,
            kind=_(PASS_KINDS[PassKind(row.kind)]),
            holder=name_of(shown.get(row.person_id or row.vehicle_id or row.pk)),
            place=names.get(row.node_id, ""),
            look=look_of(PASS_STATES, queries.state_of(row, nodes=[row.node_id], day=day)),
        )
        for row in found
    ]


def _page(request: StaffRequest, found: Pass, form: CancelForm | None = None) -> HttpResponse:
    text = pass_text(found.pk)
    context = {
        "now": request.now,
        "row": rows_of(request, [found])[0],
        "found": found,
        "door": mask("address", queries.door_of(found)),
        "text": spaced(text),
        "qr": _drawn(text),
        "form": form or CancelForm(),
        "may_cancel": found.cancelled_at is None and found.node_id in nodes_held(Permission.ISSUE_PASSES),
    }
    return render(request, "screening/pass.html", context, status=422 if form and form.errors else 200)


def _drawn(text: str) -> str:
    """The code as SVG without inline styles."""
    code = segno.make(text, error="m", mode="alphanumeric", micro=False)
    drawn: str = code.svg_inline(scale=6, border=4, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from letters and digits of our own


def _holder(subject: UUID) -> Person | Vehicle:
    try:
        return people.person_at(subject)
    except NotFound:
        return people.vehicle_at(subject)


def name_of(shown: PersonShown | VehicleShown | None) -> str:
    """Masked name or plate, or that its key was destroyed."""
    if shown is None:
        return "—"
    return named(shown.plate if isinstance(shown, VehicleShown) else shown.name)


def _place(request: StaffRequest) -> str:
    place = place_of(request)
    return query_of(place=place.id if place else None)
