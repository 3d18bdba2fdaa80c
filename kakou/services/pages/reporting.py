"""Reporting: open to everybody, in any browser, without an account or a script."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import id_at, ms_of, new_id
from kakou.kernel.time import now
from kakou.ledger.pages.limits import TooOften, count
from kakou.ledger.pages.scanned import public
from kakou.notices.queries.people import reaches
from kakou.places.geo import Position
from kakou.services.actions import Opened, hold_photo, open_request
from kakou.services.actions.opening import KEEP
from kakou.services.forms import ReportForm, SearchForm, point_in
from kakou.services.pages import ground
from kakou.services.pages.words import category_word, is_emergency
from kakou.services.queries import places
from kakou.services.queries.ground import is_mapped
from kakou.services.queries.places import SHORTEST, Spot
from kakou.services.rules import Category, Channel, Report, spaced
from kakou.vault.rules import Kind, mask
from kakou.web.refusals.answers import of_refusal

SHEET, KEPT = "kakou_report", "kakou.photo"
SHEET_HOLDS = 24 * 3600  # seconds
REPORTED, AT_A_PLACE = "60/h", "300/h"
PHOTOS, PHOTOS_AT_A_PLACE = "20/h", "100/h"  # 8 MB each
SEARCHED, EVERYBODY = "60/m", "600/m"
PATH = "/s/"
PICKING = {"begin", "unpick", "pick.x"}  # what a tap on the map sends, and not the button at the end


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The first page: find the place by its name."""
    at, form = now(), SearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found: list[places.Named] = []
    if words:
        count(request, "places", client=SEARCHED, about=(EVERYBODY, "names"))
        found = places.named(words)
    context = {"form": form, "found": found, "words": words, "shortest": SHORTEST, "now": at, "mapped": is_mapped()}
    return public(request, "services/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """From the place whose code hangs there."""
    spot = places.spot_of(code)
    if spot is None:
        raise NotFound("This place code does not hold any more, or was mistyped. Find the place by its name instead.")
    return _report(request, spot)


@require_http_methods(["GET", "HEAD", "POST"])
def report_at(request: HttpRequest, node: int) -> HttpResponse:
    """From the place that was found by its name."""
    spot = places.spot_at(node)
    if spot is None:
        raise NotFound("This place is not known here.")
    return _report(request, spot)


def _report(request: HttpRequest, spot: Spot) -> HttpResponse:
    reach, kept = reaches([spot.node]), _kept(request.POST.get("kept", ""))
    form = ReportForm(reach=reach)
    if request.method == "POST":
        form = ReportForm(request.POST, request.FILES, reach=reach)
        try:
            if PICKING & request.POST.keys():
                form, kept = _again(request, form, spot, reach)
            else:
                _count(request, spot)
                kept = _held(form, spot) or kept
                if form.is_valid():
                    return _receipt(request, form, _opened(request, form, spot, kept), spot)
        except TooOften as often:  # nothing that was sent is taken apart
            form = ReportForm(request.POST, reach=reach)
            form.add_error(None, of_refusal(often).text)
        except Refusal as refusal:  # told above the form: what was typed stays
            form.add_error(None, of_refusal(refusal).text)
    context = {
        "spot": spot, "form": form, "kept": signing.dumps(str(kept), salt=KEPT) if kept else "",
        "keep_days": KEEP.days, "now": now(), **ground.picker(request, spot, _point(form)),
    }  # fmt: skip
    page = public(request, "services/report.html", context, status=422 if form.errors else 200)
    return _with_sheet(request, page)


def _again(request: HttpRequest, sent: ReportForm, spot: Spot, reach: frozenset[str]) -> tuple[ReportForm, UUID | None]:
    """The form as it was filled in so far, with another point: its photo is kept or said to be none, and nothing else
    of it is judged yet. Raises TooOften."""
    ground.count_look(request)
    kept = _kept(request.POST.get("kept", ""))
    if "photo" in request.FILES:
        _count(request, spot)
        kept = _held(sent, spot) or kept
    filled = {"lon", "lat"} if "begin" in request.POST else ReportForm.base_fields.keys() - {"photo"}
    said: dict[str, Any] = {name: request.POST.get(name, "") for name in filled}
    if "unpick" in request.POST:
        said["lon"] = said["lat"] = ""
    elif point := ground.picked(request, spot):
        said["lon"], said["lat"] = point
    form = ReportForm(initial=said, reach=reach)
    if request.FILES and "photo" in sent.errors:
        form.errors["photo"] = sent.errors["photo"]
    return form, kept


def _point(form: ReportForm) -> Position | None:
    """What stands in the form, sent or not."""
    try:
        return point_in(*(float(form[name].value()) for name in ("lon", "lat")))
    except (TypeError, ValueError):
        return None


def _count(request: HttpRequest, spot: Spot) -> None:
    """Before anything is read of what was sent: a photo costs the most. Raises TooOften."""
    count(request, "request", client=REPORTED, about=(AT_A_PLACE, str(spot.node)))
    if "photo" in request.FILES:
        count(request, "photo", client=PHOTOS, about=(PHOTOS_AT_A_PLACE, str(spot.node)))


def _held(form: ReportForm, spot: Spot) -> UUID | None:
    """The photo of this form, kept whether or not the rest of it is right: nobody takes it twice."""
    form.is_valid()
    picture = form.cleaned_data.get("photo")
    return hold_photo(picture, place=spot.node, at=now()) if picture else None


def _kept(token: str) -> UUID | None:
    """The photo that an earlier try left here."""
    try:
        return UUID(signing.loads(token, salt=KEPT, max_age=SHEET_HOLDS))
    except signing.BadSignature:
        return None


def _opened(request: HttpRequest, form: ReportForm, spot: Spot, photo: UUID | None) -> Opened:
    given, sheet = form.cleaned_data, _sheet(request) or new_id()
    report = Report(
        given["category"],
        spot.node,
        given["text"],
        form.contact(),
        Channel.PAGE,
        get_language() or settings.LANGUAGE_CODE,
        wants_word=form.asks_for_word,
        point=form.point,
    )
    said = (report.category.value, report.place, report.text, report.contact.phone, report.point)
    key = id_at(ms_of(sheet) or 0, sheet.bytes + repr(said).encode())
    return open_request(report, key=key, at=now(), photo=photo)


def _receipt(request: HttpRequest, form: ReportForm, opened: Opened, spot: Spot) -> HttpResponse:
    row = opened.request
    context: dict[str, Any] = {
        "spot": spot, "code": spaced(row.code), "category": category_word(Category(row.category)),
        "is_emergency": is_emergency(Category(row.category)), "phone": mask(Kind.PHONE, form.contact().phone),
        "row": row, "again": not opened.is_new, "now": now(),
    }  # fmt: skip
    return public(request, "services/receipt.html", context)


def _sheet(request: HttpRequest) -> UUID | None:
    """What names the sheets that this browser fills in today: the same words sent twice, or again after "back", are one
    request."""
    try:
        return UUID(signing.loads(request.COOKIES.get(SHEET, ""), salt=SHEET, max_age=SHEET_HOLDS))
    except signing.BadSignature:
        return None


def _with_sheet(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    if _sheet(request) is None:
        answer.set_cookie(
            SHEET, signing.dumps(str(new_id()), salt=SHEET), max_age=SHEET_HOLDS, path=PATH, httponly=True,
            samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return answer
