"""Who is told: which channel hears of which event, at which place and below, and when it is left in peace."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.events import registry as known
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.notices import actions, queries
from kakou.notices.events import EVENTS
from kakou.notices.forms import TellingForm
from kakou.notices.models import Telling
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

PERMISSION = Permission.MANAGE_NOTICES


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    telling: Telling
    event: str
    place: str
    wakes: bool


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PERMISSION)
def tellings(request: StaffRequest) -> HttpResponse:
    """The table, and adding to it at the place in the URL."""
    place = place_of(request)
    if request.method == "POST" and (place is None or place.id not in nodes_held(PERMISSION)):
        raise NotFound("There is no such place, or it is not one of yours.")
    found = queries.channels_to_tell()
    choices = [(one.pk, one.name) for one in found]
    form = TellingForm(request.POST if request.method == "POST" else None, channels=choices)
    if place is not None and form.is_valid():
        given = form.cleaned_data
        try:
            many = actions.add_tellings(
                given["events"], channel=queries.channel_for(given["channel"]), node=place.id, quiet=form.quiet,
                by=request.staff, at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _("%(many)d events more are told there.") % {"many": many})
            return _back(request)
    page = page_of(queries.tellings_below(place.id if place else None), request.GET.get("page", ""), size=100)
    names = known.names(frozenset(one.node_id for one in page.rows))
    rows = [_row(one, names.get(one.node_id, "")) for one in page.rows]
    may_add = place is not None and place.id in nodes_held(PERMISSION) and bool(choices)
    context = {
        "now": request.now, "rows": rows, "page": page, "form": form, "may_add": may_add, "channels": choices,
    }  # fmt: skip
    return render(request, "notices/tellings.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(PERMISSION)
def stop(request: StaffRequest, id: int) -> HttpResponse:
    """The channel is told of it no more."""
    actions.remove_telling(id, by=request.staff, at=request.now)
    messages.success(request, _("Kept, with your name and the time."))
    return _back(request)


def _row(telling: Telling, place: str) -> Row:
    event = EVENTS.get(telling.event)
    return Row(telling, _(event.title) if event else telling.event, place or "—", bool(event and event.wakes))


def _back(request: StaffRequest) -> HttpResponse:
    place = place_of(request)
    return redirect(reverse("notices:tellings") + query_of(place=place.id if place else None))
