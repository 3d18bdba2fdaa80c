"""Open loops: what must still close, with age, owner and due time; handing one on; and closing one with evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from kakou.access.models import Device, Staff
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.queries import holders_of
from kakou.access.rules import ROLES, Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.ledger.forms import EvidenceForm, NoteForm, OwnerForm, ReopenForm
from kakou.ledger.pages import frame, matters, order_steps
from kakou.ledger.pages.order_words import told
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.matters import About, about
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of
from kakou.workorders import actions, queries
from kakou.workorders.actions.handling import waits_until
from kakou.workorders.events import KINDS, kind_of
from kakou.workorders.models import WorkOrder
from kakou.workorders.queries import NOBODY, OpenOrder
from kakou.workorders.rules import Clock, State, StepKind

ROWS = 50
MINE, NOBODYS = "mine", "nobody"


@dataclass(frozen=True, slots=True)
class Row:
    """One open loop with its names."""

    open: OpenOrder
    title: str
    place: str
    about: About | None
    label: Label | None
    phone: str = ""
    said: str = ""
    handled: str = ""  # where, if not where it was received


@require_permission(Permission.SEE_ORDERS)
def loops(request: StaffRequest) -> HttpResponse:
    """Soonest due first; by kind, and by who answers for it."""
    place, kind, whose = place_of(request), request.GET.get("kind", ""), request.GET.get("whose", "")
    node, owner = place.id if place else None, {MINE: request.staff.pk, NOBODYS: NOBODY}.get(whose)
    counts = queries.counts(at=request.now, node=node, owner=owner)
    found = queries.still_open(node=node, kind=kind or None, owner=owner)
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    context = {
        "now": request.now,
        "kind": kind,
        "whose": whose,
        "everybody": [("", gettext("Everybody's")), (MINE, gettext("Mine")), (NOBODYS, gettext("Nobody's"))],
        "kinds": [("", gettext("All") + f" {sum(n for n, _ in counts.values())}")]
        + [(name, f"{title_of(name)} {n}") for name, (n, _) in sorted(counts.items())],
        "late": sum(late for _, late in counts.values()),
        "open": sum(n for n, _ in counts.values()),
        "page": page,
        "rows": rows_of([queries.as_open(order, request.now) for order in page.rows]),
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

    def act() -> str:
        actions.close(found, evidence=form.evidence(), by=request.staff, at=request.now)
        return gettext("Closed, with your name and the time.")

    return _done(request, form, act, to=_back(request)) or _page(request, found, form=form)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def note(request: StaffRequest, order: UUID) -> HttpResponse:
    """Add what was tried."""
    found, form = queries.order_at(order), NoteForm(request.POST)

    def act() -> str:
        actions.note(found, text=form.cleaned_data["text"], by=request.staff, at=request.now)
        return gettext("Noted, with your name and the time.")

    return _done(request, form, act, field="text", to=_here(request, order)) or _page(request, found, note=form)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def hand_on(request: StaffRequest, order: UUID) -> HttpResponse:
    """Hand it on to one who may close it, or take it."""
    found = queries.order_at(order)
    closers = {staff.pk: (staff, words) for staff, words in closers_of(found)}
    form = OwnerForm(request.POST, closers=[(pk, words) for pk, (_, words) in closers.items()])

    def act() -> str:
        chosen, _words = closers[form.cleaned_data["owner"]]
        actions.name_owner(found, owner=chosen, by=request.staff, at=request.now)
        return gettext("%(name)s answers for it now.") % {"name": frame.title_of(chosen)}

    return _done(request, form, act, field="owner", to=_here(request, order)) or _page(request, found, owner=form)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def take(request: StaffRequest, order: UUID, step: str) -> HttpResponse:
    """One of the other steps: begin, dispatch, give back, let it wait, go on."""
    found = queries.order_at(order)
    kind = next((one for one in order_steps.WAYS if one.value == step), None)
    if kind is None or not kind_of(found.kind).by_hand:
        raise NotFound("There is no such step.")
    way = order_steps.WAYS[kind]
    form = way.form(request.POST, auto_id=f"id_{kind.value}_%s")

    def act() -> str:
        way.act(found, form.cleaned_data, request.staff, request.now)
        return gettext("Kept: %(step)s.") % {"step": gettext(way.words)}

    to = _here(request, order) if found.first_node_id in nodes_held(Permission.SEE_ORDERS) else _back(request)
    return _done(request, form, act, to=to) or _page(request, found, tried=(kind, form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def reopen(request: StaffRequest, order: UUID) -> HttpResponse:
    """Closed too early: open it again, with the reason."""
    found, form = queries.order_at(order), ReopenForm(request.POST)

    def act() -> str:
        actions.reopen(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        return gettext("Open again, with your name and the time.")

    return _done(request, form, act, field="reason", to=_here(request, order)) or _page(request, found, again=form)


def _done(
    request: StaffRequest, form: Form, act: Callable[[], str], *, to: str, field: str | None = None
) -> HttpResponse | None:
    """Do `act` if the form is right, say what it returns, and go `to`; None when something is to be mended first: what
    the act refuses is told at `field`."""
    if not form.is_valid():
        return None
    try:
        said = act()
    except Refusal as refusal:
        form.add_error(field, of_refusal(refusal).text)
        return None
    messages.success(request, said)
    return HttpResponseRedirect(to)


def closers_of(order: WorkOrder) -> list[tuple[Staff, str]]:
    """Who may close the order and so may answer for it, nearest first: the account, and its words in a list."""
    held = holders_of(Permission.CLOSE_ORDERS, order.node_id)
    return [(staff, f"{frame.title_of(staff)} · {gettext(ROLES[role].title)}") for staff, role in held]


def title_of(kind: str) -> str:
    """The kind in the reader's language; one that nobody registered keeps its code."""
    return gettext(KINDS[kind].title) if kind in KINDS else kind


