"""Somebody's day: overdue, due today, later, done today. What comes next is open and ready to be written into; closing
it opens the one that follows, and says what was closed, to be undone.

Every address carries the place and the page of the list, so that a step comes back to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from kakou.access.models import Staff
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.forms.orders import EvidenceForm
from kakou.ledger.pages import frame, order_steps
from kakou.ledger.pages.loop_rows import Row, rows_of, title_of
from kakou.web.kit.lists import Page, page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of
from kakou.workorders import actions, queries
from kakou.workorders.actions.handling import waits_until
from kakou.workorders.events import KINDS
from kakou.workorders.figures import day
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import State, StepKind, steps_from

ROWS, DONE_ROWS = 30, 30
LIST = "list"  # id of the part that fetches itself anew when something changes
K = StepKind
LATE, TODAY, LATER = "late", "today", "later"
PARTS: Mapping[str, str] = {
    LATE: gettext_noop("Overdue"),
    TODAY: gettext_noop("Due today"),
    LATER: gettext_noop("Due later"),
}
Evidence = Mapping[str, str]


class Move(NamedTuple):
    """What leads an order on from this list: its button, whether it is written into, what it does."""

    words: str
    asks: bool
    act: Callable[[WorkOrder, Evidence, Staff, dt.datetime], None]


# the first of these that an order may take
MOVES: Mapping[StepKind, Move] = {
    K.CLOSED: Move(
        gettext_noop("Close it"), True, lambda order, said, by, at: actions.close(order, evidence=said, by=by, at=at)
    ),
    K.ANSWERED: Move(
        gettext_noop("Answer"), True, lambda order, said, by, at: actions.answer(order, evidence=said, by=by, at=at)
    ),
    K.ACCEPTED: Move(gettext_noop("Accept"), False, lambda order, _, by, at: actions.accept(order, by=by, at=at)),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One order of the day. `move` None: it is led on elsewhere. `opens`: it is the next one, or was sent with
    something wrong in it; `follows`: what is next after it."""

    row: Row
    move: Move | None
    form: Form | None
    opens: bool
    follows: UUID | None
    waits: dt.datetime | None
    helps: bool


class Wrong(NamedTuple):
    """What was not accepted, of which order."""

    order: UUID
    words: str
    form: Form | None = None


@require_safe
@require_permission(Permission.SEE_ORDERS)
def my_day(request: StaffRequest) -> HttpResponse:
    """The list."""
    return _page(request)


@require_permission(Permission.CLOSE_ORDERS)
def move_on(request: StaffRequest, order: UUID) -> HttpResponse:
    """Close it, or whatever leads it on; then the one that follows opens."""
    if request.method != "POST":  # a link on the page that told what is wrong
        return HttpResponseRedirect(_here(request))
    found = queries.order_at(order)
    move = _move(found)
    form = _form(found, move, request.POST, opens=True) if move else None
    if move is None or form is None:
        return _page(request, Wrong(order, gettext("This cannot be done from here: open the order.")))
    if not form.is_valid():
        return _page(request, Wrong(order, gettext("It stands as it was: say below what is asked for."), form))
    said = form.evidence() if isinstance(form, EvidenceForm) else {}
    try:
        move.act(found, said, request.staff, request.now)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        form.add_error(None, of_refusal(refusal).text)
        return _page(request, Wrong(order, of_refusal(refusal).text, form))
    following = order if not move.asks else _id(request.POST.get("next", ""))
    return HttpResponseRedirect(_here(request, moved=order, next=following))


@require_permission(Permission.CLOSE_ORDERS)
def undo(request: StaffRequest, order: UUID) -> HttpResponse:
    """It was closed by mistake: it opens again, and is the next one."""
    if request.method != "POST":
        return HttpResponseRedirect(_here(request))
    reason = gettext("Closed by mistake, opened again at once")
    try:
        actions.reopen(queries.order_at(order), reason=reason, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, Wrong(order, of_refusal(refusal).text))
    return HttpResponseRedirect(_here(request, next=order))


