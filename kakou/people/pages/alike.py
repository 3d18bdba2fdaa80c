"""Pairs that may be one person: looked at by a person, merged, kept apart, and parted again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.people import actions, queries
from kakou.people.models import Person, SameSubject
from kakou.people.pages.households import links_of
from kakou.people.queries import PersonShown
from kakou.people.rules import Reason
from kakou.places import queries as places
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

REASONS = {
    Reason.DOCUMENT: gettext_noop("the same document number"),
    Reason.NAME_AND_PHONE: gettext_noop("the same name and telephone"),
    Reason.NAME_AND_DOOR: gettext_noop("the same name and door"),
    Reason.SOUND_AND_PHONE: gettext_noop("names that sound alike and the same telephone"),
    Reason.LETTER_AND_PHONE: gettext_noop("names that differ by one character and the same telephone"),
    Reason.NAME_AND_UNIT: gettext_noop("the same name at one unit, and one of them without a document"),
}
ROWS = 20


@require_safe
@require_permission(Permission.EDIT_PEOPLE)
def alike(request: StaffRequest) -> HttpResponse:
    """Pairs with their reasons, the strongest first."""
    place, held = place_of(request), nodes_held(Permission.EDIT_PEOPLE)
    nodes = held if place is None else sorted(set(held) & places.nodes_below(place.id))
    page = page_of(queries.pairs(nodes), request.GET.get("page", ""), size=ROWS)
    names = places.names({one.node_id for pair in page.rows for one in (pair.one, pair.other)})
    rows = [
        ([_told(one, names) for one in (pair.one, pair.other)], [gettext(REASONS[why]) for why in pair.why])
        for pair in page.rows
    ]
    return render(request, "people/alike.html", {"now": request.now, "page": page, "rows": rows})


@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def decide(request: StaffRequest) -> HttpResponse:
    """Merge the other with the one who is kept, or keep both apart."""
    keep, other = (_person(request.POST.get(name, "")) for name in ("keep", "other"))
    try:
        if "apart" in request.POST:
            actions.keep_apart(keep, other, by=request.staff, at=request.now)
            messages.success(request, gettext("They stay two. You are not asked about them again."))
        else:
            actions.merge_people(keep, other, by=request.staff, at=request.now)
            messages.success(request, gettext("They are one now. You can part them again under “Merged”."))
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, of_refusal(refusal).text)
    return HttpResponseRedirect(reverse("people:alike") + query_of(place=request.GET.get("place")))


@require_safe
@require_permission(Permission.EDIT_PEOPLE)
def merged(request: StaffRequest) -> HttpResponse:
    """Who was merged with whom, newest first."""
    place, held = place_of(request), nodes_held(Permission.EDIT_PEOPLE)
    nodes = held if place is None else sorted(set(held) & places.nodes_below(place.id))
    people = Exists(Person.objects.filter(pk=OuterRef("subject")))
    merges = SameSubject.objects.filter(people, node_id__in=nodes, ended_at=None).select_related("merged_by")
    page = page_of(merges.order_by("-merged_at", "-pk"), request.GET.get("page", ""))
    shown = queries.shown_many({id for row in page.rows for id in (row.subject, row.same_as)})
    rows = [(row, shown.get(row.same_as), shown.get(row.subject)) for row in page.rows]
    return render(request, "people/merged.html", {"now": request.now, "page": page, "rows": rows})


@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def part(request: StaffRequest, id: UUID) -> HttpResponse:
    """They are two after all."""
    actions.part_subjects(actions.merge_at(id), by=request.staff, at=request.now)
    messages.success(request, gettext("They are two again, each with everything as before."))
    return HttpResponseRedirect(reverse("people:merged") + query_of(place=request.GET.get("place")))


def _person(text: str) -> Person:
    try:
        return queries.person_at(UUID(text))
    except ValueError:
        raise NotFound("This person is not known here.") from None


def _told(person: Person, names: dict[int, str]) -> tuple[PersonShown, str, list[tuple[str, str]], Person]:
    return queries.shown(person), names.get(person.node_id, ""), links_of(person.pk, person.node_id), person
