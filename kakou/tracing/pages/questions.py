"""Questions about a whole outbreak: what a closed place would have spared, which places carried most."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.kernel.time import day_in
from kakou.ledger.pages.frame import where_names
from kakou.places import queries as places
from kakou.tracing.actions.questions import ask_closing, ask_ranking
from kakou.tracing.forms.questions import ClosingForm, RankingForm
from kakou.tracing.models import Outbreak, Question, Trace
from kakou.tracing.pages.answers import Ranked, closing_told, kinds_told, ranking_told
from kakou.tracing.pages.words import TRACES, TROUBLES
from kakou.tracing.queries import cases
from kakou.tracing.queries import questions as queries
from kakou.tracing.rules.following import DAY
from kakou.tracing.tasks.questions import enqueue
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.sheets import write_xlsx
from kakou.web.shell.here import place_of

MOST_CHOICES = 400  # places in one list; more are found by choosing a part first
FORTNIGHT = 14 * DAY
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@require_permission(Permission.TRACE)
def questions(request: StaffRequest, id: UUID) -> HttpResponse:
    """What was asked of an outbreak, and what can be asked."""
    return _page(request, cases.outbreak_at(id))


@require_POST
@require_permission(Permission.TRACE)
def close_place(request: StaffRequest, id: UUID) -> HttpResponse:
    """What would not have happened?"""
    outbreak = cases.outbreak_at(id)
    form = ClosingForm(request.POST, places=_places(request))
    if form.is_valid():
        try:
            made = ask_closing(outbreak, **form.asked(), run=enqueue, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error("since", of_refusal(refusal).text)
        else:
            return HttpResponseRedirect(reverse("tracing:question", args=[made.pk]))
    return _page(request, outbreak, closing=form)


@require_POST
@require_permission(Permission.TRACE)
def rank_places(request: StaffRequest, id: UUID) -> HttpResponse:
    """Which places carried most?"""
    outbreak, form = cases.outbreak_at(id), RankingForm(request.POST)
    if form.is_valid():
        try:
            made = ask_ranking(outbreak, **form.asked(), run=enqueue, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error("since", of_refusal(refusal).text)
        else:
            return HttpResponseRedirect(reverse("tracing:question", args=[made.pk]))
    return _page(request, outbreak, ranking=form)


@require_safe
@require_permission(Permission.SEE_CASES)
def question(request: StaffRequest, id: UUID) -> HttpResponse:
    """One question and its answer. While it is under way the page asks again by itself."""
    asked = queries.question_at(id)
    done, is_closing = asked.state == Trace.State.DONE, asked.kind == Question.Kind.CLOSING
    context: dict[str, Any] = {
        "now": request.now,
        "asked": asked,
        "state": TRACES[Trace.State(asked.state)],
        "waiting": asked.state in (Trace.State.QUEUED, Trace.State.RUNNING),
        "trouble": _(TROUBLES[asked.trouble]) if asked.trouble in TROUBLES else asked.trouble,
        "place": where_names({asked.place_id}).get(asked.place_id, "") if asked.place_id else "",
        "last": asked.until_at - dt.timedelta(seconds=1),
        "is_closing": is_closing,
        "may_ask": asked.node_id in nodes_held(Permission.TRACE),
        "answer": asked.answer,
    }
    if done and is_closing:
        context["told"] = closing_told(asked)
    elif done:
        context |= _ranking(request, asked)
    return render(request, "tracing/question.html", context)


@require_safe
@require_permission(Permission.SEE_CASES)
def question_file(request: StaffRequest, id: UUID) -> HttpResponse:
    """The answer as a sheet: what the page shows, masked as it is."""
    asked = queries.question_at(id)
    rows: list[tuple[str | int, ...]]
    if asked.kind == Question.Kind.CLOSING:
        told = closing_told(asked)
        columns = [_("Who"), _("Where"), _("As it was"), _("If closed")]
        rows = [(one.name, one.place, one.now.word, one.then.word) for one in told.people]
    else:
        columns = [_("Place"), _("Kind"), _("Minutes together"), _("Pairs of stays"), _("People"),
                   _("Minutes beside cases"), _("People beside cases")]  # fmt: skip
        rows = [one.cells for one in ranking_told(asked, by_cases=False)]
    answer = HttpResponse(write_xlsx(rows, columns), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{asked.kind}-{asked.asked_at:%Y-%m-%d}.xlsx"'
    return answer


def _ranking(request: StaffRequest, asked: Question) -> dict[str, Any]:
    by = "cases" if request.GET.get("by") == "cases" else "everybody"
    rows: list[Ranked] = ranking_told(asked, by_cases=by == "cases")
    return {
        "by": by,
        "views": [("everybody", _("By everybody")), ("cases", _("Beside cases"))],
        "rows": rows,
        "kinds": kinds_told(rows),
    }


def _places(request: StaffRequest) -> list[tuple[int, str]]:
    """Units and gates of the place in the URL, or of all that the reader may trace in."""
    place, mine = place_of(request), set(nodes_held(Permission.TRACE))
    names = where_names(mine & places.nodes_below(place.id) if place else mine)
    return sorted(names.items(), key=lambda one: (one[1], one[0]))


def _page(
    request: StaffRequest,
    outbreak: Outbreak,
    *,
    closing: ClosingForm | None = None,
    ranking: RankingForm | None = None,
) -> HttpResponse:
    today, found = day_in(site_zone(), request.now), _places(request)
    begun = day_in(site_zone(), outbreak.opened_at)
    first = {"since": min(begun, today) - 7 * DAY, "place": request.GET.get("close", "")}
    shown = found if len(found) <= MOST_CHOICES else [one for one in found if str(one[0]) == first["place"]]
    context = {
        "now": request.now,
        "outbreak": outbreak,
        "asked": [(one, TRACES[Trace.State(one.state)], _called(one)) for one in queries.questions_of(outbreak)],
        "may_ask": outbreak.node_id in nodes_held(Permission.TRACE),
        "too_many": len(shown) < len(found),
        "closing": closing or ClosingForm(places=shown, initial=first),
        "ranking": ranking or RankingForm(initial={"since": today - FORTNIGHT + DAY, "until": today}),
    }
    wrong = any(form is not None and form.errors for form in (closing, ranking))
    return render(request, "tracing/questions.html", context, status=422 if wrong else 200)


def _called(one: Question) -> str:
    """The question in a few words."""
    if one.place_id is None:
        return _("Which places carried most?")
    place = where_names({one.place_id}).get(one.place_id, "—")
    return _("If %(place)s had been closed") % {"place": place}
