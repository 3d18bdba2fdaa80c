"""Lost second factors: asked about by an administrator, forgotten once somebody else agrees, told to the holder."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.timezone import now as clock_now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from kakou.access.forgetting import State, ask, rules, settle
from kakou.access.forgetting.actions import AGREE
from kakou.access.forgetting.models import FactorRequest
from kakou.access.models import Staff
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.pages.seconding import decided
from kakou.access.roster import queries
from kakou.access.roster.actions import places_of
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system
from kakou.access.seconding import is_waiting
from kakou.kernel.errors import NotFound, Refusal
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal

STATES = {
    State.ASKED: Sign(gettext_noop("waits for a second person"), "look", "clock"),
    State.FORGOTTEN: Sign(gettext_noop("forgotten"), "go", "check"),
    State.REFUSED: Sign(gettext_noop("refused"), "stop", "octagon"),
}
LAPSED = Sign(gettext_noop("its time is over"), "plain", "ring")


@require_safe
@require_permission(*AGREE)
def factors(request: StaffRequest) -> HttpResponse:
    """Requests over the reader's places, newest first."""
    found = FactorRequest.objects.filter(node_id__in=_over()).select_related("staff", "asked_by", "settled_by")
    page = page_of(found.order_by("-asked_at"), request.GET.get("page", ""))
    rows = []
    for one in page.rows:
        waits = is_waiting(one.state, one.asked_at, request.now)
        sign = LAPSED if one.state == State.ASKED and not waits else STATES[State(one.state)]
        rows.append((one, sign, waits and request.staff.pk not in (one.asked_by_id, one.staff_id)))
    return render(request, "access/factors.html", {"now": request.now, "page": page, "rows": rows})


@require_POST
@require_permission(Permission.MANAGE_STAFF)
def ask_factor(request: StaffRequest, id: int) -> HttpResponse:
    """Ask a second person to agree."""
    holder, _entry, node = queries.account_for(id, nodes_held(Permission.MANAGE_STAFF))
    reason, by, at = request.POST.get("reason", ""), request.staff, request.now
    try:
        ask(holder, node=node, places=places_of(holder), reason=reason, by=by, at=at)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        messages.error(request, of_refusal(refusal).text)
        return redirect("access:account", id)
    messages.success(request, _("Asked. Somebody else must agree before the second factor is forgotten."))
    return redirect("access:factors")


@require_POST
@require_permission(*AGREE)
def settle_factor(request: StaffRequest, id: UUID) -> HttpResponse:
    """Forget it, or refuse."""
    asked = FactorRequest.objects.filter(pk=id, node_id__in=_over()).first()
    if asked is None:
        raise NotFound("There is no such request, or it is not about one of your places.")
    agree = request.POST.get("decision") == "agree"
    done = (
        _("Forgotten: a new second factor is set up at the next login.")
        if agree
        else _("Refused: the second factor stays.")
    )
    decided(request, lambda: settle(asked, agree=agree, by=request.staff, at=request.now), done)
    return redirect("access:factors")


def line(request: HttpRequest) -> str:
    """The line of the first page: for the holder that his was forgotten, for others that a request waits for them."""
    if not isinstance(request.user, Staff):
        return ""
    at = getattr(request, "now", None) or clock_now()
    waits = FactorRequest.waiting(at).filter(node_id__in=_over()).exclude(staff=request.user)
    told, many = _told(request.user, at), waits.exclude(asked_by=request.user).count()
    if told is None and not many:
        return ""
    return render_to_string("access/factors_line.html", {"told": told, "many": many, "now": at}, request)


def _told(holder: Staff, at: dt.datetime) -> FactorRequest | None:
    """Of the holder's own factor, also where that stands at a place of which he sees nothing."""
    since = at - rules.TOLD
    if holder.handed_at is None or holder.handed_at <= since:
        return None  # forgetting sets it: nearly nobody's first page asks for more
    with acting_as_system():
        own = FactorRequest.objects.filter(staff=holder, state=State.FORGOTTEN, settled_at__gt=since)
        return own.select_related("asked_by", "settled_by").order_by("-settled_at").first()


def _over() -> set[int]:
    return {node for permission in AGREE for node in nodes_held(permission)}
