"""Open loops: what must still close, with age, owner and due time; and closing one with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.forms import EvidenceForm, NoteForm
from kakou.ledger.pages import frame
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.matters import About, about
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of
from kakou.workorders import actions, queries
from kakou.workorders.events import KINDS, kind_of
from kakou.workorders.models import WorkOrder
from kakou.workorders.queries import OpenOrder

ROWS = 50
READ_AT_MOST = 5000


@dataclass(frozen=True, slots=True)
class Row:
    """One open loop with its names."""

    open: OpenOrder
    title: str
    place: str
    about: About | None
    label: Label | None


@require_permission(Permission.SEE_ORDERS)
def loops(request: StaffRequest) -> HttpResponse:
    """Soonest due first; by kind, or only one's own."""
    place, kind = place_of(request), request.GET.get("kind", "")
    node = place.id if place else None
    counts = queries.counts(at=request.now, node=node)
    found = queries.open_orders(at=request.now, node=node, kind=kind or None, limit=READ_AT_MOST)
    if mine := request.GET.get("mine") == "1":
        found = [row for row in found if row.order.owner_id == request.staff.pk]
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    context = {
        "now": request.now,
        "kind": kind,
        "mine": mine,
        "kinds": [("", gettext("All") + f" {sum(n for n, _ in counts.values())}")]
        + [(name, f"{title_of(name)} {n}") for name, (n, _) in sorted(counts.items())],
        "late": sum(late for _, late in counts.values()),
        "open": sum(n for n, _ in counts.values()),
        "page": page,
        "rows": rows_of(page.rows),
    }
    return render(request, "ledger/loops.html", context)


@require_permission(Permission.SEE_ORDERS)
def loop(request: StaffRequest, order: UUID) -> HttpResponse:
    """One open loop: what it is about, what happened to it, and the form that closes it."""
    return _page(request, queries.order_at(order))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def close(request: StaffRequest, order: UUID) -> HttpResponse:
    """Close with evidence; what is missing or unfit is told at its field."""
    found = queries.order_at(order)
    form = EvidenceForm(kind_of(found.kind), request.POST)
    if form.is_valid():
        try:
            actions.close(found, evidence=form.evidence(), by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Closed, with your name and the time."))
            return HttpResponseRedirect(_back(request))
    return _page(request, found, form=form)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def note(request: StaffRequest, order: UUID) -> HttpResponse:
    """Add what was tried."""
    found = queries.order_at(order)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            actions.note(found, text=form.cleaned_data["text"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error("text", of_refusal(refusal).text)
        else:
            return HttpResponseRedirect(reverse("ledger:loop", args=[order]) + _query(request))
    return _page(request, found, note=form)


def title_of(kind: str) -> str:
    """The kind in the reader's language; one that nobody registered keeps its code."""
    return gettext(KINDS[kind].title) if kind in KINDS else kind


def rows_of(found: Sequence[OpenOrder]) -> list[Row]:
    """Orders with their names: five queries, however many."""
    orders = [row.order for row in found]
    whom = about(orders)
    called = labels((one.subject, one.subject_kind) for one in whom.values())
    names = frame.where_names({order.node_id for order in orders} | {one.gate for one in whom.values() if one.gate})
    return [_row(one, names, whom.get(one.order.id), called) for one in found]


def _row(one: OpenOrder, names: dict[int, str], whom: About | None, called: dict[UUID, Label]) -> Row:
    place = names.get((whom and whom.gate) or one.order.node_id, names.get(one.order.node_id, ""))
    return Row(one, title_of(one.order.kind), place, whom, called[whom.subject] if whom else None)


def _page(
    request: StaffRequest, order: WorkOrder, *, form: EvidenceForm | None = None, note: NoteForm | None = None
) -> HttpResponse:
    kind = kind_of(order.kind)
    one = OpenOrder(order, request.now - order.opened_at, request.now > order.due_at)
    context = {
        "now": request.now,
        "order": order,
        "row": rows_of([one])[0],
        "steps": queries.steps_of(order),
        "may_close": order.closed_at is None and order.node_id in nodes_held(Permission.CLOSE_ORDERS),
        "form": form or EvidenceForm(kind),
        "note": note or NoteForm(),
    }
    status = 422 if (form and form.errors) or (note and note.errors) else 200
    return render(request, "ledger/loop.html", context, status=status)


def _query(request: StaffRequest) -> str:
    place = place_of(request)
    return query_of(place=place.id if place else None)


def _back(request: StaffRequest) -> str:
    return reverse("ledger:loops") + _query(request)
