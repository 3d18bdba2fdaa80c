"""Today's follow-up of whoever calls and tests: overdue, due, done; each answered with one tap, the next opens itself.

Every address carries the state of the list (`?place=`, `?show=`, `?page=`), so that an answer comes back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.time import day_in
from kakou.tracing.actions import following as actions
from kakou.tracing.actions.cases import take_step
from kakou.tracing.forms.following import AddTestForm, AnswerForm, ReasonForm, chosen
from kakou.tracing.models import FollowUp
from kakou.tracing.pages.following_rows import Row, answered, to_do
from kakou.tracing.queries import cases
from kakou.tracing.queries import following as queries
from kakou.tracing.rules.following import Finding, Task
from kakou.tracing.rules.standing import Move
from kakou.web.kit.lists import Page, page_of
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

HOUSEHOLDS, ANSWERS = 40, 60  # on one page
TO_DO, DONE = "todo", "done"


@require_safe
@require_permission(Permission.FOLLOW_UP)
def follow_up(request: StaffRequest) -> HttpResponse:
    """The list of today."""
    return _page(request)


@require_POST
@require_permission(Permission.FOLLOW_UP)
def tell(request: StaffRequest, id: UUID) -> HttpResponse:
    """One answer."""
    found, form = _mine(id), AnswerForm(request.POST)

    def act() -> list[FollowUp]:
        return [actions.tell_finding(found, **form.answer(), by=request.staff, at=request.now)]

    return _kept(request, act, form=form, at=id)


@require_POST
@require_permission(Permission.FOLLOW_UP)
def all_well(request: StaffRequest, id: UUID) -> HttpResponse:
    """Everybody of a household who was shown as due is well."""
    items = actions.of_household([_mine(one) for one in dict.fromkeys([id, *chosen(request.POST.getlist("item"))])])
    return _kept(request, lambda: actions.tell_all(items, Finding.NORMAL, by=request.staff, at=request.now), at=id)


@require_POST
@require_permission(Permission.FOLLOW_UP)
def take_back(request: StaffRequest, id: UUID) -> HttpResponse:
    """What was told was a mistake: it is due again."""
    items = [_mine(one) for one in dict.fromkeys([id, *chosen(request.POST.getlist("item"))])]

    def act() -> list[FollowUp]:
        for item in items:
            actions.take_back(item, by=request.staff, at=request.now)
        return []

    return _kept(request, act, at=id, then=id)


@require_POST
@require_permission(Permission.FOLLOW_UP)
def release(request: StaffRequest, id: UUID) -> HttpResponse:
    """The end of somebody's follow-up."""
    found, form = _mine(id), ReasonForm(request.POST)

    def act() -> list[FollowUp]:
        actions.release(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        return [found]

    return _kept(request, act, form=form, at=id)


@require_POST
@require_permission(Permission.FOLLOW_UP)
def lost(request: StaffRequest, id: UUID) -> HttpResponse:
    """Somebody cannot be found: others look for him."""
    found, form = _mine(id), ReasonForm(request.POST)

    def act() -> list[FollowUp]:
        reason = form.cleaned_data["reason"]
        take_step(found.involved, Move.LOST, reason=reason, by=request.staff, at=request.now)
        return []

    return _kept(request, act, form=form, at=id)


@require_POST
@require_permission(Permission.FOLLOW_UP)
def add_test(request: StaffRequest, id: UUID) -> HttpResponse:
    """A test besides the plan, for somebody of the list."""
    found, form = _mine(id), AddTestForm(request.POST)

    def act() -> list[FollowUp]:
        actions.add_test(found.involved, form.cleaned_data["day"], by=request.staff, at=request.now)
        return []

    return _kept(request, act, form=form, at=id, then=id)


@never_cache
@require_POST
@require_permission(Permission.FOLLOW_UP)
def number(request: StaffRequest, id: UUID) -> HttpResponse:
    """The telephone of one household, to be called now."""
    found = _mine(id)
    told = actions.number_to_call(found, by=request.staff, at=request.now)
    context = {"now": request.now, "number": told, "id": id, "back": _here(request)}
    return render(request, "tracing/follow_up_number.html", context)


def _mine(id: UUID) -> FollowUp:
    """One thing that is due where the reader follows up. Raises NotFound."""
    found = queries.follow_up_at(id)
    if found.node_id not in nodes_held(Permission.FOLLOW_UP):
        raise NotFound("This is not due for anybody here.")
    return found


def _kept(
    request: StaffRequest,
    act: Callable[[], Sequence[FollowUp]],
    *,
    form: Any = None,
    at: UUID,
    then: UUID | None = None,
) -> HttpResponse:
    """Do it and go back to the list, on to what comes next (`then`, or as the page asked); else tell what is wrong."""
    if form is not None and not form.is_valid():
        return _page(request, wrong=[error for errors in form.errors.values() for error in errors], at=at)
    try:
        told = act()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, wrong=[of_refusal(refusal).text], at=at)
    if not told:
        messages.success(request, _("Kept."))
    following = chosen([str(then) if then else request.POST.get("next", "")])
    more = [("told", str(item.pk)) for item in told] + [("next", str(one)) for one in following]
    return HttpResponseRedirect(_here(request) + "".join(f"&{key}={value}" for key, value in more))


