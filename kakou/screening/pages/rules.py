"""The rules of the gates: what holds at a place, what was published, every version there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from kakou.access.events import registry as known_places
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.places import queries as places
from kakou.places.models import Entrance, Unit
from kakou.places.rules import TITLES, UnitKind
from kakou.screening.actions import packs as actions
from kakou.screening.models import Publication
from kakou.screening.packs.holding import Turn
from kakou.screening.pages.words import language, look_of
from kakou.screening.queries import packs as queries
from kakou.web.events import registry
from kakou.web.kit.signs import Sign
from kakou.web.shell.here import place_of, query_of

HOLDS, WAITS, OVER = "holds", "waits", "over"
STATES = {
    HOLDS: Sign(gettext_noop("Holds"), "go", "check"),
    WAITS: Sign(gettext_noop("Will hold"), "info", "clock"),
    OVER: Sign(gettext_noop("Ended"), "plain", "octagon"),
}


@dataclass(frozen=True, slots=True)
class Published:
    """One publication with its names."""

    row: Publication
    title: str
    note: str
    place: str
    kind: str
    state: Any
    may_end: bool


@require_safe
@require_permission(Permission.SEE_PLACES)
def rules(request: StaffRequest) -> HttpResponse:
    """What holds here now and what comes, where which rules were published, and every version."""
    place = place_of(request) or _only(request)
    node = place.id if place else None
    known = queries.known()
    titles = {one.version: one.content["title"][language()] for one in known}
    notes = {one.version: one.edition.note for one in known if one.edition}
    context = {
        "now": request.now,
        "place": place,
        "turns": _turns(node, request.now, titles, notes) if node is not None else [],
        "published": _published(node, request.now, titles, notes),
        "versions": [{"known": one, "title": titles[one.version]} for one in known],
        "may_manage": bool(nodes_held(Permission.MANAGE_RULES)),
    }
    return render(request, "screening/rules.html", context)


@require_POST
@require_permission(Permission.MANAGE_RULES)
def end(request: StaffRequest, publication: UUID) -> HttpResponse:
    """Let it hold no longer: what was published above or before holds again."""
    actions.end_publication(queries.publication_at(publication), by=request.staff, at=request.now)
    messages.success(request, _("Ended. What was published above or before holds again."))
    place = place_of(request)
    return HttpResponseRedirect(reverse("screening:rules") + query_of(place=place.id if place else None))


def kind_at(node: int) -> str:
    """The kind of the unit on a node, or into which the entrance on it leads; "" for neither."""
    unit = Unit.objects.filter(node_id=node).values_list("kind", flat=True).first()
    found = unit or Entrance.objects.filter(node_id=node).values_list("unit__kind", flat=True).first()
    return found or ""


def _only(request: StaffRequest) -> Any:
    top = registry.places.below(request, None)
    return top[0] if len(top) == 1 else None


def _turns(node: int, at: dt.datetime, titles: dict[str, str], notes: dict[str, str]) -> list[tuple[Turn, str, str]]:
    turns = queries.turns_at(node, kind_at(node), at)
    return [(turn, titles.get(turn.version, turn.version), notes.get(turn.version, "")) for turn in turns]


def _published(node: int | None, at: dt.datetime, titles: dict[str, str], notes: dict[str, str]) -> list[Published]:
    rows = queries.publications(None if node is None else places.nodes_below(node))
    names = known_places.names(frozenset(row.node_id for row in rows))
    mine = frozenset(nodes_held(Permission.MANAGE_RULES))
    return [
        Published(
            row=row,
            title=titles.get(row.version, row.version),
            note=notes.get(row.version, ""),
            place=names.get(row.node_id, ""),
            kind=_(TITLES[UnitKind(row.unit_kind)]) if row.unit_kind else "",
            state=look_of(STATES, state_of(row, at)),
            may_end=row.ends_at is None and row.node_id in mine,
        )
        for row in rows
    ]


def state_of(row: Publication, at: dt.datetime) -> str:
    """Does it hold, will it, or is it over?"""
    if row.ends_at is not None and row.ends_at <= max(at, row.starts_at):
        return OVER
    return HOLDS if row.starts_at <= at else WAITS


def choices(nodes: Sequence[int], at: dt.datetime) -> list[tuple[int, str]]:
    """Units of these nodes as a list to choose from, those inside others set in."""
    held = frozenset(nodes)
    return [
        (branch.unit.node_id, "　" * branch.depth + branch.unit.name)
        for branch in places.tree(at)
        if branch.unit.node_id in held
    ]
