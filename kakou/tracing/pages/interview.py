"""Writing down a contact as the interview goes on: found or registered, kept, and the form stands ready for the next.

By keyboard alone: who, Enter; the one who is meant, Enter. When, as what and of which case stay as they were.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.actions.finding import find
from kakou.ledger.pages.frame import where_names
from kakou.people import actions as register
from kakou.people import queries as people
from kakou.people.actions import AlreadyKnown, NewPerson
from kakou.people.models import Person
from kakou.people.queries import PersonShown
from kakou.people.rules import AddressRefused, Category, DocumentRefused, NameRefused, PhoneRefused
from kakou.places import queries as places
from kakou.tracing.actions.cases import NewContact, involve
from kakou.tracing.actions.mates import find_mates
from kakou.tracing.forms.contact import NEW, UNKNOWN, ContactForm, NewcomerForm, guessed
from kakou.tracing.models import Involved, Outbreak
from kakou.tracing.pages.frame import number_of
from kakou.tracing.pages.words import GRADES, mates_told
from kakou.tracing.policy import Grade
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries.known import in_outbreak
from kakou.tracing.rules.standing import Origin
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

MOST = 9  # found at once: more than one screen tells nobody apart
KEPT = ("last", "grade", "case")
FIELD_OF = {
    NameRefused: "name", DocumentRefused: "document", PhoneRefused: "phone", AddressRefused: "address",
    AlreadyKnown: "document",
}  # fmt: skip


class Meant(NamedTuple):
    """Somebody found: masked, where he lives, and whether he is in the outbreak already."""

    shown: PersonShown
    home: str
    known: Involved | None


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.TRACE)
def interview(request: StaffRequest, id: UUID) -> HttpResponse:
    """See the module. What is typed goes in the request's body; what is kept for the next goes in the address."""
    outbreak = queries.outbreak_at(id)
    if request.method != "POST":
        kept = {name: request.GET[name] for name in KEPT if name in request.GET}
        return _page(request, outbreak, _form(request, outbreak, initial=kept))
    words, searched = (request.POST.get(name, "").strip() for name in ("words", "searched"))
    if words and words != searched:
        return _found(request, outbreak, words)
    form, newcomer = _form(request, outbreak, request.POST), None
    who = request.POST.get("who", "")
    if who == NEW:
        newcomer = NewcomerForm(request.POST, units=units_to_register_at())
    fits = form.is_valid()
    if newcomer is not None and not newcomer.is_valid():
        fits = False
    if fits and (kept_for := _keep(request, outbreak, form, newcomer, who)) is not None:
        return HttpResponseRedirect(kept_for)
    return _page(
        request, outbreak, form, newcomer=newcomer, meant=_meant(outbreak, request.POST.getlist("found")),
        searched=words, who=who,
    )  # fmt: skip


@require_POST
@require_permission(Permission.TRACE)
def mates(request: StaffRequest, id: UUID) -> HttpResponse:
    """Household and vehicle mates of a case are proposed."""
    found = queries.involved_at(id)
    try:
        told = find_mates(found, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, mates_told(told.counts))
    return HttpResponseRedirect(reverse("tracing:person", args=[id]) + _place(request))


def _found(request: StaffRequest, outbreak: Outbreak, words: str) -> HttpResponse:
    """Whom the words may mean; nobody: the fields of somebody new."""
    ids = [
        str(one.subject)
        for one in find(words[:64], by=request.staff, at=request.now)
        if isinstance(one.shown, PersonShown)
    ]
    meant = _meant(outbreak, ids[: MOST + 1])
    newcomer = NewcomerForm(units=units_to_register_at(), initial={**guessed(words), "unit": _unit(request, outbreak)})
    form = _form(request, outbreak, initial={name: request.POST.get(name, "") for name in ("words", *KEPT)})
    who = str(meant[0].shown.id) if meant else NEW
    return _page(
        request, outbreak, form, newcomer=newcomer, meant=meant[:MOST], searched=words, who=who,
        full=len(meant) > MOST,
    )  # fmt: skip


