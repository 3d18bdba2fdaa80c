"""Following a request by its code, rating the answer, and the counts that everybody may read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from kakou.kernel.errors import Refusal
from kakou.kernel.time import now
from kakou.ledger.pages.limits import TooOften, count
from kakou.ledger.pages.scanned import public
from kakou.services.actions import count_wrong, hush, rate
from kakou.services.actions.word import BY_MAIL
from kakou.services.forms import FollowForm, RateForm
from kakou.services.pages.words import RATINGS, STATES, category_word
from kakou.services.queries.following import around, followed, found, tried_as
from kakou.services.queries.public import Count, counts
from kakou.services.rules import After
from kakou.web.refusals.answers import of_refusal
from kakou.workorders.rules import STILL_OPEN, State

ASKED, OF_ONE_CODE = "20/m", "20/h"
COUNTED, COUNTED_AGAIN = dt.timedelta(days=30), dt.timedelta(minutes=5)
COUNTS, COUNTS_OF_ALL, KEPT = "60/m", "3000/m", "services.counts"
_SAID = {
    After.REOPEN: gettext_noop("Your request is open again. Whoever is responsible reads your remark."),
    After.CLOSE: gettext_noop("Thank you. Your request is settled with that."),
    After.KEEP: gettext_noop("Thank you. Your rating is kept."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Where a request stands, for whoever knows its code and the last four; there the answer is rated too."""
    at = now()
    by_mail = request.GET.get("by") == BY_MAIL or "@" in request.POST.get("last_four", "")
    posted = request.POST if request.method == "POST" else None
    form = FollowForm(posted, initial={"code": request.GET.get("code")}, by_mail=by_mail)
    if form.is_valid():
        given = form.cleaned_data
        code, digits = given["code"], given["last_four"]
        try:
            count(request, "follow", client=ASKED, about=(OF_ONE_CODE, tried_as(code, digits)))
        except TooOften:
            return _not_shown(request, form, at, status=429)
        answer = _shown(request, code, digits, at)
        if answer is not None:
            return answer
        count_wrong(code, digits, at=at)
        return _not_shown(request, form, at, status=422)
    return public(request, "services/follow.html", {"form": form, "now": at}, status=422 if form.errors else 200)


def _not_shown(request: HttpRequest, form: FollowForm, at: dt.datetime, *, status: int) -> HttpResponse:
    """The same words whether or not there is such a request, and whether or not too many have tried."""
    told = gettext(
        "There is no request with this code and these digits, or too many were tried. Check the code, and type the"
        " whole telephone number that you gave."
    )
    form.add_error(None, told)
    return public(request, "services/follow.html", {"form": form, "now": at}, status=status)


def _shown(request: HttpRequest, code: str, last_four: str, at: dt.datetime) -> HttpResponse | None:
    said, form = "", RateForm()
    if request.POST.get("act") == "hush":
        said = _hushed(code, last_four, at)
    if request.POST.get("act") == "rate":
        form = RateForm(request.POST)
        said = _rated(form, code, last_four, at)
    shown = followed(code, last_four, at=at)
    if shown is None:
        return None
    context: dict[str, Any] = {
        "shown": shown, "sign": STATES[shown.state], "category": category_word(shown.category), "form": form,
        "said": said, "last_four": last_four, "is_open": shown.state in STILL_OPEN - {State.ANSWERED, State.VERIFIED},
        "rating": gettext(RATINGS[shown.rating]) if shown.rating else "", "now": at,
    }  # fmt: skip
    return public(request, "services/request.html", context, status=422 if form.errors else 200)


def _rated(form: RateForm, code: str, last_four: str, at: dt.datetime) -> str:
    """What became of the rating; "" where the form says what is wrong."""
    if not form.is_valid():
        return ""
    with around(code):
        row = found(code, last_four)
        if row is None:
            return ""
        try:
            after = rate(row, form.cleaned_data["rating"], remark=form.cleaned_data["remark"], by=None, at=at)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
            return ""
    return gettext(_SAID[after])


def _hushed(code: str, last_four: str, at: dt.datetime) -> str:
    with around(code):
        row = found(code, last_four)
        if row is None:
            return ""
        hush(row, at=at)
    return gettext("You are sent no more messages about this request. Here you see at any time where it stands.")


@require_safe
def public_counts(request: HttpRequest) -> HttpResponse:
    """What was asked for in the last month and what became of it, without anybody's name."""
    count(request, "counts", client=COUNTS, about=(COUNTS_OF_ALL, "all"))
    at, rows = _counted(now())
    context = {
        "rows": [(category_word(row.category), row) for row in rows], "total": _total(rows), "days": COUNTED.days,
        "now": at,
    }  # fmt: skip
    return render(request, "services/counts.html", context)


def _counted(at: dt.datetime) -> tuple[dt.datetime, list[Count]]:
    """The counts, and of when they are: whoever asks within COUNTED_AGAIN is told the same."""
    kept: tuple[dt.datetime, list[Count]] | None = cache.get(KEPT)
    if kept is not None and at - COUNTED_AGAIN < kept[0] <= at:
        return kept
    fresh = (at, counts(at - COUNTED, at))
    cache.set(KEPT, fresh, COUNTED_AGAIN.total_seconds())
    return fresh


def _total(rows: list[Count]) -> dict[str, int]:
    names = Count._fields[1:]
    return {name: sum(getattr(row, name) for row in rows) for name in names}
