"""Open loops as a sheet to write into, and the sheet brought in again."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.ledger.pages import frame, loop_list, order_steps
from kakou.ledger.pages.loop_rows import Row, rows_of
from kakou.ledger.sheets.closing import NUMBER, close_by_sheet, facts_of, title_of_fact
from kakou.web.kit.handing_out import as_sheet, moment
from kakou.web.kit.importing import Done, bring_in_sheet
from kakou.web.shell.here import place_of, query_of
from kakou.workorders import queries
from kakou.workorders.rules import State

ROWS = 10_000


@require_safe
@require_permission(Permission.SEE_ORDERS)
def sheet(request: StaffRequest) -> HttpResponse:
    """The list as it is narrowed, without whom it is about: the soonest due ten thousand; room for what was done."""
    found = loop_list.found(request)[:ROWS]
    rows = rows_of([queries.as_open(order, request.now) for order in found])
    facts = facts_of({row.open.order.kind for row in rows})
    columns = [gettext(words) for words in ("What", "Where", "Handled by", "State", "Opened", "Due", "Late", "Owner")]
    columns += [gettext(NUMBER), *map(title_of_fact, facts)]
    room = [""] * len(facts)
    return as_sheet(
        ([*_cells(row), *room] for row in rows), columns, name=f"open-loops-{timezone.localdate(request.now)}"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CLOSE_ORDERS)
def bring_in(request: StaffRequest) -> HttpResponse:
    """That sheet with what was found out or done: all of it or nothing, problems by row and column."""

    def take(content: bytes, name: str, dry_run: bool) -> Done:
        return close_by_sheet(content, filename=name, by=request.staff, at=request.now, dry_run=dry_run)

    place = place_of(request)
    then = reverse("ledger:loops") + query_of(place=place.id if place else None)
    return bring_in_sheet(request, take, template="ledger/loops_import.html", then=then)


def _cells(row: Row) -> Sequence[str]:
    order = row.open.order
    return [
        row.title,
        row.place,
        row.handled,
        gettext(order_steps.STATES[State(order.state)]),
        moment(order.opened_at),
        moment(order.due_at),
        gettext("late") if row.open.late else "",
        frame.title_of(order.owner) if order.owner else "",
        str(order.pk),
    ]
