"""Lists that come in: taken at once while they are short, else set aside, with a page that tells how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kakou.access import tasks
from kakou.access.events import registry
from kakou.access.incoming import State, is_long, set_aside, stop
from kakou.access.incoming.models import IncomingList
from kakou.access.incoming.results import Waiting, refusal_in, result_in
from kakou.access.incoming.rules import OPEN
from kakou.access.pages.guard import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.web.kit.importing import Done, told, worded_in
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.sheets import Stage

SENDERS = (Permission.EDIT_PEOPLE, Permission.EDIT_PLACES, Permission.CORRECT_LEDGER)
STAGES = {
    "": gettext_noop("Begins"),
    Stage.READING: gettext_noop("Reading and checking the rows"),
    Stage.COMPARING: gettext_noop("Comparing with what is there"),
    Stage.WRITING: gettext_noop("Writing"),
}
STATES = {
    State.WAITING: Sign(gettext_noop("waits its turn"), "look", "clock"),
    State.RUNNING: Sign(gettext_noop("is coming in"), "look", "clock"),
    State.DONE: Sign(gettext_noop("is in"), "go", "check"),
    State.REFUSED: Sign(gettext_noop("refused"), "stop", "octagon"),
    State.STOPPED: Sign(gettext_noop("stopped"), "plain", "ring"),
    State.LOST: Sign(gettext_noop("was lost"), "stop", "octagon"),
}
TRIED = Sign(gettext_noop("was checked"), "go", "check")


@dataclass(frozen=True, slots=True)
class Row:
    """One list in words."""

    one: IncomingList
    what: str
    sign: Sign
    stage: str
    moves: bool


def take_or_set_aside(
    request: StaffRequest, kind: str, content: bytes, name: str, chosen: Mapping[str, Any], *, is_try: bool, then: str
) -> Done | HttpResponse:
    """Take a short list now; for a long one the way to the page that tells how far it is. Raises what taking raises."""
    if not is_long(content, name):
        done = registry.intakes[kind].take(content, name, chosen, is_try, request.staff, request.now)
        for notice in getattr(done, "notices", ()):
            messages.info(request, _(notice.text) % notice.params if notice.params else _(notice.text))
        return done
    row = set_aside(
        kind, Waiting(name, chosen, content), is_try=is_try, then=then, again=request.get_full_path(),
        run=tasks.enqueue, by=request.staff, at=request.now,
    )  # fmt: skip
    return redirect("access:incoming_list", row.pk)


@never_cache
@require_safe
@require_permission(*SENDERS)
def incoming(request: StaffRequest) -> HttpResponse:
    """The reader's own lists of the last week, newest first."""
    mine = IncomingList.objects.filter(by=request.staff).defer("content", "result").order_by("-sent_at")
    page = page_of(mine, request.GET.get("page", ""))
    return render(request, "access/incoming.html", {"now": request.now, "page": page, "rows": [*map(_row, page.rows)]})


@never_cache
@require_safe
@require_permission(*SENDERS)
def incoming_list(request: StaffRequest, id: UUID) -> HttpResponse:
    """One of them: how far it is, or what became of it; asked by htmx, only that."""
    one = _mine(request, id)
    result = result_in(one)
    refused = refusal_in(result)
    context = {
        "now": request.now,
        "row": _row(one),
        "told": told(result.figures, is_try=one.is_try) if result.figures else "",
        "notices": [_(text) % params if params else _(text) for text, params in result.notices],
        "refused": of_refusal(refused).text if refused else "",
        "problems": worded_in(refused) if refused else [],
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "access/incoming_part.html" if part else "access/incoming_list.html", context)


@require_POST
@require_permission(*SENDERS)
def stop_list(request: StaffRequest, id: UUID) -> HttpResponse:
    """Take no more of it."""
    one = _mine(request, id)
    try:
        stop(one, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, of_refusal(refusal).text)
    return redirect("access:incoming_list", one.pk)


def line(request: HttpRequest) -> str:
    """The line of the first page for whoever has lists coming in."""
    many = IncomingList.objects.filter(by_id=request.user.pk, state__in=OPEN).count()
    return render_to_string("access/incoming_line.html", {"many": many}, request) if many else ""


def _mine(request: StaffRequest, id: UUID) -> IncomingList:
    found = IncomingList.objects.filter(pk=id, by=request.staff).defer("content").first()
    if found is None:
        raise NotFound("There is no such list, or it is not one of yours.")
    return found


def _row(one: IncomingList) -> Row:
    state, kind = State(one.state), registry.intakes.get(one.kind)
    sign = TRIED if one.is_try and state is State.DONE else STATES[state]
    return Row(one, _(kind.msgid) if kind else one.kind, sign, _(STAGES[one.stage]), state in OPEN)
