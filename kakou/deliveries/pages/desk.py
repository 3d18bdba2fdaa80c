"""Goods vehicles for gate and desk: the expected list, one with its steps, one announced for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.deliveries import actions
from kakou.deliveries.forms import DeliveryForm, EscortForm, WhyForm
from kakou.deliveries.models import Delivery
from kakou.deliveries.pages.words import BODIES, GOODS, STATES
from kakou.deliveries.queries import deliveries as queries
from kakou.deliveries.queries.places import Named, gates_among, units_behind
from kakou.deliveries.rules import LICENCE, STEPS, State
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.ledger.pages import frame
from kakou.skills.pages.words import against, skill_word
from kakou.skills.queries.licences import Candidate
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS = 50
OPEN, OVER = "", "over"


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery in the list."""

    seen: queries.Seen
    sign: Sign
    body: str
    goods: str
    where: str
    gate: str
    late: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A step ready to be taken; `leads`: it is what usually comes next."""

    step: State
    words: str
    form: Form
    leads: bool


@require_safe
@require_permission(Permission.SEE_LEDGER)
def deliveries(request: StaffRequest) -> HttpResponse:
    """Who is here and who is expected; or what is over."""
    place, is_over = place_of(request), request.GET.get("state") == OVER
    node, today = place.id if place else None, day_in(site_zone(), request.now)
    find = queries.over if is_over else queries.going_on
    page = page_of(find(node=node, today=today), request.GET.get("page", ""), size=ROWS)
    where = _where(page.rows)
    context = {
        "now": request.now,
        "today": today,
        "page": page,
        "over": is_over,
        "state": OVER if is_over else OPEN,
        "states": [(OPEN, gettext("Expected and here")), (OVER, gettext("Over now"))],
        "rows": [
            Row(
                one,
                STATES[one.state],
                gettext(BODIES[one.body]),
                gettext(GOODS[one.goods]),
                where.get(one.row.node_id, ""),
                where.get(one.row.gate_id, ""),
                one.late(request.now),
                one.state is State.ANNOUNCED and one.row.expected_on < today,
            )
            for one in queries.seen(page.rows)
        ],
        "may_add": bool(nodes_held(Permission.HANDLE_GOODS)),
    }
    return render(request, "deliveries/deliveries.html", context)


def _where(rows: Sequence[Delivery]) -> dict[int, str]:
    """Names of units and gates: whoever stands at a gate reads for whom it is, though that unit is not his to see."""
    named = frame.where_names({node for row in rows for node in (row.node_id, row.gate_id)})
    return dict(units_behind({row.gate_id for row in rows if row.node_id not in named})) | named


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.HANDLE_GOODS)
def add(request: StaffRequest) -> HttpResponse:
    """Announce one for somebody who telephoned, or who stands at the gate unannounced."""
    place, today = place_of(request), day_in(site_zone(), request.now)
    gates, units = choices(request)
    initial = {"key": new_id(), "expected_on": today, "unit": place.id if place else None}
    data = request.POST if request.method == "POST" else None
    form = DeliveryForm(data, initial=initial, gates=gates, units=units, today=today)
    if form.is_valid():
        given = form.cleaned_data
        new = actions.NewDelivery(
            given["unit"],
            given["gate"],
            given["plate"],
            given["body"],
            given["goods"],
            given["expected_on"],
            given["phone"],
        )
        try:
            made = actions.announce(new, key=given["key"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Announced. The gate sees it on its list."))
            return _back(request, made)
    context = {"form": form, "now": request.now, "has_gates": bool(gates)}
    return render(request, "deliveries/add.html", context, status=422 if form.errors else 200)


def choices(request: StaffRequest) -> tuple[Named, Named]:
    """Gates at which one handles goods, and the units behind them."""
    gates = gates_among(nodes_held(Permission.HANDLE_GOODS))
    return gates, units_behind({node for node, _ in gates})


@require_safe
@require_permission(Permission.SEE_LEDGER)
def delivery(request: StaffRequest, id: UUID) -> HttpResponse:
    """One delivery: what was signed by whom and when, and what comes next."""
    return _page(request, queries.delivery_at(id))


@require_POST
@require_permission(Permission.HANDLE_GOODS)
def take(request: StaffRequest, id: UUID, step: str) -> HttpResponse:
    """Sign the next step."""
    row = queries.delivery_at(id)
    if step not in set(State):
        raise NotFound("There is no such step.")
    kind = State(step)
    form = _form(kind, queries.escorts(row, at=request.now) if STEPS[kind].escorts else [], request.POST)
    if not form.is_valid():
        return _page(request, row, (kind, form))
    given: dict[str, Any] = form.cleaned_data
    try:
        actions.take_step(
            row, kind, escort=given.get("escort"), reason=given.get("reason", ""), by=request.staff, at=request.now
        )
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        form.add_error(None, of_refusal(refusal).text)
        return _page(request, queries.delivery_at(id), (kind, form))
    messages.success(request, gettext("Signed: %(step)s.") % {"step": gettext(STEPS[kind].words)})
    return _back(request, row)


def _page(request: StaffRequest, row: Delivery, tried: tuple[State, Form] | None = None) -> HttpResponse:
    [seen] = queries.seen([row])
    mine = bool({row.node_id, row.gate_id} & set(nodes_held(Permission.HANDLE_GOODS)))
    steps = queries.steps_of(row)
    needs_escort = mine and any(STEPS[step].escorts for step in seen.next_ones)
    found = queries.escorts(row, at=request.now) if needs_escort else []
    where = _where([row])
    context = {
        "now": request.now,
        "seen": seen,
        "row": row,
        "sign": STATES[seen.state],
        "body": gettext(BODIES[seen.body]),
        "goods": gettext(GOODS[seen.goods]),
        "where": where.get(row.node_id, ""),
        "gate": where.get(row.gate_id, ""),
        "late": seen.late(request.now),
        "steps": [(step, gettext(STEPS[State(step.step)].words), name) for step, name in steps],
        "stay": queries.stay_of(row, [step for step, _ in steps if step.step != State.ANNOUNCED]),
        "offers": _offers(seen, found, tried) if mine else [],
        "tried": tried[1] if tried else None,
        "at_step": tried[0].value if tried else "",
        "needs": skill_word(LICENCE[seen.body]),
        "needs_escort": needs_escort,
        "barred": [(one, against(one.flags)) for one in found if not one.may_be_asked],
        "has_escort": any(one.may_be_asked for one in found),
    }
    return render(request, "deliveries/delivery.html", context, status=422 if tried and tried[1].errors else 200)


def _offers(seen: queries.Seen, found: list[Candidate], tried: tuple[State, Form] | None) -> list[Offer]:
    return [
        Offer(
            step,
            STEPS[step].words,
            tried[1] if tried and tried[0] is step else _form(step, found),
            not STEPS[step].tells,
        )
        for step in seen.next_ones
    ]


def _form(step: State, found: list[Candidate], data: Any = None) -> Form:
    if STEPS[step].escorts:
        able = [(str(one.held.row.person_id), _called(one)) for one in found if one.may_be_asked]
        return EscortForm(data, escorts=able, auto_id=f"id_{step.value}_%s")
    return WhyForm(data, auto_id=f"id_{step.value}_%s") if STEPS[step].tells else Form(data)


def _called(one: Candidate) -> str:
    told = against(one.flags)
    return f"{one.held.name} · {skill_word(one.held.skill)}" + (f" ({'; '.join(told)})" if told else "")


def _back(request: StaffRequest, row: Delivery) -> HttpResponse:
    place = place_of(request)
    return HttpResponseRedirect(
        reverse("deliveries:delivery", args=[row.pk]) + query_of(place=place.id if place else None)
    )
