"""How long visitors may stay in a unit, by purpose, and who lives there may be out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.actions.allowances import set_allowance
from kakou.ledger.forms import AllowanceForm
from kakou.ledger.pages.words import PURPOSES, RESIDENTS_OUT
from kakou.ledger.queries.allowances import ANY_PURPOSE, in_force
from kakou.ledger.rules import Purpose
from kakou.ledger.stays.shapes import ABSENCE, VISIT
from kakou.places import queries as places
from kakou.places.models import Unit
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@dataclass(frozen=True, slots=True)
class Row:
    """One line in force. `unit`: the unit that set it, empty when that lies above what the reader may see."""

    whom: str
    lasts: str
    here: bool
    unit: str


@require_GET
@require_permission(Permission.SEE_PLACES)
def allowances(request: StaffRequest, node: int) -> HttpResponse:
    """What is allowed here and who said so."""
    return _page(request, places.unit_at(node))


@require_POST
@require_permission(Permission.EDIT_PLACES)
def allow(request: StaffRequest, node: int) -> HttpResponse:
    """Set one line of this unit, or take it back."""
    unit = places.unit_at(node)
    form = AllowanceForm(_choices(), request.POST)
    if form.is_valid():
        kind, purpose, lasts = form.line()
        try:
            set_allowance(node=node, kind=kind, purpose=purpose, lasts=lasts, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Kept. Whoever is inside or out now is judged by it within moments."))
            place = place_of(request)
            here = reverse("ledger:allowances", args=[node])
            return HttpResponseRedirect(here + query_of(place=place.id if place else None))
    return _page(request, unit, form)


def _page(request: StaffRequest, unit: Unit, form: AllowanceForm | None = None) -> HttpResponse:
    lines = in_force(unit.node_id)
    names = places.names({line.node for line in lines})
    rows = [
        Row(_whom(line.kind, line.purpose), _length(line.lasts), line.node == unit.node_id, names.get(line.node, ""))
        for line in sorted(lines, key=lambda line: (line.kind == VISIT, line.purpose))
    ]
    may_edit = unit.node_id in nodes_held(Permission.EDIT_PLACES)
    context = {
        "now": request.now,
        "unit": unit,
        "rows": rows,
        "form": (form or AllowanceForm(_choices())) if may_edit else None,
    }
    return render(request, "ledger/allowances.html", context, status=422 if form and form.errors else 200)


def _choices() -> list[tuple[str, str]]:
    visits = [(f"{VISIT}:{purpose.value}", _whom(VISIT, purpose)) for purpose in Purpose]
    return [(f"{ABSENCE}:{ANY_PURPOSE}", _whom(ABSENCE, ANY_PURPOSE)), *visits]


def _whom(kind: str, purpose: int) -> str:
    return gettext(RESIDENTS_OUT if kind == ABSENCE else PURPOSES[Purpose(purpose)])


def _length(lasts: dt.timedelta) -> str:
    hours = round(lasts / dt.timedelta(hours=1), 2)
    return gettext("%(hours)s h") % {"hours": f"{hours:g}"}
