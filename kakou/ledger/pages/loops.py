"""One open loop: what it is about, what happened to it, and every step that somebody may take about it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.queries import holders_of
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.ledger.forms.orders import (
    PICTURED,
    DuplicateForm,
    EvidenceForm,
    HelperForm,
    NoteForm,
    OwnerForm,
    ReopenForm,
)
from kakou.ledger.pages import frame, loop_forms, matters, order_steps
from kakou.ledger.pages.loop_forms import Tried, proof_form
from kakou.ledger.pages.loop_rows import Row, rows_of
from kakou.ledger.pages.order_words import told
from kakou.web.kit.files import as_sent
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of
from kakou.workorders import actions, queries
from kakou.workorders.actions.handling import waits_until
from kakou.workorders.events import kind_of
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import SHOWN, Clock, Proof, State


@require_permission(Permission.SEE_ORDERS)
def loop(request: StaffRequest, order: UUID) -> HttpResponse:
    """One open loop."""
    return _page(request, queries.order_at(order))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def close(request: StaffRequest, order: UUID) -> HttpResponse:
    """Close with evidence; what is missing or unfit is told at its field."""
    found = queries.order_at(order)
    form = EvidenceForm(kind_of(found.kind), request.POST, needed=not order_steps.is_answered(found))

    def act() -> str:
        actions.close(found, evidence=form.evidence(), by=request.staff, at=request.now)
        return gettext("Closed, with your name and the time.")

    return _done(request, form, act, to=_back(request)) or _page(request, found, tried=("close", form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def note(request: StaffRequest, order: UUID) -> HttpResponse:
    """Add what was tried."""
    found, form = queries.order_at(order), NoteForm(request.POST)

    def act() -> str:
        actions.note(found, text=form.cleaned_data["text"], by=request.staff, at=request.now)
        return gettext("Noted, with your name and the time.")

    to = _here(request, order)
    return _done(request, form, act, field="text", to=to) or _page(request, found, tried=("note", form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def hand_on(request: StaffRequest, order: UUID) -> HttpResponse:
    """Hand it on to one who may close it, or take it."""
    found = queries.order_at(order)
    closers = holders_of(Permission.CLOSE_ORDERS, found.node_id)
    form = OwnerForm(request.POST, closers=loop_forms.in_words(closers))

    def act() -> str:
        chosen = loop_forms.by_id(closers)[form.cleaned_data["owner"]]
        actions.name_owner(found, owner=chosen, by=request.staff, at=request.now)
        return gettext("%(name)s answers for it now.") % {"name": frame.title_of(chosen)}

    to = _here(request, order)
    return _done(request, form, act, field="owner", to=to) or _page(request, found, tried=("owner", form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def take(request: StaffRequest, order: UUID, step: str) -> HttpResponse:
    """One of the other steps: accept, begin, dispatch, give back, answer, verify, let it wait, go on."""
    found = queries.order_at(order)
    kind = next((one for one in order_steps.WAYS if one.value == step), None)
    if kind is None or not kind_of(found.kind).by_hand:
        raise NotFound("There is no such step.")
    way = order_steps.WAYS[kind]
    form = way.make(found, request.POST, f"id_{kind.value}_%s")

    def act() -> str:
        way.act(found, form.cleaned_data, request.staff, request.now)
        return gettext("Kept: %(step)s.") % {"step": gettext(way.words)}

    to = _here(request, order) if found.first_node_id in nodes_held(Permission.SEE_ORDERS) else _back(request)
    return _done(request, form, act, to=to) or _page(request, found, tried=(kind.value, form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def reopen(request: StaffRequest, order: UUID) -> HttpResponse:
    """Closed too early: open it again, with the reason."""
    found, form = queries.order_at(order), ReopenForm(request.POST)

    def act() -> str:
        actions.reopen(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        return gettext("Open again, with your name and the time.")

    to = _here(request, order)
    return _done(request, form, act, field="reason", to=to) or _page(request, found, tried=("again", form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def join(request: StaffRequest, order: UUID) -> HttpResponse:
    """Ask somebody who sees it to help."""
    found = queries.order_at(order)
    able = holders_of(Permission.SEE_ORDERS, found.node_id)
    form = HelperForm(request.POST, others=loop_forms.in_words(able))

    def act() -> str:
        chosen = loop_forms.by_id(able)[form.cleaned_data["helper"]]
        actions.join(found, helper=chosen, by=request.staff, at=request.now)
        return gettext("%(name)s helps from now on, and finds it under “My day”.") % {"name": frame.title_of(chosen)}

    to = _here(request, order)
    return _done(request, form, act, field="helper", to=to) or _page(request, found, tried=("helper", form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def leave(request: StaffRequest, order: UUID) -> HttpResponse:
    """Somebody helps no longer."""
    found = queries.order_at(order)
    helping = {helper.staff_id: helper.staff for helper in queries.helpers_of(found)}
    form = HelperForm(request.POST, others=[(pk, frame.title_of(staff)) for pk, staff in helping.items()])

    def act() -> str:
        chosen = helping[form.cleaned_data["helper"]]
        actions.leave(found, helper=chosen, by=request.staff, at=request.now)
        return gettext("%(name)s helps no longer.") % {"name": frame.title_of(chosen)}

    to = _here(request, order)
    return _done(request, form, act, field="helper", to=to) or _page(request, found, tried=("leave", form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def duplicate(request: StaffRequest, order: UUID) -> HttpResponse:
    """Another open order is about the same: this one ends, and that one goes on."""
    found = queries.order_at(order)
    form = DuplicateForm(request.POST, others=loop_forms.others_like(found))

    def act() -> str:
        other = queries.order_at(form.cleaned_data["of"])
        actions.mark_duplicate(found, of=other, by=request.staff, at=request.now)
        return gettext("Ended: the order on this page is about the same, and goes on.")

    to = _here(request, form.cleaned_data["of"]) if form.is_valid() else ""
    return _done(request, form, act, field="of", to=to) or _page(request, found, tried=("duplicate", form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def prove(request: StaffRequest, order: UUID, proof: str) -> HttpResponse:
    """Add a proof: typed, a photo or a signature."""
    found = queries.order_at(order)
    what = next((one for one in Proof if one.value == proof), None)
    if what is None:
        raise NotFound("There is no such proof.")
    form = proof_form(what, request.POST, request.FILES)

    def act() -> str:
        if what in SHOWN:
            actions.exhibit(found, proof=what, picture=form.cleaned_data["picture"], by=request.staff, at=request.now)
        else:
            actions.prove(found, proof=what, ref=form.cleaned_data["ref"], by=request.staff, at=request.now)
        return gettext("Kept, with your name and the time.")

    to, field = _here(request, order), next(iter(form.fields))
    return _done(request, form, act, field=field, to=to) or _page(request, found, tried=(what.value, form))


@never_cache
@require_safe
@require_permission(Permission.CLOSE_ORDERS)
def picture(request: StaffRequest, id: UUID) -> HttpResponse:
    """A photo or signature of an order, shown as a picture and as nothing else."""
    media_type, content = actions.look_at(id, by=request.staff, at=request.now)
    return as_sent(media_type, content)


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


def _page(request: StaffRequest, order: WorkOrder, *, tried: Tried = None) -> HttpResponse:
    mine_to_close = bool({order.node_id, order.first_node_id} & set(nodes_held(Permission.CLOSE_ORDERS)))
    may_close = mine_to_close and order.closed_at is None
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
        "helpers": queries.helpers_of(order),
        "pictures": [(one, PICTURED[Proof(one.proof)][0]) for one in queries.exhibits_of(order) if mine_to_close],
        "may_close": may_close,
        "by_hand": kind_of(order.kind).by_hand,
        "may_reopen": mine_to_close and kind_of(order.kind).by_hand and order.closed_at is not None,
        "tried": tried[1] if tried else None,
        "at_step": tried[0] if tried else "",
        **loop_forms.forms_of(request, order, may_close=may_close, tried=tried),
    }
    return render(request, "ledger/loop.html", context, status=422 if tried else 200)


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
