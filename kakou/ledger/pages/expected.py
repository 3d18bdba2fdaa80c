"""Who is expected today, for whoever stands at the gate; who comes is masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.kernel.errors import Refusal
from kakou.ledger.actions.visits import decline_visit
from kakou.ledger.forms import DeclineForm
from kakou.ledger.pages import frame
from kakou.ledger.pages.words import FOR, VISITS
from kakou.ledger.queries import visits as queries
from kakou.ledger.visits import DAYS_AHEAD, VisitState
from kakou.places.queries import nodes_below
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@dataclass(frozen=True, slots=True)
class Row:
    """One visit in the list."""

    seen: queries.Seen
    sign: Sign
    purpose: str
    where: str
    form: DeclineForm | None


@require_safe
@require_permission(Permission.SEE_PEOPLE)
def expected(request: StaffRequest) -> HttpResponse:
    """The visits of today, or of another day, at one's gates."""
    return _page(request)


@require_POST
@require_permission(Permission.RECORD_PASSAGES)
def decline(request: StaffRequest) -> HttpResponse:
    """Let one not come, and say why."""
    place, form = place_of(request), DeclineForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            decline_visit(given["visit"], reason=given["reason"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Declined. Whoever announced it reads the reason."))
            return HttpResponseRedirect(reverse("ledger:expected") + query_of(place=place.id if place else None))
    return _page(request, form)


def _page(request: StaffRequest, form: DeclineForm | None = None) -> HttpResponse:
    place, asked = place_of(request), frame.day_asked(request, ahead=DAYS_AHEAD - 1)
    held = frozenset(nodes_held(Permission.SEE_PEOPLE))
    within = held & nodes_below(place.id) if place else held
    nodes = queries.units_of_gates(within)
    records = queries.units_of_gates(nodes_held(Permission.RECORD_PASSAGES))
    with acting_for({Permission.SEE_PEOPLE: nodes, Permission.SEE_PLACES: nodes}):
        seen = queries.seen(queries.expected_at(nodes, asked.start, asked.end), request.now)
        where = frame.where_names({one.row.node_id for one in seen})
    context = {
        "now": request.now, "asked": asked, "form": form,
        "rows": _rows(seen, where, records),
    }  # fmt: skip
    return render(request, "ledger/expected.html", context, status=422 if form and form.errors else 200)


def _rows(seen: Sequence[queries.Seen], where: dict[int, str], records: frozenset[int]) -> list[Row]:
    return [
        Row(
            one, VISITS[one.state], gettext(FOR[one.purpose]), where.get(one.row.node_id, ""),
            DeclineForm(initial={"visit": one.row.pk}, auto_id=f"id_{one.row.pk.hex}_%s")
            if one.state is VisitState.EXPECTED and one.row.node_id in records else None,
        )
        for one in seen
    ]  # fmt: skip