def rows_of(found: Sequence[OpenOrder]) -> list[Row]:
    """Orders with their names: six queries, however many."""
    orders = [row.order for row in found]
    whom = about(orders)
    called = labels((one.subject, one.subject_kind) for one in whom.values())
    nodes = {node for order in orders for node in (order.node_id, order.first_node_id)}
    names = frame.where_names(nodes | {one.gate for one in whom.values() if one.gate})
    phones = _phones(orders)
    return [_row(one, names, whom.get(one.order.id), called, phones) for one in found]


def _phones(orders: Sequence[WorkOrder]) -> dict[object, str]:
    """The phones that orders are about, by what the facts call them."""
    asked = {order.facts["device"] for order in orders if "device" in order.facts}
    return dict(Device.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}


def _row(
    one: OpenOrder, names: dict[int, str], whom: About | None, called: dict[UUID, Label], phones: dict[object, str]
) -> Row:
    order = one.order
    here = names.get(order.first_node_id, "")  # where it is about, wherever it is handled
    place = names.get(whom.gate, here) if whom and whom.gate else here
    handled = names.get(order.node_id, "") if order.node_id != order.first_node_id else ""
    label = called[whom.subject] if whom else None
    phone = phones.get(order.facts.get("device"), "")
    return Row(one, title_of(order.kind), place, whom, label, phone, matters.said(order), handled)


def _page(
    request: StaffRequest,
    order: WorkOrder,
    *,
    form: EvidenceForm | None = None,
    note: NoteForm | None = None,
    owner: OwnerForm | None = None,
    again: ReopenForm | None = None,
    tried: tuple[StepKind, Form] | None = None,
) -> HttpResponse:
    kind = kind_of(order.kind)
    mine_to_close = bool({order.node_id, order.first_node_id} & set(nodes_held(Permission.CLOSE_ORDERS)))
    may_close = mine_to_close and order.closed_at is None
    closers = [(staff.pk, words) for staff, words in closers_of(order)] if may_close else []
    row, place = rows_of([queries.as_open(order, request.now)])[0], place_of(request)
    context = {
        "now": request.now,
        "order": order,
        "row": row,
        "reasons": matters.reasons(order),
        "recorder": _recorder(row),
        "door": matters.door(order, nodes_held, place=place.id if place else None),
        "steps": told(queries.steps_of(order)),
        "state": gettext(order_steps.STATES[State(order.state)]),
        "due_words": gettext(order_steps.CLOCKS[Clock(order.due_clock)]),
        "waits_until": waits_until(order, request.now),
        "offers": order_steps.offers(order, request.now, tried=tried) if may_close else [],
        "tried": tried[1] if tried else None,
        "at_step": tried[0].value if tried else "",
        "may_close": may_close,
        "by_hand": kind.by_hand,
        "may_reopen": mine_to_close and kind.by_hand and order.closed_at is not None,
        "again": again or ReopenForm(),
        "may_take": order.owner_id != request.staff.pk and request.staff.pk in dict(closers),
        "form": form or EvidenceForm(kind),
        "note": note or NoteForm(),
        "owner": owner or OwnerForm(closers=closers, initial={"owner": order.owner_id}),
    }
    given = (form, note, owner, again, tried[1] if tried else None)
    status = 422 if any(one is not None and one.errors for one in given) else 200
    return render(request, "ledger/loop.html", context, status=status)


def _recorder(row: Row) -> str:
    """Who is to be asked what he did, where an order is about that; or who called."""
    asked = row.about.recorder if row.about and row.open.order.kind in matters.OF_A_RECORDER else None
    recorder = asked or row.open.order.facts.get("recorder")
    return frame.staff_names({recorder}).get(recorder, "") if recorder else ""


def _query(request: StaffRequest) -> str:
    place = place_of(request)
    return query_of(place=place.id if place else None)


def _here(request: StaffRequest, order: UUID) -> str:
    return reverse("ledger:loop", args=[order]) + _query(request)


def _back(request: StaffRequest) -> str:
    return reverse("ledger:loops") + _query(request)
