"""A week of the units of a place, by the tree of each day."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.ledger.pages import frame
from kakou.ledger.queries.day import Flow
from kakou.ledger.queries.units import units_by_day
from kakou.places.queries import names
from kakou.web.events import registry

DAYS = 7


@require_permission(Permission.SEE_LEDGER)
def units(request: StaffRequest) -> HttpResponse:
    """Every unit's passages of seven days; a unit that stands elsewhere by now has the days on which it stood here."""
    place, last = frame.place_or_only(request), frame.day_asked(request)
    days = [frame.span_of(last.day - dt.timedelta(days=back)) for back in reversed(range(DAYS))]
    held = set(nodes_held(Permission.SEE_LEDGER))
    tops = [top.id for top in registry.places.below(request, None) if top.id in held]
    asked = place.id if place is not None and place.id in held else None
    rows = units_by_day(asked, tops if place is None else (), [(day.start, day.end) for day in days])
    called = names([row.node for row in rows])
    total = [Flow() for _day in days]
    for row in rows:
        for day, flow in zip(total, row.flows, strict=True):
            day.join(flow)
    context = {
        "now": request.now,
        "asked": last,
        "days": days,
        "rows": sorted(
            ((called.get(row.node) or _("went elsewhere"), row, row.node in called) for row in rows),
            key=lambda told: (not told[2], not told[1].now, told[0]),
        ),
        "total": total,
        "sum": sum(flow.crossed for flow in total),
    }
    return render(request, "ledger/units.html", context)
