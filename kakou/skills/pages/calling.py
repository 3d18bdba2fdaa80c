"""Calls for helpers, for the desk: who can, who was asked, who comes, how long, how it was liked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.ledger.pages import frame
from kakou.notices.pages.people import Word, words_about
from kakou.services.models import Request
from kakou.services.pages.words import RATINGS, category_word
from kakou.services.queries import requests as services
from kakou.services.rules import Category, Rating, spaced
from kakou.skills import actions
from kakou.skills.forms import AskForm, CallForm, HelperRatingForm, ServedForm, begins
from kakou.skills.models import Asked, Call
from kakou.skills.pages.words import ANSWERS, STAGES, WAYS, against, skill_word
from kakou.skills.queries import calls as queries
from kakou.skills.queries.licences import candidates
from kakou.skills.rules import Answer, Skill, Way
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS, REQUESTS = 50, 100
OPEN, OVER = "", "over"
MONTH = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """One who was asked, as the page shows it. `link`: the page on which he answers, while nobody has; `sent`: what
    became of the message that led him there."""

    said: queries.Said
    sign: Sign
    way: str
    rating: str
    link: str
    sent: Sequence[Word]


@require_safe
@require_permission(Permission.SEE_ORDERS)
def helpers(request: StaffRequest) -> HttpResponse:
    """Calls that go on, or those that are over; and the hours of the month."""
    place, over = place_of(request), request.GET.get("state") == OVER
    node = place.id if place else None
    page = page_of(queries.listed(node=node, ended=over), request.GET.get("page", ""), size=ROWS)
    where = frame.where_names({call.node_id for call in page.rows})
    many, minutes = queries.hours_served(node=node, since=request.now - MONTH)
    context = {
        "now": request.now,
        "page": page,
        "over": over,
        "state": OVER if over else OPEN,
        "states": [(OPEN, gettext("Going on")), (OVER, gettext("Over now"))],
        "many": many,
        "hours": round(minutes / 60, 1),
        "rows": [
            (one, skill_word(one.skill), STAGES[one.stage], where.get(one.row.node_id, ""))
            for one in queries.seen(page.rows)
        ],
        "may_call": bool(nodes_held(Permission.CLOSE_ORDERS)),
    }
    return render(request, "skills/calls.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CLOSE_ORDERS)
def call_new(request: StaffRequest) -> HttpResponse:
    """Say who is needed, for which request."""
    place, is_sent = place_of(request), request.method == "POST"
    held = nodes_held(Permission.CLOSE_ORDERS)
    mine = services.listed(node=place.id if place else None).filter(Q(node__in=held) | Q(handler__in=held))
    open_ones = {str(one.order_id): one for one in mine[:REQUESTS]}
    initial = {"key": new_id(), "needed_at": begins(request.now), "order": request.GET.get("order", "")}
    form = CallForm(request.POST if is_sent else None, initial=initial, orders=_choices(open_ones))
    if form.is_valid():
        given = form.cleaned_data
        asked_for = open_ones[str(given["order"])]
        node = asked_for.place_id if asked_for.place_id in held else asked_for.handler_id
        new = actions.NewCall(given["order"], node, given["skill"], given["needed_at"], given["note"])
        try:
            made = actions.open_call(new, key=given["key"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            return _back(request, made)
    context = {"form": form, "now": request.now, "has_requests": bool(open_ones)}
    return render(request, "skills/call_new.html", context, status=422 if form.errors else 200)


def _choices(found: dict[str, Request]) -> list[tuple[str, str]]:
    where = frame.where_names({one.place_id for one in found.values()})
    return [
        (order, f"{spaced(one.code)} · {category_word(Category(one.category))} · {where.get(one.place_id, '')}")
        for order, one in found.items()
    ]


@require_safe
@require_permission(Permission.SEE_ORDERS)
def call(request: StaffRequest, id: UUID) -> HttpResponse:
    """One call: who was asked and what was said; who else can."""
    return _page(request, queries.call_at(id))


def _page(request: StaffRequest, row: Call, tried: Form | None = None) -> HttpResponse:
    [seen] = queries.seen([row])
    mine = row.node_id in nodes_held(Permission.CLOSE_ORDERS)
    asking = mine and seen.stage is queries.Stage.ASKING
    were_asked = {one.row.person_id for one in seen.asked if one.answer is not Answer.LATE}
    found = candidates(seen.skill, node=row.node_id, at=request.now) if asking else []
    taken, sent = seen.taken, words_about([one.row.pk for one in seen.asked])
    context: dict[str, Any] = {
        "now": request.now,
        "seen": seen,
        "row": row,
        "skill": skill_word(seen.skill),
        "sign": STAGES[seen.stage],
        "where": frame.where_names({row.node_id}).get(row.node_id, ""),
        "asking": asking,
        "mine": mine,
        "told": [_told(request, one, sent.get(one.row.pk, ())) for one in seen.asked],
        "taken": taken,
        "candidates": [(one, against(one.flags)) for one in found if one.held.row.person_id not in were_asked],
        "may_ask": any(one.may_be_asked for one in found if one.held.row.person_id not in were_asked),
        "tried": tried,
        "request_id": _request_of(row),
        "served": tried
        if isinstance(tried, ServedForm)
        else ServedForm(initial={"minutes": _since(taken, request.now)}),
        "rate": tried if isinstance(tried, HelperRatingForm) else HelperRatingForm(),
    }
    return render(request, "skills/call.html", context, status=422 if tried and tried.errors else 200)


def _since(taken: queries.Said | None, at: dt.datetime) -> int | None:
    if taken is None or taken.row.came_at is None:
        return None
    return max(1, round((at - taken.row.came_at).total_seconds() / 60))


def _told(request: StaffRequest, said: queries.Said, sent: Sequence[Word]) -> Told:
    waits = said.answer is Answer.WAITING
    return Told(
        said,
        ANSWERS[said.answer],
        gettext(WAYS[Way(said.row.way)]) if said.row.way else "",
        gettext(RATINGS[Rating(said.row.rating)]) if said.row.rating else "",
        request.build_absolute_uri(reverse("skills:answer", args=[said.row.code])) if waits else "",
        sent,
    )


def _request_of(row: Call) -> UUID | None:
    return Request.objects.filter(order=row.order_id).values_list("pk", flat=True).first()


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def ask(request: StaffRequest, id: UUID) -> HttpResponse:
    """Ask those who were chosen."""
    row = queries.call_at(id)
    found = [one.held.row.person_id for one in candidates(Skill(row.skill), node=row.node_id, at=request.now)]
    form = AskForm(request.POST, persons=found)

    def act() -> str:
        made = actions.ask(row, form.cleaned_data["person"], by=request.staff, at=request.now)
        sent = len(words_about([one.pk for one in made]))
        if made and sent == len(made):
            return gettext("Asked: %(many)d. Each is sent the link by text message.") % {"many": sent}
        words = gettext("Asked: %(many)d. Send each the link, or telephone and write the answer down.")
        said = words % {"many": len(made)}
        return said + gettext(" %(sent)d of them are sent it by text message.") % {"sent": sent} if sent else said

    return _done(request, row, form, act)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def end(request: StaffRequest, id: UUID) -> HttpResponse:
    """Nobody is needed any more."""
    row = queries.call_at(id)

    def act() -> str:
        actions.end_call(row, by=request.staff, at=request.now)
        return gettext("Ended.")

    return _done(request, row, Form(request.POST), act)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def told(request: StaffRequest, id: UUID, act: str) -> HttpResponse:
    """What one who was asked said by telephone; that he is there; how long he helped; how that was liked."""
    asked = queries.asked_at(id)
    if act not in _OF_ASKED:
        raise NotFound("There is no such step.")
    make, do = _OF_ASKED[act]
    form = make(request.POST)
    return _done(request, asked.call, form, lambda: do(asked, form.cleaned_data, request))


def _done(request: StaffRequest, row: Call, form: Form, act: Callable[[], str]) -> HttpResponse:
    if not form.is_valid():
        return _page(request, row, form)
    try:
        said = act()
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        form.add_error(None, of_refusal(refusal).text)
        return _page(request, queries.call_at(row.pk), form)
    messages.success(request, said)
    return _back(request, row)


def _back(request: StaffRequest, row: Call) -> HttpResponse:
    place = place_of(request)
    return HttpResponseRedirect(reverse("skills:call", args=[row.pk]) + query_of(place=place.id if place else None))


def _answered(is_yes: bool) -> Callable[[Asked, dict[str, Any], StaffRequest], str]:
    def act(asked: Asked, _given: dict[str, Any], request: StaffRequest) -> str:
        said = actions.answer(asked, is_yes, by=request.staff, at=request.now)
        return gettext("Kept: %(step)s.") % {"step": ANSWERS[said].word}

    return act


def _away(asked: Asked, _given: dict[str, Any], request: StaffRequest) -> str:
    actions.stay_away(asked, by=request.staff, at=request.now)
    return gettext("Kept, with your name and the time.")


def _came(asked: Asked, _given: dict[str, Any], request: StaffRequest) -> str:
    actions.came(asked, by=request.staff, at=request.now)
    return gettext("Kept, with your name and the time.")


def _served(asked: Asked, given: dict[str, Any], request: StaffRequest) -> str:
    actions.served(asked, given["minutes"], by=request.staff, at=request.now)
    return gettext("Kept, with your name and the time.")


def _rated(asked: Asked, given: dict[str, Any], request: StaffRequest) -> str:
    actions.rate(asked, given["rating"], by=request.staff, at=request.now)
    return gettext("Kept, with your name and the time.")


_OF_ASKED: dict[str, tuple[type[Form], Callable[[Asked, dict[str, Any], StaffRequest], str]]] = {
    "yes": (Form, _answered(True)),
    "no": (Form, _answered(False)),
    "away": (Form, _away),
    "came": (Form, _came),
    "served": (ServedForm, _served),
    "rate": (HelperRatingForm, _rated),
}