def _keep(
    request: StaffRequest, outbreak: Outbreak, form: ContactForm, newcomer: NewcomerForm | None, who: str
) -> str | None:
    """Keep the contact and give the address of the next; None with the trouble told on the forms."""
    given = form.cleaned_data
    try:
        person = _newcomer(request, newcomer) if newcomer is not None else people.person_at(_id(who))
        new = NewContact(
            person.pk, person.node_id, Grade(given["grade"]), Origin.INTERVIEW, last=given["last"], source=form.source()
        )
        (row,) = involve(outbreak, [new], by=request.staff, at=request.now)
    except Refusal as refusal:
        told, field = of_refusal(refusal).text, FIELD_OF.get(type(refusal))
        (newcomer if field and newcomer is not None else form).add_error(field if newcomer is not None else None, told)
        return None
    messages.success(
        request, _("%(name)s is written down: %(grade)s.")
        % {"name": people.shown(person).name, "grade": GRADES[Grade(row.proposed)].word},
    )  # fmt: skip
    kept = {name: request.POST.get(name, "").strip() for name in KEPT}
    place = place_of(request)
    return reverse("tracing:interview", args=[outbreak.pk]) + query_of(**kept, place=place.id if place else None)


def _newcomer(request: StaffRequest, form: NewcomerForm) -> Person:
    new = NewPerson(form.cleaned_data["unit"], form.facts(), Category.UNKNOWN)
    return register.write_down(new, by=request.staff, at=request.now)


def _id(who: str) -> UUID:
    try:
        return UUID(who)
    except ValueError:
        return UUID(int=0)  # nobody's


def _meant(outbreak: Outbreak, ids: list[str]) -> list[Meant]:
    shown = [
        one for one in people.shown_many([_id(id) for id in ids[: MOST + 1]]).values() if isinstance(one, PersonShown)
    ]
    homes = where_names({one.node_id for one in shown})
    known = in_outbreak(outbreak, [one.id for one in shown])
    order = {id: place for place, id in enumerate(ids)}
    found = [Meant(one, homes.get(one.node_id, ""), known.get(one.id)) for one in shown]
    return sorted(found, key=lambda one: order.get(str(one.shown.id), MOST))


def _form(
    request: StaffRequest, outbreak: Outbreak, *args: object, initial: dict[str, str] | None = None
) -> ContactForm:
    """The case that was opened last is likeliest to be the one that is being asked."""
    cases = [(str(one.pk), number_of(one)) for one in queries.cases_of(outbreak)]
    first = {"case": cases[-1][0] if cases else UNKNOWN}
    return ContactForm(*args, cases=cases, now=request.now, initial={**first, **(initial or {})})


def units_to_register_at() -> list[tuple[int, str]]:
    """Where the reader may register somebody whom he traces."""
    held = set(nodes_held(Permission.TRACE)) & set(nodes_held(Permission.EDIT_PEOPLE))
    return [(unit.node_id, unit.name) for unit in places.units_on(held)]


def _unit(request: StaffRequest, outbreak: Outbreak) -> int:
    """Where somebody new is likeliest to belong: to the place one is in, else to the case's."""
    place = place_of(request)
    if place is not None:
        return place.id
    case = request.POST.get("case", "")
    cases = [one for one in queries.cases_of(outbreak) if str(one.pk) == case]
    return cases[0].node_id if cases else outbreak.node_id


def _page(request: StaffRequest, outbreak: Outbreak, form: ContactForm, **more: object) -> HttpResponse:
    newcomer = more.get("newcomer")
    wrong = [one for one in (form, newcomer) if isinstance(one, ContactForm | NewcomerForm) and one.errors]
    latest = Involved.objects.filter(outbreak=outbreak, origin=Origin.INTERVIEW)
    context = {
        "now": request.now, "outbreak": outbreak, "form": form, "wrong": wrong, "new": NEW,
        "many": latest.count(), **more,
    }  # fmt: skip
    return render(request, "tracing/interview.html", context, status=422 if wrong else 200)


def _place(request: StaffRequest) -> str:
    place = place_of(request)
    return query_of(place=place.id if place else None)
