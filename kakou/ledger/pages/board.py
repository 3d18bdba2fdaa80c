"""A unit's board: its open orders by state and kind, the oldest of them, and how those fared that were opened within a
span, each rate with its formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.ledger.forms.orders import SpanForm
from kakou.ledger.pages import frame, order_steps
from kakou.ledger.pages.loop_rows import rows_of, title_of
from kakou.web.kit import times
from kakou.web.kit.handing_out import as_sheet
from kakou.web.shell.here import place_of, query_of
from kakou.workorders import queries
from kakou.workorders.figures.board import Cell, board
from kakou.workorders.figures.rates import MEDIANS, Figures, figures, rates, shown
from kakou.workorders.rules import State

OLDEST, DAYS = 5, 30
LIVE = "live"  # id of the part that is fetched anew when something changes


class Line(NamedTuple):
    """The orders of a kind in a state; `href` opens them in the list."""

    title: str
    href: str
    cell: Cell


class Column(NamedTuple):
    """A state with its lines."""

    title: str
    href: str
    many: int
    lines: Sequence[Line]


class Told(NamedTuple):
    """How the orders of one kind fared: shares as "3 / 4 · 75 %", lengths in words; "—" where there is nothing."""

    title: str
    opened: int
    shares: Sequence[str]
    lengths: Sequence[str]


@require_safe
@require_permission(Permission.SEE_ORDERS)
def of_unit(request: StaffRequest) -> HttpResponse:
    """The board."""
    place, form, span = place_of(request), *_span(request)
    node = place.id if place else None
    cells = board(at=request.now, node=node)
    oldest = queries.still_open(node=node).order_by("opened_at", "id")[:OLDEST]
    every = [cell for column in cells.values() for cell in column]
    context = {
        "now": request.now,
        "open": sum(cell.many for cell in every),
        "late": sum(cell.late for cell in every),
        "overdue": _list(request, hole="overdue"),
        "columns": [_column(request, state, column) for state, column in cells.items() if column],
        "oldest": rows_of([queries.as_open(order, request.now) for order in oldest]),
        "form": form,
        "told": [_told(one) for one in _figures(request, span)] if span and not _is_live(request) else [],
        "formulas": [(gettext(one.words), gettext(one.formula)) for one in shown()],
        "columns_of_rates": [gettext(one.words) for one in shown()],
        "file": reverse("ledger:board_sheet") + query_of(place=node, **_days(span)),
    }
    return render(request, "ledger/board.html", context, status=200 if span else 422)


@require_safe
@require_permission(Permission.SEE_ORDERS)
def sheet(request: StaffRequest) -> HttpResponse:
    """The rates of the span as a sheet, parts and wholes apart, with the formulas below."""
    _form, span = _span(request)
    span = span or _last_days(request)
    columns = [gettext("Kind"), gettext("Opened")]
    for rate in rates():
        columns += [words := gettext(rate.words), f"{words} ÷", f"{words} %"]
    columns += [gettext(median.words) + " (min)" for median in MEDIANS]
    rows = [_cells(one) for one in _figures(request, span)]
    since, until = (end.isoformat() for end in (span.since, span.until))
    below: list[list[str | int | None]] = [[], [gettext("From"), since], [gettext("Until"), until]]
    below += [[gettext(one.words), gettext(one.formula)] for one in shown()]
    return as_sheet([*rows, *below], columns, name=f"orders-{since}-{until}")


def _is_live(request: StaffRequest) -> bool:
    """Does the page ask for its live part only? The rates stand below it."""
    return request.headers.get("HX-Target") == LIVE


class Span(NamedTuple):
    """Both days belong to it."""

    since: dt.date
    until: dt.date


def _span(request: StaffRequest) -> tuple[SpanForm, Span | None]:
    """The form as it was asked, and its days; None: they make no span. Without a question the last thirty days."""
    if not {"since", "until"} & request.GET.keys():
        last = _last_days(request)
        return SpanForm(initial=last._asdict()), last
    form = SpanForm(request.GET)
    return form, Span(form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else None


def _last_days(request: StaffRequest) -> Span:
    today = frame.today(request).day
    return Span(today - dt.timedelta(days=DAYS - 1), today)


def _days(span: Span | None) -> dict[str, object]:
    return {"since": span.since.isoformat(), "until": span.until.isoformat()} if span else {}


def _figures(request: StaffRequest, span: Span) -> list[Figures]:
    place = place_of(request)
    since, until = frame.span_of(span.since).start, frame.span_of(span.until).end
    return figures(since=since, until=until, at=request.now, node=place.id if place else None)


def _list(request: StaffRequest, **narrowed: object) -> str:
    place = place_of(request)
    return reverse("ledger:loops") + query_of(place=place.id if place else None, **narrowed)


def _column(request: StaffRequest, state: State, cells: Sequence[Cell]) -> Column:
    lines = [Line(title_of(cell.kind), _list(request, state=state.value, kind=cell.kind), cell) for cell in cells]
    title = gettext(order_steps.STATES[state])
    return Column(title, _list(request, state=state.value), sum(cell.many for cell in cells), lines)


def _title(told: Figures) -> str:
    return title_of(told.kind) if told.kind else gettext("All kinds")


def _told(told: Figures) -> Told:
    shares = [_share(rate.part(told), rate.whole(told)) for rate in rates()]
    return Told(_title(told), told.opened, shares, [_length(median.of(told)) for median in MEDIANS])


def _share(part: int, whole: int) -> str:
    return f"{part} / {whole} · {percent(part, whole)} %" if whole else "—"


def percent(part: int, whole: int) -> int:
    """Rounded down: 100 is all of them."""
    return part * 100 // whole


def _length(length: dt.timedelta | None) -> str:
    return times.span(length.total_seconds()) if length is not None else "—"


def _cells(told: Figures) -> list[str | int | None]:
    cells: list[str | int | None] = [_title(told), told.opened]
    for rate in rates():
        part, whole = rate.part(told), rate.whole(told)
        cells += [part, whole, percent(part, whole) if whole else None]
    lengths = (median.of(told) for median in MEDIANS)
    return cells + [int(length.total_seconds() // 60) if length is not None else None for length in lengths]
