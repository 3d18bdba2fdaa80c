"""Parcels at a gate: left, told of, collected; those that nobody fetches by age, on a page and as a sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.deliveries import actions
from kakou.deliveries.forms import CollectForm, DoorForm, ParcelForm
from kakou.deliveries.models import Parcel
from kakou.deliveries.pages.desk import choices
from kakou.deliveries.queries import parcels as queries
from kakou.deliveries.queries.places import units_behind
from kakou.kernel.errors import Refusal
from kakou.kernel.ids import new_id
from kakou.ledger.pages import frame
from kakou.notices.pages.people import Word, words_about
from kakou.notices.queries.people import reaches
from kakou.web.kit.handing_out import as_sheet, moment
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS, MOST = 50, 10_000
WAITING, COLLECTED = "", "collected"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `form`: it may be given out here."""

    seen: queries.Seen
    where: str
    gate: str
    old: bool
    form: CollectForm | None
    sent: Sequence[Word]


@require_safe
@require_permission(Permission.SEE_LEDGER)
def parcels(request: StaffRequest) -> HttpResponse:
    """What waits, the longest first; or what was collected."""
    return _page(request, DoorForm())


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.HANDLE_GOODS)
def find(request: StaffRequest) -> HttpResponse:
    """What waits for one door, which is sent and stands in no address."""
    return _page(request, DoorForm(request.POST)) if request.method == "POST" else _back(request)


def _page(request: StaffRequest, door: DoorForm, tried: tuple[UUID, CollectForm] | None = None) -> HttpResponse:
    place, is_collected = place_of(request), request.GET.get("state") == COLLECTED
    node, held = place.id if place else None, nodes_held(Permission.HANDLE_GOODS)
    asks = door.is_valid()
    if asks:  # all on one page: the next would have to name the door in its address
        named = door.cleaned_data["door"]
        found = actions.find_parcels(named, node=node, gates=held, by=request.staff, at=request.now)
        page = page_of(found, "", size=MOST)
    else:
        rows = queries.listed(node=node, collected=is_collected)
        page = page_of(rows, request.GET.get("page", ""), size=ROWS)
    sent = words_about([row.pk for row in page.rows])
    context = {
        "now": request.now, "page": page, "door": door, "asks": asks, "collected": is_collected,
        "state": COLLECTED if is_collected else WAITING,
        "states": [(WAITING, gettext("Not collected")), (COLLECTED, gettext("Collected"))],
        "rows": _rows(request, list(page.rows), tried, held, sent), "tried": tried[1] if tried else None,
        "may_leave": bool(held),
        "untold": [row.pk for row in page.rows if row.gate_id in held and not _told(row, sent)],
    }  # fmt: skip
    return render(request, "deliveries/parcels.html", context, status=422 if tried or door.errors else 200)


def _rows(
    request: StaffRequest,
    rows: list[Parcel],
    tried: tuple[UUID, CollectForm] | None,
    held: Collection[int],
    sent: Mapping[UUID, Sequence[Word]],
) -> list[Row]:
    where = _where(rows)
    return [
        Row(
            one, where.get(one.row.node_id, ""), where.get(one.row.gate_id, ""), one.old(request.now),
            _form(one.row, tried) if one.row.collected_at is None and one.row.gate_id in held else None,
            sent.get(one.row.pk, ()),
        )
        for one in queries.seen(rows)
    ]  # fmt: skip


def _told(row: Parcel, sent: Mapping[UUID, Sequence[Word]]) -> dt.datetime | None:
    """When whom it is for was told, by somebody or by message."""
    return row.told_at or next((word.at for word in sent.get(row.pk, ()) if word.arrived), None)


def _form(row: Parcel, tried: tuple[UUID, CollectForm] | None) -> CollectForm:
    return tried[1] if tried and tried[0] == row.pk else CollectForm(auto_id=f"id_{row.pk.hex}_%s")


def _where(rows: list[Parcel]) -> dict[int, str]:
    named = frame.where_names({node for row in rows for node in (row.node_id, row.gate_id)})
    return dict(units_behind({row.gate_id for row in rows if row.node_id not in named})) | named


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.HANDLE_GOODS)
def leave(request: StaffRequest) -> HttpResponse:
    """Take parcels in."""
    place, (gates, units) = place_of(request), choices(request)
    initial = {"key": new_id(), "unit": place.id if place else None, "pieces": 1}
    reach = reaches([gate for gate, _ in gates])
    posted = request.POST if request.method == "POST" else None
    form = ParcelForm(posted, initial=initial, gates=gates, units=units, reach=reach)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.leave(
                node=given["unit"], gate=given["gate"], door=given["door"], pieces=given["pieces"], key=given["key"],
                by=request.staff, at=request.now, phone=given.get("phone", ""),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            is_told = given.get("phone") and words_about([made.pk])
            said = gettext("Taken in. Whoever it is for is sent a text message.") if is_told else ""
            messages.success(request, said or gettext("Taken in. Tell whoever it is for."))
            return _back(request)
    context = {"form": form, "now": request.now, "has_gates": bool(gates)}
    return render(request, "deliveries/leave.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.HANDLE_GOODS)
def tell(request: StaffRequest) -> HttpResponse:
    """Those for whom they are were told: kept with who told them and when."""
    chosen = [id for text in request.POST.getlist("parcel") if (id := _id(text))]
    try:
        many = actions.tell(chosen, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, of_refusal(refusal).text)
    else:
        words = ngettext("%(many)d marked as told.", "%(many)d marked as told.", many)
        messages.success(request, words % {"many": many})
    return _back(request)


@require_POST
@require_permission(Permission.HANDLE_GOODS)
def collect(request: StaffRequest, id: UUID) -> HttpResponse:
    """Give it out, to somebody who says his name."""
    row = queries.parcel_at(id)
    form = CollectForm(request.POST, auto_id=f"id_{row.pk.hex}_%s")
    if form.is_valid():
        try:
            actions.collect(row, name=form.cleaned_data["name"], by=request.staff, at=request.now)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Given out, with your name and the time."))
            return _back(request)
    return _page(request, DoorForm(), (row.pk, form))


@require_safe
@require_permission(Permission.SEE_LEDGER)
def sheet(request: StaffRequest) -> HttpResponse:
    """What waits, the longest first, as a sheet; doors stay masked."""
    place = place_of(request)
    rows = list(queries.listed(node=place.id if place else None, collected=False)[:MOST])
    where, sent = _where(rows), words_about([row.pk for row in rows])
    columns = [
        gettext(words) for words in ("Gate", "Whom it is for", "Door", "Pieces", "Left at", "Days it waits", "Told at")
    ]
    cells = [
        (
            where.get(one.row.gate_id, ""), where.get(one.row.node_id, ""), one.door, one.row.pieces,
            moment(one.row.left_at), (request.now - one.row.left_at).days,
            moment(at) if (at := _told(one.row, sent)) else "",
        )
        for one in queries.seen(rows)
    ]  # fmt: skip
    return as_sheet(cells, columns, name=f"parcels-{timezone.localdate(request.now)}")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _back(request: StaffRequest) -> HttpResponse:
    place, state = place_of(request), request.GET.get("state")
    kept = query_of(place=place.id if place else None, state=state if state == COLLECTED else None)
    return HttpResponseRedirect(reverse("deliveries:parcels") + kept)
