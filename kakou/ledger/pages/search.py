"""Finding a person or vehicle. What is typed goes in the request's body: addresses stand in histories and logs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.ledger.actions.finding import find
from kakou.ledger.models import Stay
from kakou.ledger.queries.find import MOST, Found
from kakou.ledger.queries.labels import Label
from kakou.people.queries import PersonShown
from kakou.places import queries as places

LONGEST = 64


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody found: masked, with where they live and where they stand now."""

    found: Found
    label: Label
    home: str
    standing: Stay | None
    unit: str


@require_permission(Permission.SEE_PEOPLE)
def search(request: StaffRequest) -> HttpResponse:
    """The box, and below it whom the words may mean."""
    words = request.POST.get("q", "").strip()[:LONGEST]
    found = find(words, by=request.staff, at=request.now) if words else []
    context = {
        "now": request.now,
        "words": words,
        "asked": bool(words),
        "rows": rows_of(found),
        "full": len(found) >= MOST,
    }
    return render(request, "ledger/search.html", context)


def rows_of(found: list[Found]) -> list[Row]:
    """With names of units and where each stands now. Three queries."""
    open_stays = Stay.objects.filter(subject__in=[one.subject for one in found], until_at=None).order_by("since_at")
    standing = {stay.subject: stay for stay in open_stays}
    homes = {one.shown.node_id for one in found if one.shown}
    names = places.names(homes | {stay.node_id for stay in standing.values()})
    return [_row(one, standing.get(one.subject), names) for one in found]


def _row(one: Found, stay: Stay | None, names: dict[int, str]) -> Row:
    text = ""
    if one.shown:
        text = one.shown.name if isinstance(one.shown, PersonShown) else one.shown.plate
    home = names.get(one.shown.node_id, "") if one.shown else ""
    label = Label(one.kind, text, one.subject.hex[-4:], is_gone=bool(one.shown) and not text)
    return Row(one, label, home, stay, names.get(stay.node_id, "") if stay else "")
