"""The page behind a place code: open to everybody, without an account, a script or a camera."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from kakou.kernel.errors import NotFound
from kakou.kernel.time import now
from kakou.ledger.actions.place_codes import record_scan
from kakou.ledger.forms import ScanForm
from kakou.ledger.lane.rows import KEEP_DAYS
from kakou.ledger.pages.limits import count
from kakou.ledger.queries.place_codes import Place, place_of

COOKIE, SALT = "kakou_me", "kakou.place-code"
REMEMBERED = 30 * 24 * 3600  # seconds
WIDEST, BUSIEST = "60/m", "300/m"


@require_http_methods(["GET", "HEAD", "POST"])
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """Ask who passes here; then say that it is recorded, and that nobody checked it."""
    at, place = now(), known(code)
    form = ScanForm(request.POST if request.method == "POST" else None, initial=remembered(request))
    context: dict[str, Any] = {"place": place, "form": form, "keep_days": KEEP_DAYS, "now": at}
    if not form.is_valid():
        return public(request, "ledger/scan.html", context, status=422 if form.errors else 200)
    count(request, "scan", client=WIDEST, about=(BUSIEST, place.code))
    given = form.cleaned_data
    context["scan"] = record_scan(place, phone=given["phone"], name=given["name"], at=at)
    context["until"] = at + dt.timedelta(days=KEEP_DAYS)
    return remember(public(request, "ledger/scanned.html", context), form)


def known(code: str) -> Place:
    """The place of a code. Raises NotFound, in words for whoever stands before the poster."""
    place = place_of(code)
    if place is None:
        raise NotFound("This place code does not hold any more, or was mistyped. Ask at the gate for the right one.")
    return place


def public(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page for people without an account. The browser may keep it for its own "back", nobody else may."""
    answer = render(request, template, context, status=status)
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def remembered(request: HttpRequest) -> dict[str, Any]:
    """What this browser was asked to keep: telephone number and name; {} for none, or where somebody changed it."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED)
    except signing.BadSignature:
        return {}
    return {"phone": kept["phone"], "name": kept["name"], "remember": True}


def remember(answer: HttpResponse, form: ScanForm) -> HttpResponse:
    """Let the browser keep what was typed, or forget it, as the visitor chose."""
    if not form.cleaned_data["remember"]:
        answer.delete_cookie(COOKIE, path="/p/")
        return answer
    said = {name: form[name].value() for name in ("phone", "name")}
    answer.set_cookie(
        COOKIE, signing.dumps(said, salt=SALT), max_age=REMEMBERED, path="/p/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer
