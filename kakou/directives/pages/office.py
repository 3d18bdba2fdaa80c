"""The office: what was handed down, which units have acknowledged, who has not and how late, all of them reminded."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.queries import reach_of
from kakou.access.rules import Permission
from kakou.directives import actions, queries
from kakou.directives.forms import DirectiveForm, WithdrawForm
from kakou.directives.models import Directive, Task
from kakou.directives.pages.words import shown
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.ledger.pages import frame
from kakou.places import queries as places
from kakou.web.events import Place
from kakou.web.kit.handing_out import as_sheet, moment
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

TO_DO, DONE, HANDED, ENDED = "to-do", "done", "handed", "ended"
SOON, LATER = dt.timedelta(hours=2), dt.timedelta(hours=24)  # what a new form proposes
COLUMNS = (
    "Unit", "State", "Acknowledged at", "Acknowledged by", "After minutes", "Done at", "Done by", "What was done",
    "Minutes late",
)  # fmt: skip


@require_safe
@require_permission(Permission.SEE_ORDERS)
def home(request: StaffRequest) -> HttpResponse:
    """The tasks of my units, and what was handed down at my places."""
    place, directs = place_of(request), bool(nodes_held(Permission.DIRECT))
    shows = [(TO_DO, gettext("To do")), (DONE, gettext("Done")), (HANDED, gettext("Handed down")),
             (ENDED, gettext("Withdrawn or replaced"))]  # fmt: skip
    node, given = place.id if place else None, request.GET.get("show", "")
    show = given if given in dict(shows) else TO_DO if not directs or _mine(node, is_open=True).exists() else HANDED
    context = {"now": request.now, "shows": shows, "show": show, "may_direct": directs}
    if show in (HANDED, ENDED):
        page = page_of(queries.listed(node=node, ended=show == ENDED), request.GET.get("page", ""))
        context |= {"page": page, "listed": queries.with_counts(page.rows)}
    else:
        tasks = page_of(_mine(node, is_open=show == TO_DO), request.GET.get("page", ""))
        own = set(nodes_held(Permission.CLOSE_ORDERS))
        context |= {"page": tasks, "tasks": [
            (one.directive, shown(one.task, one.directive, request.now), one.task.node_id in own)
            for one in queries.with_directives(tasks.rows)
        ]}  # fmt: skip
    return render(request, "directives/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.DIRECT)
def new(request: StaffRequest) -> HttpResponse:
    """Hand one down at the place in the URL, or at one's only place; `?replaces=`: instead of another."""
    place = frame.place_or_only(request)
    if place is None:
        return render(request, "directives/new.html", {"now": request.now, "form": None})
    if place.id not in nodes_held(Permission.DIRECT):
        raise NotFound("There is no such place, or it is not one of yours.")
    former, is_sent = _former(request), request.method == "POST"
    form = DirectiveForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, units=_units(request, place),
        initial=_proposed(request, former),
    )  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.issue(
                form.said, home=place.id, units=given["units"], below=given["below"], key=given["key"],
                paper=given["paper"], replaces=former, by=request.staff, at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Handed down. Below stands who has acknowledged."))
            return HttpResponseRedirect(_page(request, made))
    context = {"now": request.now, "form": form, "place": place, "former": former}
    return render(request, "directives/new.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.SEE_ORDERS)
def directive(request: StaffRequest, id: UUID) -> HttpResponse:
    """One: units by state, the time to full acknowledgement, who has not and how late."""
    return _one(request, queries.directive_at(id), WithdrawForm())


@require_safe
@require_permission(Permission.SEE_ORDERS)
def sheet(request: StaffRequest, id: UUID) -> HttpResponse:
    """The same as a workbook, a row to a unit."""
    found = queries.directive_at(id)
    tasks = queries.tasks_of(found)
    done = queries.what_was_done(tasks)
    rows = []
    for task in tasks:
        one, taken, ended = shown(task, found, request.now), task.acknowledged_at, task.done_at
        rows.append([
            task.unit, gettext(one.sign.word), moment(taken) if taken else None, _who(task.acknowledged_by),
            _minutes(taken - found.issued_at) if taken else None, moment(ended) if ended else None, _who(task.done_by),
            done.get(task.pk), _minutes(one.late),
        ])  # fmt: skip
    return as_sheet(rows, [gettext(column) for column in COLUMNS], name=f"directive-{found.issued_at:%Y%m%d-%H%M}")


@require_POST
@require_permission(Permission.DIRECT)
def remind(request: StaffRequest, id: UUID) -> HttpResponse:
    """All that have not acknowledged, in one act."""
    found = queries.directive_at(id)
    try:
        told = actions.remind(found, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        messages.error(request, of_refusal(refusal).text)
    else:
        words = gettext("%(units)d units are reminded by %(channels)d channels.")
        if not told.channels:
            words = gettext("Nobody is told: no channel serves these %(units)d units. Add one, or telephone.")
        messages.success(request, words % {"units": told.units, "channels": told.channels})
    return HttpResponseRedirect(_page(request, found))


@require_POST
@require_permission(Permission.DIRECT)
def withdraw(request: StaffRequest, id: UUID) -> HttpResponse:
    """Nobody has to do it any more."""
    found, form = queries.directive_at(id), WithdrawForm(request.POST)
    if form.is_valid():
        try:
            actions.withdraw(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Kept, with your name and the time."))
            return HttpResponseRedirect(_page(request, found))
    return _one(request, found, form)


def _one(request: StaffRequest, found: Directive, form: WithdrawForm) -> HttpResponse:
    tasks = queries.tasks_of(found)
    figures, done = queries.figures(found, tasks), queries.what_was_done(tasks)
    directs = found.node_id in nodes_held(Permission.DIRECT)
    context = {
        "now": request.now, "row": found, "figures": figures, "form": form, "directs": directs,
        "full": _length(figures.full) if figures.full is not None else "",
        "rows": [shown(task, found, request.now, done.get(task.pk, "")) for task in tasks],
        "papers": queries.papers_of(found, None), "reminders": queries.reminders_of(found),
        "is_late": figures.missing > 0 and request.now > found.acknowledge_by,
        "place": frame.where_names({found.node_id}).get(found.node_id, ""),
    }  # fmt: skip
    return render(request, "directives/directive.html", context, status=422 if form.errors else 200)


def _mine(node: int | None, *, is_open: bool) -> QuerySet[Task]:
    """Tasks of the units of whoever looks; what he handed down to others stands under that."""
    nodes = set(nodes_held(Permission.SEE_ORDERS))
    within = nodes & places.nodes_below(node) if node is not None else nodes
    return queries.mine(within, is_open=is_open, but_of=nodes_held(Permission.DIRECT))


def _units(request: StaffRequest, place: Place) -> list[tuple[int, str]]:
    inside = reach_of(place.id)
    branches = [branch for branch in places.tree(request.now) if branch.unit.node_id in inside]
    top = min((branch.depth for branch in branches), default=0)
    return [(one.unit.node_id, "　" * (one.depth - top) + one.unit.name) for one in branches]


def _former(request: StaffRequest) -> Directive | None:
    given = request.GET.get("replaces", "")
    if not given:
        return None
    try:
        return queries.directive_at(UUID(given))
    except ValueError:
        raise NotFound("There is no such directive here.") from None


def _proposed(request: StaffRequest, former: Directive | None) -> dict[str, object]:
    proposed: dict[str, object] = {
        "key": new_id(), "acknowledge_by": request.now + SOON, "deadline": request.now + LATER,
    }  # fmt: skip
    if former is not None:
        proposed |= {name: getattr(former, name) for name in ("number", "issuer", "title", "text")}
        proposed["units"] = [task.node_id for task in queries.tasks_of(former)]
    return proposed


def _who(staff: object) -> str | None:
    return (getattr(staff, "display", "") or getattr(staff, "username", "")) or None


def _minutes(time: dt.timedelta) -> int:
    return int(time.total_seconds() // 60)


def _length(time: dt.timedelta) -> str:
    return gettext("%(h)d h %(m)d min") % {"h": _minutes(time) // 60, "m": _minutes(time) % 60}


def _page(request: StaffRequest, found: Directive) -> str:
    place = place_of(request)
    return reverse("directives:directive", args=[found.pk]) + query_of(place=place.id if place else None)
