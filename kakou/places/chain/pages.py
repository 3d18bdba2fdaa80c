"""The chain on a page that prints, and the page on which a place is told who answers for it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound, Refusal
from kakou.places import queries
from kakou.places.chain.forms import NamedForm, ServeForm
from kakou.places.chain.naming import end_responsible, name_responsible, serve, serve_no_more
from kakou.places.chain.reading import answering, chain, photo_shown, served, serving_at
from kakou.places.chain.rules import SERVED, SERVES, Named
from kakou.places.models import Unit
from kakou.places.rules import TITLES, UnitKind
from kakou.web.kit.files import as_sent
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of


def who_may_call() -> set[int]:
    """The nodes on which names and telephones are shown in full: to whoever directs there or keeps the places."""
    return {*nodes_held(Permission.DIRECT), *nodes_held(Permission.EDIT_PLACES)}


@never_cache
@require_GET
@require_permission(Permission.SEE_PLACES)
def shown(request: StaffRequest) -> HttpResponse:
    """Street, communities, units and gates with who answers, and where nobody does. Printed as it stands."""
    place = place_of(request)
    call = who_may_call()
    links = chain(request.now, within=queries.nodes_below(place.id) if place else None, may_call=call)
    plain = [link.node for link in links if link.who and link.node in call]
    if plain:
        audit.record(
            "places.chain_shown", subject=None, by=request.staff.pk, at=request.now, node=place.id if place else None,
            count=len(plain),
        )  # fmt: skip
    nodes = {link.node for link in links}
    context = {
        "now": request.now,
        "rows": [(link, _(TITLES[link.kind]), isinstance(link.kind, UnitKind)) for link in links],
        "gaps": [link for link in links if link.is_gap],
        "answered": sum(link.who is not None for link in links),
        "served": served(nodes),
        "mine": set(nodes_held(Permission.EDIT_PLACES)),
    }
    return render(request, "places/chain.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PLACES)
def answers(request: StaffRequest, node: int) -> HttpResponse:
    """Name who answers for a unit or an entrance; of a village, say which community serves it."""
    name, unit = _place(node)
    what = request.POST.get("what", "")
    named = NamedForm(request.POST if what == "named" else None)
    communities = list(Unit.objects.filter(kind__in=SERVES, merged_into=None).order_by("code", "name"))
    serving = ServeForm(request.POST if what == "serve" else None, communities)
    if request.method == "POST" and _done(request, node, unit, what, named, serving):
        messages.success(request, _("Kept, with your name and the time."))
        return HttpResponseRedirect(reverse("places:answers", args=[node]))
    may_be_served = unit is not None and UnitKind(unit.kind) in SERVED
    wrong = bool(named.errors or serving.errors) or (request.method == "POST")
    context = {
        "now": request.now,
        "name": name,
        "node": node,
        "back": reverse("places:unit", args=[node]) if unit else reverse("places:chain"),
        "who": answering([node], may_call=[node]).get(node),
        "named": named,
        "serving": serving if may_be_served else None,
        "served": served([node]) if may_be_served else [],
    }
    return render(request, "places/answers.html", context, status=422 if wrong else 200)


def _place(node: int) -> tuple[str, Unit | None]:
    if node not in nodes_held(Permission.EDIT_PLACES):
        raise NotFound("This place is not known here.")
    unit = Unit.objects.filter(node_id=node).first()
    return (unit.name if unit else queries.entrance_at(node).name), unit


def _done(request: StaffRequest, node: int, unit: Unit | None, what: str, named: NamedForm, serving: ServeForm) -> bool:
    by, at = request.staff, request.now
    if what == "ended":
        end_responsible(node, by=by, at=at)
        return True
    form = named if what == "named" else serving
    if not form.is_valid():
        return False
    given = dict(form.cleaned_data)
    try:
        if what == "named":
            name_responsible(node, Named(given["title"], given["name"], given["phone"]), by=by, at=at)
        elif unit is not None:
            serve(unit, queries.unit_at(given.pop("community")), by=by, at=at, **given)
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return False
    return True


@require_POST
@require_permission(Permission.EDIT_PLACES)
def remove(request: StaffRequest, id: int) -> HttpResponse:
    """A community serves a village no more."""
    found = serving_at(id)
    serve_no_more(found, by=request.staff, at=request.now)
    return HttpResponseRedirect(reverse("places:answers", args=[found.node_id]))


@require_GET
@require_permission(Permission.SEE_PLACES)
def photo(request: StaffRequest, id: UUID) -> HttpResponse:
    """The photo of a seal, as a picture and as nothing else."""
    return as_sent(*photo_shown(id))
