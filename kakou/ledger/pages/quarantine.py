"""The quarantine desk: what a gate sent and the ledger could not accept, kept whole until somebody decides."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kakou.access.models import Device
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.actions.quarantine import resolve
from kakou.ledger.forms import ResolutionForm
from kakou.ledger.models import Quarantined
from kakou.ledger.models.quarantine import WAITING
from kakou.ledger.pages import frame
from kakou.ledger.pages.words import UNFIT
from kakou.ledger.queries.quarantine import item_at, payload_of, waiting
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One item with its names."""

    item: Quarantined
    why: str
    gate: str
    phone: str


@require_permission(Permission.RESOLVE_QUARANTINE)
def desk(request: StaffRequest) -> HttpResponse:
    """What waits, oldest first."""
    place, reason = place_of(request), request.GET.get("reason", "")
    node = place.id if place else None
    counts = list(waiting(node).order_by().values_list("reason").annotate(Count("id")).order_by("reason"))
    page = page_of(waiting(node, reason=reason), request.GET.get("page", ""), size=ROWS)
    every = sum(n for _, n in counts)
    context = {
        "now": request.now,
        "reason": reason,
        "reasons": [("", gettext("All") + f" {every}"), *((code, f"{why(code)} {n}") for code, n in counts)],
        "every": every,
        "page": page,
        "rows": rows_of(list(page.rows)),
    }
    return render(request, "ledger/quarantine.html", context)


@require_permission(Permission.RESOLVE_QUARANTINE)
def item(request: StaffRequest, item: UUID) -> HttpResponse:
    """One item: why, what was sent (masked), and the decision."""
    found = item_at(item)
    form = ResolutionForm(request.POST or None)
    if form.is_valid():
        try:
            resolve(
                found,
                recorded_again=form.cleaned_data["decision"] == "again",
                reason=form.cleaned_data["reason"],
                by=request.staff,
                at=request.now,
            )
        except Refusal as refusal:
            form.add_error("reason", of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Decided, with your name and the time. The item is kept."))
            place = place_of(request)
            return HttpResponseRedirect(reverse("ledger:quarantine") + query_of(place=place.id if place else None))
    context = {
        "now": request.now,
        "row": rows_of([found])[0],
        "payload": payload_of(found),
        "form": form,
        "may_resolve": found.state == WAITING and found.node_id in nodes_held(Permission.RESOLVE_QUARANTINE),
    }
    return render(request, "ledger/quarantined.html", context, status=422 if form.errors else 200)


def why(code: str) -> str:
    """The reason in words; a code that has none is shown as it is."""
    return gettext(UNFIT[code]) if code in UNFIT else code


def rows_of(items: list[Quarantined]) -> list[Row]:
    """Items with the names of their gates and phones. Three queries."""
    gates = frame.where_names({item.node_id for item in items})
    phones = dict(Device.objects.filter(pk__in={item.device_id for item in items}).values_list("pk", "name"))
    return [Row(item, why(item.reason), gates.get(item.node_id, ""), phones.get(item.device_id, "")) for item in items]
