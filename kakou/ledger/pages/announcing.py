"""Announcing a visit, and finding it again by its code: open to everybody, like the page of a place code."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from kakou.kernel.errors import Refusal
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in, now
from kakou.ledger.actions import visits as actions
from kakou.ledger.forms import Choices, VisitCodeForm, VisitForm
from kakou.ledger.models import ExpectedVisit
from kakou.ledger.pages.limits import count
from kakou.ledger.pages.scanned import known, public, remembered
from kakou.ledger.pages.words import FOR, VISITS, WINDOWS
from kakou.ledger.queries import visits as queries
from kakou.ledger.queries.place_codes import Place
from kakou.ledger.visits import DAYS_AHEAD, OF_A_VISIT, When, Window, moments, read_code, said_when, spaced
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal

SHEET = "kakou_sheet"
SHEET_HOLDS = 24 * 3600  # seconds
ANNOUNCED, AT_A_PLACE = "20/h", "200/h"
ASKED, OF_ONE_CODE = "20/m", "20/h"


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, code: str) -> HttpResponse:
    """Six questions, then the code by which the visit is found again."""
    at, place = now(), known(code)
    data = request.POST if request.method == "POST" else None
    known_number = {name: value for name, value in remembered(request).items() if name != "remember"}
    form = VisitForm(
        purposes(), whens(at), data, initial={"number": known_number.get("phone"), "name": known_number.get("name")}
    )
    context: dict[str, Any] = {"place": place, "form": form, "keep_days": actions.KEEP.days, "now": at}
    if form.is_valid():
        count(request, "visit", client=ANNOUNCED, about=(AT_A_PLACE, place.code))
        try:
            visit = _announced(form, _sheet(request), place, at)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            shown = context | shown_to_visitor(visit, at) | {"fresh": True, "place_name": place.name}
            return public(request, "ledger/visit.html", shown)
    page = public(request, "ledger/announce.html", context, status=422 if form.errors else 200)
    return _with_sheet(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest) -> HttpResponse:
    """Where an announced visit stands, for whoever knows its code and the last four; there it is withdrawn too."""
    at = now()
    form = VisitCodeForm(request.POST if request.method == "POST" else None, initial={"code": request.GET.get("code")})
    if form.is_valid():
        given = form.cleaned_data
        count(request, "status", client=ASKED, about=(OF_ONE_CODE, read_code(given["code"], OF_A_VISIT)))
        found = queries.visit_of(given["code"], given["last_four"])
        if found is not None:
            return _found(request, found, given, at)
        form.add_error(None, gettext("There is no visit with this code and these last four. Check both."))
    return public(request, "ledger/visit_find.html", {"form": form, "now": at}, status=422 if form.errors else 200)


def _found(request: HttpRequest, found: ExpectedVisit, given: dict[str, Any], at: dt.datetime) -> HttpResponse:
    trouble = ""
    if request.POST.get("act") == "withdraw":
        try:
            actions.withdraw_visit(found, at=at)
        except Refusal as refusal:
            trouble = of_refusal(refusal).text
        found = queries.visit_of(given["code"], given["last_four"]) or found
    return public(request, "ledger/visit.html", shown_to_visitor(found, at) | {"trouble": trouble, "now": at})


def shown_to_visitor(visit: ExpectedVisit, at: dt.datetime) -> dict[str, Any]:
    """The visit for the page of whoever announced it."""
    [seen] = queries.seen([visit], at)
    told = queries.told_of(visit)
    return {
        "visit": seen, "code": spaced(visit.code), "sign": VISITS[seen.state], "purpose": gettext(FOR[seen.purpose]),
        "last_four": queries.number_of(visit, told).last_four if told else "", "due": visit.due_on,
    }  # fmt: skip


def purposes() -> Choices:
    """What a visit may be for."""
    return [(str(purpose.value), gettext(words)) for purpose, words in FOR.items()]


def whens(at: dt.datetime) -> Choices:
    """The parts of the next days that are not over, day by day."""
    zone = site_zone()
    today = day_in(zone, at)
    days = [today + dt.timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return [(_day(day, today), _parts(day, at, zone)) for day in days]


def _parts(day: dt.date, at: dt.datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    open_still = [window for window in Window if moments(When(day, window), zone)[1] > at]
    return [(said_when(day, window), gettext(WINDOWS[window])) for window in open_still]


def _day(day: dt.date, today: dt.date) -> str:
    words = {0: gettext("Today"), 1: gettext("Tomorrow")}.get((day - today).days)
    said = date_format(day, "m-d l")
    return f"{words} {said}" if words else said


def _announced(form: VisitForm, sheet: UUID | None, place: Place, at: dt.datetime) -> ExpectedVisit:
    given = form.cleaned_data
    start, end = moments(given["when"], site_zone())
    new = actions.Announced(given["number"], given["name"], given["door"], given["purpose"], start, end, given["many"])
    return actions.announce_visit(new, sheet=sheet or new_id(), unit=place.unit, at=at)


def _sheet(request: HttpRequest) -> UUID | None:
    """What names the sheets that this browser fills in today: the same one sent twice, or again after "back", is one
    visit. A field of the form would not do: "back" brings a fresh one."""
    try:
        return UUID(signing.loads(request.COOKIES.get(SHEET, ""), salt=SHEET, max_age=SHEET_HOLDS))
    except signing.BadSignature:
        return None


def _with_sheet(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    if _sheet(request) is None:
        answer.set_cookie(
            SHEET, signing.dumps(str(new_id()), salt=SHEET), max_age=SHEET_HOLDS, path="/p/", httponly=True,
            samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return answer
