"""The place codes of a unit and its entrances: made, printed, cancelled."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.ledger.actions.place_codes import cancel_code, make_code
from kakou.ledger.pages.frame import where_names
from kakou.ledger.queries import place_codes as queries
from kakou.ledger.visits import spaced
from kakou.screening.forms.rules import local_day
from kakou.screening.printing import place_poster
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@require_safe
@require_permission(Permission.SEE_PLACES)
def spots(request: StaffRequest, node: int) -> HttpResponse:
    """Which places here have a code, and what it says."""
    unit, found = queries.spots_of(node)
    rows = [(spot, spaced(spot.code.code) if spot.code else "", _address(request, spot)) for spot in found]
    context = {
        "now": request.now, "unit": unit, "rows": rows, "secure": request.is_secure(),
        "may_edit": unit.node_id in nodes_held(Permission.EDIT_PLACES),
    }  # fmt: skip
    return render(request, "ledger/place_codes.html", context)


@require_POST
@require_permission(Permission.EDIT_PLACES)
def make(request: StaffRequest, node: int) -> HttpResponse:
    """A code for one of them."""
    unit = queries.unit_around(node)
    try:
        make_code(node=node, by=request.staff, at=request.now)
    except Refusal as refusal:
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, gettext("There is a code now. Print its poster and hang it up."))
    return _back(request, unit)


@require_POST
@require_permission(Permission.EDIT_PLACES)
def cancel(request: StaffRequest, node: int) -> HttpResponse:
    """Its posters are worthless from now on."""
    unit = queries.unit_around(node)
    cancel_code(node=node, by=request.staff, at=request.now)
    messages.success(request, gettext("The code does not hold any more. Take its posters down."))
    return _back(request, unit)


@require_safe
@require_permission(Permission.SEE_PLACES)
def poster(request: StaffRequest, node: int) -> HttpResponse:
    """The poster of one, as a PDF. Raises NotFound where there is no code."""
    found = queries.in_use([node])
    if not found:
        raise NotFound("This place has no code. Make one first.")
    code = found[0].code
    address = request.build_absolute_uri(reverse("ledger:scanned", args=[code]))
    pdf = place_poster(
        name=where_names([node]).get(node, ""), address=address, code=spaced(code), made_on=local_day(request.now)
    )
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="place-code-{node}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _address(request: StaffRequest, spot: queries.Spot) -> str:
    return request.build_absolute_uri(reverse("ledger:scanned", args=[spot.code.code])) if spot.code else ""


def _back(request: StaffRequest, unit: int) -> HttpResponse:
    place = place_of(request)
    here = reverse("ledger:place_codes", args=[unit])
    return HttpResponseRedirect(here + query_of(place=place.id if place else None))
