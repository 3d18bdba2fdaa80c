"""The first page: the places one is in, their gates and what is wrong there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.ledger.pages import frame
from kakou.ledger.pages.today import GateRow, gate_rows
from kakou.ledger.queries import day as days
from kakou.ledger.queries.where import gates_of, phones_of
from kakou.places.rules import EntranceState
from kakou.web.kit.lists import page_of
from kakou.web.shell.here import place_of
from kakou.workorders import queries as orders

ROWS = 50
STAFFED, OTHERS, EVERY = "staffed", "others", "all"


@require_permission(Permission.SEE_PLACES)
def home(request: StaffRequest) -> HttpResponse:
    """Gates of the place with their state today; the silent ones first."""
    place, asked = place_of(request), frame.day_asked(request)
    gates = gates_of(place.id if place else None)
    nodes = [gate.node_id for gate in gates]
    flows = days.per_gate(days.window(nodes, asked.start, asked.end))
    rows = gate_rows(gates, flows, phones_of(nodes), request.now)
    show = request.GET.get("show", STAFFED)
    counts = {key: sum(_wanted(row, key) for row in rows) for key in (STAFFED, OTHERS)}
    shown = page_of([row for row in rows if _wanted(row, show)], request.GET.get("page", ""), size=ROWS)
    opened = orders.counts(at=request.now, node=place.id if place else None)
    context = {
        "now": request.now,
        "show": show,
        "shows": [
            (STAFFED, gettext("Staffed") + f" {counts[STAFFED]}"),
            (OTHERS, gettext("Sealed, emergency, not in use") + f" {counts[OTHERS]}"),
            (EVERY, gettext("All") + f" {len(rows)}"),
        ],
        "page": shown,
        "entered": sum(flow.entered for flow, _ in flows.values()),
        "left": sum(flow.left for flow, _ in flows.values()),
        "silent": sum(row.silent for row in rows),
        "open": sum(n for n, _ in opened.values()),
        "late": sum(late for _, late in opened.values()),
    }
    return render(request, "ledger/home.html", context)


def _wanted(row: GateRow, show: str) -> bool:
    if show == EVERY:
        return True
    return (row.gate.state == EntranceState.STAFFED.value) == (show != OTHERS)
