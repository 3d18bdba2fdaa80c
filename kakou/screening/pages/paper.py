"""What is printed: sheets of passes to cut out, and the posters of a unit's gates."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kakou.access.events import registry as known_places
from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.people import queries as people
from kakou.places import queries as places
from kakou.places.models import Entrance, Unit
from kakou.screening import printing
from kakou.screening.actions.passes import print_passes
from kakou.screening.forms.rules import PosterForm, local_day
from kakou.screening.models import Pass
from kakou.screening.pages.passes import name_of
from kakou.screening.passes.text import pass_text
from kakou.screening.printing import KINDS, PrintedPass
from kakou.screening.queries import packs
from kakou.screening.queries import passes as queries
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@require_POST
@require_permission(Permission.ISSUE_PASSES)
def sheet(request: StaffRequest) -> HttpResponse:
    """The chosen passes as a PDF. Who printed how many stands in the audit, because a door is printed in full."""
    found = queries.passes_at([id for text in request.POST.getlist("id") if (id := _uuid(text))])
    try:
        print_passes(found, by=request.staff, at=request.now)
        pdf = printing.pass_sheet(_cards(found), unit=_unit(found), made_on=local_day(request.now))
    except Refusal as refusal:
        messages.error(request, of_refusal(refusal).text)
        place = place_of(request)
        return HttpResponseRedirect(reverse("screening:passes") + query_of(place=place.id if place else None))
    return _pdf(pdf, "passes")


@require_safe
@require_permission(Permission.SEE_PLACES)
def posters(request: StaffRequest, node: int) -> HttpResponse:
    """The gates of a unit, to print the poster of one; with a gate in the URL the poster itself."""
    unit = places.unit_at(node)
    entrances = list(unit.entrances.filter(is_inner=False).order_by("name"))
    form = PosterForm(
        request.GET if "gate" in request.GET else None, gates=[(gate.node_id, gate.name) for gate in entrances]
    )
    if form.is_valid():
        try:
            gate = next(gate for gate in entrances if gate.node_id == form.cleaned_data["gate"])
            return _pdf(_poster(request, unit, gate, form), f"poster-{gate.node_id}")
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
    context = {"unit": unit, "entrances": entrances, "form": form}
    return render(request, "screening/posters.html", context, status=422 if form.errors else 200)


def _poster(request: StaffRequest, unit: Unit, gate: Entrance, form: PosterForm) -> bytes:
    version = packs.version_at(gate.node_id, unit.kind, request.now)
    poster = printing.poster_of(
        packs.content_of(version), unit=unit.name, gate=gate.name, phone=form.cleaned_data["phone"],
        made_on=local_day(request.now),
    )  # fmt: skip
    paper: Literal["a4", "a3"] = "a3" if form.cleaned_data["paper"] == "a3" else "a4"
    return printing.gate_poster(poster, paper=paper)


def _cards(found: list[Pass]) -> list[PrintedPass]:
    shown = people.shown_many([id for row in found if (id := row.person_id or row.vehicle_id)])
    return [
        PrintedPass(
            text=pass_text(row.pk),
            kind=KINDS[row.kind],
            holder=name_of(shown.get(row.person_id or row.vehicle_id or row.pk)),
            door=queries.door_of(row),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in found
    ]


def _unit(found: list[Pass]) -> str:
    return known_places.names(frozenset({found[0].node_id})).get(found[0].node_id, "")


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
