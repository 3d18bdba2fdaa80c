"""Open loops: what must still close, with age, owner and due time, by hole, kind, state and owner; and several of
them handed on at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from kakou.access.models import Staff
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.queries import holders_over
from kakou.access.rules import Permission, Role
from kakou.ledger.forms.orders import OwnerForm
from kakou.ledger.pages import frame, loop_forms, order_steps
from kakou.ledger.pages.loop_rows import Row, rows_of, title_of
from kakou.web.kit.lists import Page, page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of
from kakou.workorders import actions, queries
from kakou.workorders.events import HOLES
from kakou.workorders.figures.holes import EVERY, counts_by_hole, within_hole
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN, State

ROWS = 50
MINE = "mine"


class Asked(NamedTuple):
    """What the address asks for; `state` and `hole`: what the orders fulfil besides."""

    node: int | None
    owner: int | None
    kind: str
    state: Q
    hole: Q

    @property
    def among(self) -> Q | None:
        """Both together; None: whatever they are."""
        return self.state & self.hole or None


class Refused(NamedTuple):
    """An order that cannot be handed on, and why; `row` None: it is not known here any more."""

    row: Row | None
    why: str


@dataclass(frozen=True, slots=True)
class Picking:
    """What was chosen to be handed on and could not be."""

    chosen: Collection[UUID] = ()
    refused: Sequence[Refused] = ()
    form: OwnerForm | None = None


@require_safe
@require_permission(Permission.SEE_ORDERS)
def loops(request: StaffRequest) -> HttpResponse:
    """Soonest due first; by hole, by kind, and by who answers for it."""
    return _page(request, Picking())


def found(request: StaffRequest) -> QuerySet[WorkOrder]:
    """The list as the address narrows it."""
    return _found(_asked(request))


@require_permission(Permission.CLOSE_ORDERS)
def hand_on_many(request: StaffRequest) -> HttpResponse:
    """All that were chosen change hands, or none does and it is told which cannot."""
    if request.method != "POST":  # a link on the page that told so
        return HttpResponseRedirect(reverse("ledger:loops") + _keep(request))
    chosen = _ids(request.POST.getlist("order"))
    orders = queries.orders_at(chosen)
    closers = _closers([*orders, *_shown(request, _asked(request)).rows])  # whom the page offered
    form = OwnerForm(request.POST, closers=_choices(closers))
    if not chosen:
        form.add_error(None, gettext("Choose at least one order in the list."))
    if not form.is_valid():
        return _page(request, Picking(chosen, form=form))
    owner = loop_forms.by_id(closers)[form.cleaned_data["owner"]]
    refused = [Refused(None, gettext("This order is not known here."))] * (len(chosen) - len(orders))
    if not refused:
        try:
            actions.hand_on(orders, owner=owner, by=request.staff, at=request.now)
        except actions.NotHandedOn as told:
            refused = _refused(request, orders, told)
    if refused:
        form.add_error(None, gettext("None was handed on. What stands in the way is named above the list."))
        kept = set(chosen) - {one.row.open.order.pk for one in refused if one.row}
        return _page(request, Picking(kept & {order.pk for order in orders}, refused, form))
    said = ngettext("%(n)d order is with %(name)s now.", "%(n)d orders are with %(name)s now.", len(orders))
    messages.success(request, said % {"n": len(orders), "name": frame.title_of(owner)})
    return HttpResponseRedirect(reverse("ledger:loops") + _keep(request))


def _asked(request: StaffRequest) -> Asked:
    place, owner = place_of(request), request.staff.pk if request.GET.get("whose") == MINE else None
    hole, state = within_hole(request.GET.get("hole", ""), request.now), request.GET.get("state", "")
    in_state = Q(state=state) if state in STILL_OPEN else Q()
    return Asked(place.id if place else None, owner, request.GET.get("kind", ""), in_state, hole or Q())


def _found(asked: Asked) -> QuerySet[WorkOrder]:
    return queries.still_open(node=asked.node, kind=asked.kind or None, owner=asked.owner, among=asked.among)


def _shown(request: StaffRequest, asked: Asked) -> Page[WorkOrder]:
    return page_of(_found(asked), request.GET.get("page", ""), size=ROWS)


def _page(request: StaffRequest, picking: Picking) -> HttpResponse:
    asked, state = _asked(request), request.GET.get("state", "")
    counts = queries.counts(at=request.now, node=asked.node, owner=asked.owner, among=asked.among)
    in_holes = counts_by_hole(
        at=request.now, node=asked.node, owner=asked.owner, kind=asked.kind or None, among=asked.state or None
    )
    shown = [counts.get(asked.kind, (0, 0))] if asked.kind else [*counts.values()]
    page = _shown(request, asked)
    mine = set(nodes_held(Permission.CLOSE_ORDERS))
    may = {order.pk for order in page.rows if mine & {order.node_id, order.first_node_id}}
    context = {
        "now": request.now,
        "kind": asked.kind,
        "whose": request.GET.get("whose", ""),
        "hole": request.GET.get("hole", ""),
        "state": gettext(order_steps.STATES[State(state)]) if state in STILL_OPEN else "",
        "everybody": [("", gettext("Everybody's")), (MINE, gettext("Mine"))],
        "holes": [("", gettext("All") + f" {in_holes[EVERY]}")]
        + [(hole.name, f"{gettext(hole.words)} {in_holes[hole.name]}") for hole in HOLES.values()],
        "kinds": [("", gettext("All kinds") + f" {sum(n for n, _ in counts.values())}")]
        + [(name, f"{title_of(name)} {n}") for name, (n, _) in sorted(counts.items())],
        "late": sum(late for _, late in shown),
        "open": sum(n for n, _ in shown),
        "page": page,
        "rows": rows_of([queries.as_open(order, request.now) for order in page.rows]),
        "may": may,
        "picking": picking,
        "owner": picking.form or (OwnerForm(closers=_choices(_closers(page.rows))) if may else None),
        "keep": _keep(request),
    }
    return render(request, "ledger/loops.html", context, status=422 if picking.form else 200)


def _closers(orders: Iterable[WorkOrder]) -> list[tuple[Staff, Role]]:
    """Who may close at least one of them: whether all, is found when they are handed on."""
    return holders_over(Permission.CLOSE_ORDERS, {order.node_id for order in orders})


def _choices(closers: Iterable[tuple[Staff, Role]]) -> list[tuple[object, str]]:
    """Nobody is chosen beforehand: many orders are not handed to somebody by mistake."""
    return [("", "—"), *loop_forms.in_words(closers)]


def _refused(request: StaffRequest, orders: Sequence[WorkOrder], told: actions.NotHandedOn) -> list[Refused]:
    rows = rows_of([queries.as_open(order, request.now) for order in orders if order.pk in told.refused])
    return [Refused(row, of_refusal(told.refused[row.open.order.pk]).text) for row in rows]


def _ids(given: Iterable[str]) -> list[UUID]:
    """What reads as an id, each once."""
    return list(dict.fromkeys(id for text in given if (id := _id(text))))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _keep(request: StaffRequest) -> str:
    """The list as it is narrowed now."""
    return "?" + request.GET.urlencode() if request.GET else ""
