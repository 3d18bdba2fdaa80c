"""Who is inside a unit and who of it is out, now or at a past moment, and how sure that is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.ledger.pages import frame
from kakou.ledger.queries.inside import Group, Inside, Line, inside, lines
from kakou.ledger.queries.labels import Label, labels
from kakou.places import queries as places
from kakou.places.models import Entrance, Unit
from kakou.web.events import registry
from kakou.web.kit.lists import Page
from kakou.web.shell.here import moved_to

ROWS = 50
GROUPS = {
    Group.VISITORS: gettext_noop("Visitors"),
    Group.AWAY: gettext_noop("Residents out"),
    Group.PRESENT: gettext_noop("Residents at home"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One name behind a count."""

    line: Line
    label: Label
    gate: str
    unit: str


@require_permission(Permission.SEE_LEDGER)
def who_is_inside(request: StaffRequest) -> HttpResponse:
    """Counts with their certainty, and the names behind one of them."""
    place = frame.place_or_only(request)
    if place is None:
        return render(request, "ledger/choose.html", {"places": registry.places.below(request, None)})
    if gate := Entrance.objects.filter(node_id=place.id).first():
        return _of_its_unit(request, gate)
    at = frame.moment_asked(request)
    found = inside(place.id, at=at, now=request.now)
    group = _group(request.GET.get("show", ""))
    page = _page(request, place.id, group, at)
    gates = {gate.node for gate in found.silent}
    names = places.names({node for line in page.rows for node in (line.gate, line.node) if node} | gates)
    called = labels((line.subject, line.subject_kind) for line in page.rows)
    context = {
        "now": request.now,
        "at": at,
        "is_now": at == request.now,
        "at_field": timezone.localtime(at).strftime("%Y-%m-%dT%H:%M"),
        "found": found,
        "group": group.value,
        "shows": [(kind.value, f"{gettext(GROUPS[kind])} {many}") for kind, many in _many(found).items()],
        "page": page,
        "rows": [
            Row(line, called[line.subject], names.get(line.gate or 0, ""), names.get(line.node or 0, ""))
            for line in page.rows
        ],
        "silent": [(names.get(gate.node, ""), gate) for gate in found.silent],
        "since": found.silent[0].last_sync if found.silent else None,  # the gate unheard the longest
    }
    return render(request, "ledger/inside.html", context)


def _of_its_unit(request: StaffRequest, gate: Entrance) -> HttpResponse:
    """Nobody is inside a gate: on to its unit, or to a word about it for whoever has the gate alone."""
    unit = Unit.objects.filter(pk=gate.unit_id).first()
    if unit is None:
        return render(request, "ledger/only_a_gate.html", {"now": request.now})
    return HttpResponseRedirect(moved_to(request.get_full_path(), unit.node_id))


def _many(found: Inside) -> dict[Group, str]:
    """How many stand in each list; vehicles apart from persons, as in the counts."""
    return {
        Group.VISITORS: _and_vehicles(found.visitors, found.vehicles),
        Group.AWAY: _and_vehicles(found.away, found.vehicles_away),
        Group.PRESENT: str(found.present),
    }


def _and_vehicles(persons: int, vehicles: int) -> str:
    if not vehicles:
        return str(persons)
    return ngettext("%(persons)d, %(n)d vehicle", "%(persons)d, %(n)d vehicles", vehicles) % {
        "persons": persons,
        "n": vehicles,
    }


def _group(given: str) -> Group:
    try:
        return Group(given)
    except ValueError:
        return Group.VISITORS


def _page(request: StaffRequest, node: int, group: Group, at: dt.datetime) -> Page[Line]:
    given = request.GET.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 6 else 1
    got = lines(node, group, at=at, start=(number - 1) * ROWS, most=ROWS + 1)
    return Page(got[:ROWS], number, ROWS, len(got) > ROWS)
