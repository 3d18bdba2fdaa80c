"""Pages of places: the tree, one unit with its entrances, and bringing them in from a sheet."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime, make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.pages.incoming import take_or_set_aside
from kakou.access.queries import holders_of
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.places import actions, queries
from kakou.places.chain.naming import keep_photo
from kakou.places.chain.pages import who_may_call
from kakou.places.chain.reading import answering, gaps, photo_of
from kakou.places.events import unit_links
from kakou.places.forms import ManagementForm, StateForm
from kakou.places.models import Entrance, Unit
from kakou.places.rules import TITLES, EntranceKind, EntranceState, Management, PlaceRefused, UnitKind
from kakou.places.sheets import LIST, places_sheet
from kakou.web.kit.handing_out import sheet_answer
from kakou.web.kit.importing import Done, bring_in_sheet
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@require_GET
@require_permission(Permission.SEE_PLACES)
def tree(request: StaffRequest) -> HttpResponse:
    """Every unit in scope as an indented table; with a place in the URL, that part of the tree."""
    place = place_of(request)
    branches = queries.tree(request.now)
    if place is not None:
        inside = queries.nodes_below(place.id)
        branches = [branch for branch in branches if branch.unit.node_id in inside]
    rows = [(branch, _(TITLES[UnitKind(branch.unit.kind)]), _(TITLES[branch.management])) for branch in branches]
    context = {
        "now": request.now,
        "rows": rows,
        "alone": [(entrance, _(TITLES[EntranceState(entrance.state)])) for entrance in queries.entrances_alone()],
        "gaps": gaps([branch.unit.node_id for branch in branches if branch.unit.merged_into_id is None]),
        "managed": sum(branch.management is not Management.OPEN for branch in branches),
        "entrances": sum(len(branch.entrances) for branch in branches),
        "sealed": sum(e.state == EntranceState.SEALED for branch in branches for e in branch.entrances),
        "may_import": bool(nodes_held(Permission.EDIT_PLACES)),
    }
    return render(request, "places/tree.html", context)


@require_GET
@require_permission(Permission.SEE_PLACES)
def unit(request: StaffRequest, node: int) -> HttpResponse:
    """One unit: what is known of it, its entrances, the units inside, under which rules it stood."""
    return _unit_page(request, queries.unit_at(node))


@require_POST
@require_permission(Permission.EDIT_PLACES)
def manage(request: StaffRequest, node: int) -> HttpResponse:
    """Put the unit under a rule."""
    found = queries.unit_at(node)
    form = ManagementForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.manage(
                found, management=Management(given["management"]), starts_at=given["starts_at"],
                ends_at=given["ends_at"], by=request.staff, at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _("Kept, with your name and the time."))
            return HttpResponseRedirect(reverse("places:unit", args=[node]) + query_of(place=request.GET.get("place")))
    return _unit_page(request, found, form)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PLACES)
def state(request: StaffRequest, node: int) -> HttpResponse:
    """Seal, open or shut one entrance."""
    entrance = queries.entrance_at(node)
    posted = request.method == "POST"
    form = StateForm(
        request.POST if posted else None, request.FILES if posted else None, openers=_openers(entrance),
        initial={
            "state": entrance.state, "material": entrance.seal_material, "opener": entrance.opener_id,
            "sealed_on": localtime(entrance.sealed_at).date() if entrance.sealed_at else None,
        },
    )  # fmt: skip
    if posted and form.is_valid() and _set_state(request, entrance, form):
        return HttpResponseRedirect(reverse("places:unit", args=[entrance.unit.node_id]))
    context = {"now": request.now, "entrance": entrance, "kind": _(TITLES[EntranceKind(entrance.kind)]), "form": form,
               "photo": photo_of(node)}  # fmt: skip
    return render(request, "places/state.html", context, status=422 if form.errors else 200)


EARLIEST = 2000


def _openers(entrance: Entrance) -> list[tuple[int, str]]:
    """Whoever works over the place, and who opens it now."""
    staff = [who for who, _role in holders_of(Permission.SEE_PLACES, entrance.node_id)]
    if entrance.opener and entrance.opener not in staff:
        staff.append(entrance.opener)
    return [(who.pk, who.display or who.username) for who in staff]


def _since(day: dt.date | None, entrance: Entrance) -> dt.datetime | None:
    """Midnight of that day, or the moment that was kept when it is of that day."""
    if day is None:
        return None
    if day.year < EARLIEST:
        raise PlaceRefused("Nobody sealed it before %(year)d.", year=EARLIEST)
    if entrance.sealed_at and localtime(entrance.sealed_at).date() == day:
        return entrance.sealed_at
    return make_aware(dt.datetime.combine(day, dt.time()))


def _set_state(request: StaffRequest, entrance: Entrance, form: StateForm) -> bool:
    given = form.cleaned_data
    chosen = [who for who, _role in holders_of(Permission.SEE_PLACES, entrance.node_id) if who.pk == given["opener"]]
    opener = entrance.opener if given["opener"] == entrance.opener_id else next(iter(chosen), None)
    try:
        with transaction.atomic():
            if given["photo"] is not None:
                keep_photo(entrance, given["photo"], by=request.staff, at=request.now)
            actions.set_entrance_state(
                entrance, state=EntranceState(given["state"]), material=given["material"].strip(), opener=opener,
                sealed_at=_since(given["sealed_on"], entrance), by=request.staff, at=request.now,
            )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return False
    messages.success(request, _("Kept, with your name and the time."))
    return True


@require_GET
@require_permission(Permission.SEE_PLACES)
def sheet(request: StaffRequest) -> HttpResponse:
    """The places as the sheet that is brought in, with all that is known; names and telephones for whoever may call."""
    place, call = place_of(request), who_may_call()
    within = queries.nodes_below(place.id) if place else None
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    book = places_sheet(request.now, language=language, within=within, may_call=call)
    audit.record(
        "places.handed_out", subject=None, by=request.staff.pk, at=request.now, node=place.id if place else None
    )
    return sheet_answer(book, name="places")


@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PLACES)
def bring_in(request: StaffRequest) -> HttpResponse:
    """Units and entrances from a sheet: all of it or nothing, problems by row and column."""

    then = reverse("places:tree")

    def take(content: bytes, name: str, dry_run: bool) -> Done | HttpResponse:
        return take_or_set_aside(request, LIST, content, name, {}, is_try=dry_run, then=then)

    return bring_in_sheet(request, take, template="places/import.html", then=then)


def _unit_page(request: StaffRequest, found: Unit, form: ManagementForm | None = None) -> HttpResponse:
    may_edit = found.node_id in nodes_held(Permission.EDIT_PLACES)
    entrances = [
        (one, _(TITLES[EntranceKind(one.kind)]), _(TITLES[EntranceState(one.state)]))
        for one in found.entrances.order_by("name")
    ]
    second = Unit.objects.filter(node_id=found.node.second_superior_id or 0).first()
    answers = answering([found.node_id, *([second.node_id] if second else [])], may_call=who_may_call())
    context = {
        "now": request.now,
        "unit": found,
        "whole": Unit.objects.filter(pk=found.merged_into_id).first() if found.merged_into_id else None,
        "kind": _(TITLES[UnitKind(found.kind)]),
        "who": answers.get(found.node_id),
        "second": second,
        "second_who": answers.get(second.node_id) if second else None,
        "managed": queries.managed_by(found.node_id),
        "may_second": (found.node.parent_id or found.node_id) in nodes_held(Permission.EDIT_PLACES),
        "management": _(TITLES[queries.management_of(found, request.now)]),
        "path": queries.path_of(found.node_id)[:-1],
        "entrances": entrances,
        "inside": [(one, _(TITLES[UnitKind(one.kind)])) for one in queries.units_inside(found.node_id)],
        "periods": [(period, _(TITLES[Management(period.management)])) for period in queries.periods_of(found)],
        "links": [
            (_(link.msgid), reverse(link.url_name, args=[found.node_id]))
            for link in unit_links()
            if found.node_id in nodes_held(link.permission)
        ],
        "form": (form or ManagementForm()) if may_edit else None,
        "may_edit": may_edit,
    }
    return render(request, "places/unit.html", context, status=422 if form and form.errors else 200)
