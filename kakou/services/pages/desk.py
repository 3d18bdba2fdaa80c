"""The desk: requests at one's places, one of them with its steps, and one written down for somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.ledger.pages import frame
from kakou.notices.queries.people import reaches
from kakou.services import actions
from kakou.services.forms import LetterForm, RateForm, RecordForm
from kakou.services.models import Request
from kakou.services.pages import steps
from kakou.services.pages.one import page_of_request
from kakou.services.pages.words import STATES, categories, category_word, is_emergency
from kakou.services.queries import requests as queries
from kakou.services.queries.proposals import proposed
from kakou.services.rules import Category, Channel, Rating, Report, spaced
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of
from kakou.workorders.actions import mark_duplicate

ROWS = 50
OPEN, CLOSED = "", "closed"


@dataclass(frozen=True, slots=True)
class Row:
    """One request in the list."""

    seen: queries.Seen
    sign: Sign
    category: str
    emergency: bool
    where: str
    handled: str  # where, if not where it was received
    late: bool


@require_safe
@require_permission(Permission.SEE_ORDERS)
def requests(request: StaffRequest) -> HttpResponse:
    """Open ones soonest due first, closed ones latest first; of one category, or of all."""
    place, closed = place_of(request), request.GET.get("state") == CLOSED
    category = request.GET.get("category", "")
    category = category if category in set(Category) else ""
    found = queries.listed(node=place.id if place else None, closed=closed, category=category)
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    context = {
        "now": request.now, "page": page, "rows": _rows(page.rows, request), "closed": closed,
        "states": [(OPEN, gettext("Open")), (CLOSED, gettext("Closed"))], "state": CLOSED if closed else OPEN,
        "categories": [("", gettext("All")), *((one.value, category_word(one)) for one in Category)],
        "category": category, "may_record": bool(nodes_held(Permission.CLOSE_ORDERS)),
        "waiting": proposed(node=place.id if place else None).count(),
    }  # fmt: skip
    return render(request, "services/requests.html", context)


def _rows(found: Sequence[Request], request: StaffRequest) -> list[Row]:
    where = frame.where_names({node for row in found for node in (row.place_id, row.node_id, row.handler_id)})
    return [
        Row(
            seen, STATES[seen.state], category_word(seen.category), is_emergency(seen.category),
            where.get(seen.row.place_id, ""),
            where.get(seen.row.handler_id, "") if seen.row.handler_id != seen.row.node_id else "",
            seen.late(request.now),
        )
        for seen in queries.in_scope(found)
    ]  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CLOSE_ORDERS)
def record(request: StaffRequest) -> HttpResponse:
    """Write a request down for somebody who telephoned or came by."""
    return _written(request, RecordForm, "services/record.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CLOSE_ORDERS)
def letter(request: StaffRequest) -> HttpResponse:
    """Write down what lay in a letterbox (速来办信箱)."""
    return _written(request, LetterForm, "services/letter.html")


def _written(request: StaffRequest, kind: type[RecordForm] | type[LetterForm], template: str) -> HttpResponse:
    place, is_sent = place_of(request), request.method == "POST"
    initial = {"unit": place.id if place else None, "key": new_id()}
    reach = reaches(nodes_held(Permission.CLOSE_ORDERS))
    form = kind(request.POST if is_sent else None, initial=initial, reach=reach)
    if form.is_valid():
        given = form.cleaned_data
        report = Report(
            given["category"], given["unit"], given["text"], form.contact(), given.get("channel", Channel.LETTERBOX),
            get_language() or "", given.get("box", ""), form.asks_for_word,
        )  # fmt: skip
        try:
            opened = actions.open_request(report, key=given["key"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            code = spaced(opened.request.code)
            messages.success(request, gettext("Written down. Read the code out: %(code)s") % {"code": code})
            return HttpResponseRedirect(_after(request, opened.request))
    context = {"form": form, "now": request.now, "hints": categories()}
    return render(request, template, context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.SEE_ORDERS)
def request_page(request: StaffRequest, id: UUID) -> HttpResponse:
    """One request: what was said, where it stands, what comes next, what may be the same."""
    return page_of_request(request, queries.request_at(id))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def take(request: StaffRequest, id: UUID, step: str) -> HttpResponse:
    """One step of its order."""
    found = queries.request_at(id)
    kind = next((one for one in steps.WAYS if one.value == step), None)
    if kind is None:
        raise NotFound("There is no such step.")
    form = steps.form_of(found.order, kind, request.POST)

    def act() -> str:
        steps.WAYS[kind].act(found.order, form.cleaned_data, request.staff, request.now)
        return gettext("Kept: %(step)s.") % {"step": gettext(steps.WAYS[kind].words)}

    return _done(request, found, form, act) or page_of_request(request, found, tried=(kind, form))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def unlock(request: StaffRequest, id: UUID) -> HttpResponse:
    """The last four are enough again for whoever reported."""
    found = queries.request_at(id)
    actions.forgive(found, by=request.staff, at=request.now)
    messages.success(request, gettext("The last four digits are enough again."))
    return HttpResponseRedirect(_after(request, found))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def call_back(request: StaffRequest, id: UUID) -> HttpResponse:
    """What whoever reported said of the answer when he was called back."""
    found, form = queries.request_at(id), RateForm(request.POST)

    def act() -> str:
        rating: Rating = form.cleaned_data["rating"]
        actions.rate(found, rating, remark=form.cleaned_data["remark"], by=request.staff, at=request.now)
        return gettext("Kept, with your name and the time.")

    return _done(request, found, form, act) or page_of_request(request, found, rating=form)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def join(request: StaffRequest, id: UUID) -> HttpResponse:
    """Another request is about the same: this one ends, and whoever reported it follows that one."""
    found = queries.request_at(id)
    given = request.POST.get("of", "")
    try:
        other = queries.request_at(UUID(given))
        mark_duplicate(found.order, of=other.order, by=request.staff, at=request.now)
    except ValueError:
        messages.error(request, gettext("Choose the request that this one is to be joined with."))
    except Refusal as refusal:
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, gettext("Joined with %(code)s.") % {"code": spaced(other.code)})
    return HttpResponseRedirect(_after(request, found))


def _done(request: StaffRequest, found: Request, form: Form, act: Callable[[], str]) -> HttpResponse | None:
    """Do `act` if the form is right, and go back to the page; None when something is to be mended first."""
    if not form.is_valid():
        return None
    try:
        said = act()
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return None
    messages.success(request, said)
    return HttpResponseRedirect(_after(request, found))


def _after(request: StaffRequest, found: Request) -> str:
    """The page of the request; the list, where it is out of sight now."""
    place = place_of(request)
    query = query_of(place=place.id if place else None)
    try:
        queries.request_at(found.pk)
    except NotFound:
        return reverse("services:requests") + query
    return reverse("services:request", args=[found.pk]) + query
