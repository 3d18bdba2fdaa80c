"""Households: who lives behind one door, whom to call for them, and who answers for whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound
from kakou.people import actions, queries
from kakou.people.actions import ProxyRefused
from kakou.people.events import person_links
from kakou.people.forms import ATTACHMENTS, CATEGORIES, RELATIONS, SPECIALS, AttachmentForm, ProxyForm
from kakou.people.models import Attachment, Person, Proxy
from kakou.people.queries import Household, PersonShown
from kakou.people.rules import AttachmentKind, Special
from kakou.places import queries as places
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class Row:
    """One of a household. `called`: masked, whom to call for him if not himself; `answers`: (proxy, masked name)."""

    shown: PersonShown
    relation: str
    special: list[str]
    category: str
    is_head: bool
    is_reached: bool
    called: str
    answers: list[tuple[Proxy, str]]
    links: list[tuple[str, str]]


@require_safe
@require_permission(Permission.SEE_PEOPLE)
def doors(request: StaffRequest) -> HttpResponse:
    """Every door of my units, or those where nobody has a telephone."""
    place, show = place_of(request), request.GET.get("show", "")
    held = nodes_held(Permission.SEE_PEOPLE)
    nodes = held if place is None else sorted(set(held) & places.nodes_below(place.id))
    page = page_of(queries.doors(nodes, unreached=show == UNREACHED), request.GET.get("page", ""))
    rows = queries.who_stands_for(page.rows)
    names = places.names({row.first.node_id for row in rows})
    context = {
        "now": request.now,
        "page": page,
        "rows": [(row, queries.shown(row.first), names.get(row.first.node_id, "")) for row in rows],
        "show": show if show == UNREACHED else "",
        "shows": [("", gettext("All")), (UNREACHED, gettext("Without a telephone"))],
    }
    return render(request, "people/households.html", context)


@require_safe
@require_permission(Permission.SEE_PEOPLE)
def household(request: StaffRequest, id: UUID) -> HttpResponse:
    """The household of one person."""
    return person_page(request, queries.person_at(id))


@never_cache
@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def answer(request: StaffRequest, id: UUID) -> HttpResponse:
    """Name who answers for a person."""
    person = queries.person_at(id)
    form = ProxyForm(request.POST, members=_adults(queries.household_of(person), person))
    if form.is_valid():
        given = form.cleaned_data
        try:
            answers = _meant(request, given["member"], given["number"])
            actions.name_proxy(person, answers, is_guardian=given["is_guardian"], by=request.staff, at=request.now)
        except (ProxyRefused, NotFound) as refusal:
            form.add_error("number" if given["number"] else "member", of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Kept, with your name and the time."))
            return HttpResponseRedirect(back_to(request, person.pk))
    return person_page(request, person, form)


@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def end(request: StaffRequest, id: UUID) -> HttpResponse:
    """He answers no more."""
    proxy = Proxy.objects.filter(pk=id).first()
    if proxy is None:
        raise NotFound("This is not known here.")
    actions.end_proxy(proxy, by=request.staff, at=request.now)
    messages.success(request, gettext("Kept, with your name and the time."))
    return HttpResponseRedirect(back_to(request, proxy.person_id))


def _meant(request: StaffRequest, member: str, number: str) -> Person:
    """Raises NotFound where the number is nobody's or several people's."""
    if member:
        return queries.person_at(UUID(member))
    if not {"document", "phone"} & set(queries.exactly_meant(number)):
        raise NotFound("Write a whole document number or telephone.")
    found = actions.find_by(number, queries.search, by=request.staff, at=request.now)
    if len(found) != 1:
        raise NotFound("The register knows nobody by this number, or several.")
    return queries.person_at(found[0].id)


def person_page(
    request: StaffRequest, person: Person, form: ProxyForm | None = None, attachment: AttachmentForm | None = None
) -> HttpResponse:
    """The household of a person, with what was wrong in one of its forms."""
    home = queries.household_of(person)
    may_edit = person.node_id in nodes_held(Permission.EDIT_PEOPLE)
    others = set(home.reached.values()) | {one.by.pk for answers in home.answers.values() for one in answers}
    names = {one.id: one.name for one in queries.shown_many(others).values() if isinstance(one, PersonShown)}
    context = {
        "now": request.now,
        "home": home,
        "person": queries.shown(person),
        "where": places.names([home.node_id]).get(home.node_id, ""),
        "rows": [_row(one, home, names) for one in home.members],
        "contact": names.get(home.contact, "") if home.contact else "",
        "may_edit": may_edit,
        "form": (form or ProxyForm(members=_adults(home, person))) if may_edit else None,
        "pictures": [(one, gettext(ATTACHMENTS[AttachmentKind(one.kind)])) for one in _pictures(person)],
        "attachment": (attachment or AttachmentForm()) if may_edit else None,
        "tried": next((one for one in (form, attachment) if one and one.errors), None),
        "may_unmask": person.node_id in nodes_held(Permission.REVEAL),
    }
    return render(request, "people/household.html", context, status=422 if context["tried"] else 200)


def _pictures(person: Person) -> QuerySet[Attachment]:
    rows = queries.rows_of([person.pk])[person.pk]
    return Attachment.objects.filter(person__in=rows).select_related("added_by").order_by("added_at", "pk")


def _row(one: PersonShown, home: Household, names: dict[UUID, str]) -> Row:
    relation, called = home.relations[one.id], home.reached.get(one.id)
    return Row(
        one,
        gettext(RELATIONS[relation]) if relation else "",
        [gettext(SPECIALS[Special(word)]) for word in one.special],
        gettext(CATEGORIES[one.category]),
        one.id == home.head,
        called is not None,
        names.get(called, "") if called and called != one.id else "",
        [(answer.proxy, names.get(answer.by.pk, "")) for answer in home.answers.get(one.id, ())],
        links_of(one.id, one.node_id),
    )


def links_of(id: UUID, node: int) -> list[tuple[str, str]]:
    """(words, address) of the pages about a person that the reader may open."""
    return [
        (gettext(link.msgid), reverse(link.url_name, args=[id]))
        for link in person_links()
        if node in nodes_held(link.permission)
    ]


def _adults(home: Household, person: Person) -> list[tuple[str, str]]:
    return [
        (
            str(one.id),
            f"{one.name} · {gettext(RELATIONS[relation])}" if (relation := home.relations[one.id]) else one.name,
        )
        for one in home.members
        if one.id != person.pk and Special.MINOR not in one.special
    ]


def back_to(request: StaffRequest, person: UUID) -> str:
    """The page of this person's household, or of whom he was merged into."""
    now = queries.standing([person]).get(person, person)
    return reverse("people:household", args=[now]) + query_of(place=request.GET.get("place"))