def _page(request: StaffRequest, wrong: Wrong | None = None) -> HttpResponse:
    place, today, me = place_of(request), frame.today(request), request.staff.pk
    node, whose = place.id if place else None, day.his(me)
    page: Page[WorkOrder] = page_of(day.to_do(whose, node=node), request.GET.get("page", ""), size=ROWS)
    closed = list(day.done(me, since=today.start, node=node)[:DONE_ROWS])
    tally = day.tally(whose, me, at=request.now, since=today.start, until=today.end, node=node)
    moved = _id(request.GET.get("moved", ""))
    lines = groupby(_lines(request, page.rows, wrong), lambda line: _part(line.row.open.order, request.now, today.end))
    parts = [(part, gettext(PARTS[part]), list(some)) for part, some in lines]
    context = {
        "now": request.now,
        "page": page,
        "tally": tally,
        "counts": _counts(tally, {part for part, *_ in parts}),
        "parts": parts,
        "done": rows_of([queries.as_open(order, request.now) for order in closed]),
        "done_more": tally.done - len(closed),
        "moved": _moved(moved) if moved else None,
        "wrong": wrong,
        "keep": _state(request),
        "live": _here(request, moved=moved),
        "keeps": request.headers.get("HX-Trigger") == LIST,  # what is typed outlives what others do meanwhile
    }
    return render(request, "ledger/my_day.html", context, status=422 if wrong else 200)


def _counts(tally: day.Tally, shown: Collection[str]) -> list[tuple[int, str, str, str]]:
    """(how many, words, what on this page it opens, tone) of each."""
    by_part = {LATE: tally.late, TODAY: tally.today, LATER: tally.later}
    counts = [
        (many, gettext(PARTS[part]), f"#part-{part}" if part in shown else "", "alarm" if part == LATE and many else "")
        for part, many in by_part.items()
    ]
    return [*counts, (tally.done, gettext("Done today"), "#done" if tally.done else "", "")]


def _part(order: WorkOrder, now: dt.datetime, midnight: dt.datetime) -> str:
    if order.due_at < now:
        return LATE
    return TODAY if order.due_at < midnight else LATER


def _lines(request: StaffRequest, orders: Sequence[WorkOrder], wrong: Wrong | None) -> list[Line]:
    """The orders as lines; one of them is open: the one in which something is wrong, the one asked for, else, after a
    step, the first that can be led on from here."""
    mine = set(nodes_held(Permission.CLOSE_ORDERS))
    moves = {order.pk: _move(order) for order in orders if mine & {order.node_id, order.first_node_id}}
    able = [order.pk for order in orders if moves.get(order.pk)]
    opens = wrong.order if wrong else _id(request.GET.get("next", ""))
    if opens not in able:
        opens = able[0] if able and (wrong or request.GET.get("moved")) else None
    follows = dict(pairwise(able))
    return [
        _line(request, row, moves.get(row.open.order.pk), row.open.order.pk == opens, follows, wrong)
        for row in rows_of([queries.as_open(order, request.now) for order in orders])
    ]


def _line(
    request: StaffRequest,
    row: Row,
    move: Move | None,
    opens: bool,
    follows: Mapping[UUID, UUID],
    wrong: Wrong | None,
) -> Line:
    order = row.open.order
    form = _form(order, move, None, opens=opens) if move else None
    if move and wrong and wrong.order == order.pk and wrong.form is not None:
        form = wrong.form
    helps = order.owner_id != request.staff.pk
    return Line(row, move, form, opens, follows.get(order.pk), waits_until(order, request.now), helps)


def _move(order: WorkOrder) -> Move | None:
    kind = KINDS.get(order.kind)  # None: opened by a version that had this kind
    if kind is None or not kind.by_hand:
        return None
    next_ones = steps_from(kind.flow, State(order.state))
    return next((move for step, move in MOVES.items() if step in next_ones), None)


def _form(order: WorkOrder, move: Move, sent: Mapping[str, Any] | None, *, opens: bool = False) -> Form:
    ids = f"id_{order.pk}_%s"
    if not move.asks:
        return Form(sent, auto_id=ids)
    needed = not order_steps.is_answered(order)
    return EvidenceForm(KINDS[order.kind], sent, auto_id=ids, opens=opens, needed=needed)


class Moved(NamedTuple):
    """What was done last: `may_undo`: it is closed, and opens again."""

    order: WorkOrder
    title: str
    state: str
    may_undo: bool


def _moved(id: UUID) -> Moved | None:
    order = next(iter(queries.orders_at([id])), None)
    if order is None:
        return None
    state = State(order.state)
    return Moved(order, title_of(order.kind), gettext(order_steps.STATES[state]), state is State.CLOSED)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _state(request: StaffRequest) -> str:
    return query_of(**{key: request.GET.get(key, "") for key in ("place", "page")})


def _here(request: StaffRequest, **more: object) -> str:
    kept = {key: request.GET.get(key, "") for key in ("place", "page")}
    return reverse("ledger:my_day") + query_of(**kept, **more)