def _here(request: StaffRequest, **changes: object) -> str:
    """The list in its present state."""
    state = {key: request.GET.get(key, "") for key in ("place", "show", "page")} | {"show": _show(request)}
    return reverse("tracing:follow_up") + query_of(**{**state, **changes})


def _show(request: StaffRequest) -> str:
    return DONE if request.GET.get("show") == DONE else TO_DO


def _page(request: StaffRequest, *, wrong: Sequence[str] = (), at: UUID | None = None) -> HttpResponse:
    """The list; `wrong`: what was not accepted, of the row `at`."""
    place, today, show = place_of(request), day_in(site_zone(), request.now), _show(request)
    node, mine = place.id if place else None, nodes_held(Permission.FOLLOW_UP)
    many = queries.how_many(today=today, node=node, among=mine)
    given = request.GET.get("page", "")
    page: Page[Any]
    if show == DONE:
        page = page_of(queries.told_on(today, node=node).filter(node_id__in=mine), given, size=ANSWERS)
        context: dict[str, Any] = {"answers": answered(request, page.rows)}
    else:
        rows = list(queries.due(until=today, node=node).filter(node_id__in=mine))
        page = page_of(queries.households(rows), given, size=HOUSEHOLDS)
        houses = to_do(request, page.rows, today=today)
        focus = at or next(iter(chosen([request.GET.get("next", "")])), None)
        shown = {row.item.pk for house in houses for row in house.rows}
        first = houses[0].rows[0].item.pk if houses and request.GET.get("told") else None
        context = {"houses": houses, "focus": focus if focus in shown else first, "today": today}
    context |= {
        "now": request.now, "page": page, "show": show, "many": many, "wrong": wrong, "wrong_at": at,
        "keep": query_of(place=request.GET.get("place", ""), show=show, page=given),
        "tabs": [
            (_here(request, show=key, page=""), f"{words} {count}", key == show)
            for key, words, count in (
                (TO_DO, _("To do"), many["late"] + many["due"]), (DONE, _("Done today"), many["done"]),
            )
        ],
        "before": _here(request, page=page.number - 1), "after": _here(request, page=page.number + 1),
        "told": _told(request),
    }  # fmt: skip
    return render(request, "tracing/follow_up.html", context, status=422 if wrong else 200)


def _told(request: StaffRequest) -> dict[str, Any] | None:
    """What was just told, so that it can be taken back at once."""
    ids = chosen(request.GET.getlist("told"))
    rows = list(FollowUp.objects.filter(pk__in=ids, told_by=request.staff).select_related("involved", "told_by"))
    rows = [row for row in rows if row.finding not in (Finding.DUE, Finding.DROPPED)]
    if not rows:
        return None
    shown: list[Row] = answered(request, rows)
    return {
        "rows": shown,
        "first": shown[0],
        "may_undo": all(row.item.task != Task.RELEASE for row in shown),
        "positive": next((row for row in shown if row.item.finding == Finding.POSITIVE), None),
        "outbreaks": {one.pk for one in cases.outbreaks()},
    }
