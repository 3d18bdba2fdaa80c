"""Following a request by its code, rating the answer, and the counts that everybody may read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from kakou.kernel.errors import Refusal
from kakou.kernel.time import now
from kakou.ledger.pages.limits import count
from kakou.ledger.pages.scanned import public
from kakou.services.actions import rate
from kakou.services.forms import FollowForm, RateForm
from kakou.services.pages.words import RATINGS, STATES, category_word
from kakou.services.queries.following import around, followed, found
from kakou.services.queries.public import Count, counts
from kakou.services.rules import After
from kakou.web.refusals.answers import of_refusal
from kakou.workorders.rules import STILL_OPEN, State

ASKED, OF_ONE_CODE = "20/m", "20/h"
COUNTED = dt.timedelta(days=30)
_SAID = {
    After.REOPEN: gettext_noop("Your request is open again. Whoever is responsible reads your remark."),
    After.CLOSE: gettext_noop("Thank you. Your request is settled with that."),
    After.KEEP: gettext_noop("Thank you. Your rating is kept."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Where a request stands, for whoever knows its code and the last four; there the answer is rated too."""
    at = now()
    form = FollowForm(request.POST if request.method == "POST" else None, initial={"code": request.GET.get("code")})
    if form.is_valid():
        given = form.cleaned_data
        count(request, "follow", client=ASKED, about=(OF_ONE_CODE, given["code"]))
        answer = _shown(request, given["code"], given["last_four"], at)
        if answer is not None:
            return answer
        form.add_error(None, gettext("There is no request with this code and these last four. Check both."))
    return public(request, "services/follow.html", {"form": form, "now": at}, status=422 if form.errors else 200)


def _shown(request: HttpRequest, code: str, last_four: str, at: dt.datetime) -> HttpResponse | None:
    said, form = "", RateForm()
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


@require_safe
def public_counts(request: HttpRequest) -> HttpResponse:
    """What was asked for in the last month and what became of it, without anybody's name."""
    at = now()
    rows = counts(at - COUNTED, at)
    context = {
        "rows": [(category_word(row.category), row) for row in rows], "total": _total(rows), "days": COUNTED.days,
        "now": at,
    }  # fmt: skip
    return render(request, "services/counts.html", context)


def _total(rows: list[Count]) -> dict[str, int]:
    names = Count._fields[1:]
    return {name: sum(getattr(row, name) for row in rows) for name in names}
