"""Whom somebody wants to hand out unmasked, and who releases it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now as clock_now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from kakou.access.events import registry as known
from kakou.access.exporting import ExportState, ask, rules, settle
from kakou.access.exporting.models import MassExport
from kakou.access.models import Staff
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.pages.seconding import decided
from kakou.access.rules import Permission
from kakou.access.seconding import is_waiting
from kakou.kernel.errors import NotFound
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.shell.here import place_of, query_of

STATES = {
    ExportState.ASKED: Sign(gettext_noop("waits for a second person"), "look", "clock"),
    ExportState.RELEASED: Sign(gettext_noop("released"), "go", "check"),
    ExportState.REFUSED: Sign(gettext_noop("refused"), "stop", "octagon"),
    ExportState.TAKEN: Sign(gettext_noop("handed out"), "plain", "check"),
}
LAPSED = Sign(gettext_noop("its time is over"), "plain", "ring")


@dataclass(frozen=True, slots=True)
class Row:
    """One request in words. `take`: where it is taken, "" where it cannot be."""

    asked: MassExport
    what: str
    where: str
    by: str
    settled_by: str
    sign: Sign
    take: str
    may_settle: bool


@require_safe
@require_permission(Permission.REVEAL, Permission.RELEASE_NAMES)
def exports(request: StaffRequest) -> HttpResponse:
    """Those that wait for the reader first, then his own and all over which he may release."""
    over = nodes_held(Permission.RELEASE_NAMES)
    found = MassExport.objects.select_related("asked_by", "settled_by").order_by("-asked_at")
    page = page_of(found.filter(Q(asked_by=request.staff) | Q(node_id__in=over)), request.GET.get("page", ""))
    names = known.names(frozenset(one.node_id for one in page.rows))
    rows = [_row(request, one, names, over) for one in page.rows]
    context = {"now": request.now, "page": page, "rows": sorted(rows, key=lambda row: not row.may_settle)}
    return render(request, "access/exports.html", context)


@require_POST
@require_permission(Permission.RELEASE_NAMES)
def settle_export(request: StaffRequest, id: UUID) -> HttpResponse:
    """Release or refuse."""
    asked = MassExport.objects.filter(pk=id, node_id__in=nodes_held(Permission.RELEASE_NAMES)).first()
    if asked is None:
        raise NotFound("There is no such request, or it is not about one of your places.")
    release = request.POST.get("decision") == "release"
    done = _("Released for a day, once.") if release else _("Refused: nothing is handed out.")
    decided(request, lambda: settle(asked, release=release, by=request.staff, at=request.now), done)
    place = place_of(request)
    return redirect(reverse("access:exports") + query_of(place=place.id if place else None))


def ask_somebody(
    request: StaffRequest, what: str, *, node: int, count: int, reason: str, detail: str = ""
) -> HttpResponse:
    """Nobody hands out so many alone: the request is kept, and shown."""
    ask(what, node=node, detail=detail, count=count, reason=reason, by=request.staff, at=request.now)
    messages.success(request, _("Asked. Somebody else who releases names must agree first."))
    return redirect(reverse("access:exports") + query_of(place=node))


def line(request: HttpRequest) -> str:
    """The line of the first page for whoever releases: nothing as long as nothing waits."""
    at = getattr(request, "now", None) or clock_now()
    waits = MassExport.waiting(at)
    mine = waits.filter(node_id__in=nodes_held(Permission.RELEASE_NAMES)).exclude(asked_by_id=request.user.pk)
    many = mine.count()
    return render_to_string("access/exports_line.html", {"many": many}, request) if many else ""


def _row(request: StaffRequest, one: MassExport, names: dict[int, str], over: Collection[int]) -> Row:
    state, what = ExportState(one.state), known.exports.get(one.what)
    waits = is_waiting(state, one.asked_at, request.now)
    holds = state is ExportState.RELEASED and one.settled_at is not None and request.now - one.settled_at < rules.HOLDS
    is_own = one.asked_by_id == request.staff.pk
    lapsed = not waits and not holds and state in (ExportState.ASKED, ExportState.RELEASED)
    return Row(
        one, _(what.msgid) if what else one.what, names.get(one.node_id, ""), _name(one.asked_by),
        _name(one.settled_by), LAPSED if lapsed else STATES[state],
        what.where(one.node_id, one.detail) if what and holds and is_own else "",
        waits and not is_own and one.node_id in over,
    )  # fmt: skip


def _name(staff: Staff | None) -> str:
    return (staff.display or staff.username) if staff else ""
