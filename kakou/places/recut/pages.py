"""The page on which a unit is moved, split or merged: first what would move, then the act."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.places import queries
from kakou.places.events import registry
from kakou.places.models import Entrance, Recut, Unit
from kakou.places.recut.acting import merge_units, move_unit, split_unit, undo
from kakou.places.recut.forms import FORMS, MergeForm, MoveForm, SecondForm, SplitForm
from kakou.places.recut.preview import Preview, calls_of, cut_at, cuts_of, preview, undone_among
from kakou.places.recut.second import manage_on_behalf
from kakou.places.rules import TITLES, Act, UnitKind
from kakou.web.refusals.answers import of_refusal

Form = MoveForm | MergeForm | SplitForm
ACTS = tuple(FORMS)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PLACES)
def recut(request: StaffRequest, node: int) -> HttpResponse:
    """Three ways to cut; each shows what would move, and does it when told so a second time."""
    unit = queries.unit_at(node)
    if node not in nodes_held(Permission.EDIT_PLACES):
        raise NotFound("This place is not known here.")
    act = _act(request.POST.get("act") or request.GET.get("act"))
    form = FORMS[act](
        request.POST if request.method == "POST" else None, unit, nodes_held(Permission.EDIT_PLACES), _houses(node)
    )
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            if "sure" in request.POST:
                with transaction.atomic():  # whoever may not take the people along has not split the unit either
                    made = _do(act, unit, form, request)
                return _done(request, made)
            shown = _preview(act, unit, form)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
    return _page(request, unit, act, form, shown)


@require_POST
@require_permission(Permission.EDIT_PLACES)
def take_back(request: StaffRequest, id: UUID) -> HttpResponse:
    """The opposite of one cut, as long as nothing was cut there since."""
    made = undo(cut_at(id), reason=_("Undone by the opposite"), by=request.staff, at=request.now)
    return _done(request, made)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PLACES)
def second(request: StaffRequest, node: int) -> HttpResponse:
    """Who manages the unit on behalf of its own superior; the superior says so."""
    unit = queries.unit_at(node)
    if (unit.node.parent_id or node) not in nodes_held(Permission.EDIT_PLACES):
        raise NotFound("This place is not known here.")
    form = SecondForm(request.POST if request.method == "POST" else None, unit)
    if request.method == "POST" and form.is_valid():
        chosen, reason = form.cleaned_data["superior"], form.cleaned_data["reason"]
        superior = queries.unit_at(chosen) if chosen else None
        try:
            manage_on_behalf(unit, superior=superior, reason=reason, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _("Done, with your name, the time and why."))
            return HttpResponseRedirect(reverse("places:unit", args=[node]))
    context = {"now": request.now, "unit": unit, "kind": _(TITLES[UnitKind(unit.kind)]), "form": form}
    return render(request, "places/second.html", context, status=422 if form.errors else 200)


def _act(word: str | None) -> Act:
    return next((act for act in ACTS if act == word), Act.MOVED)


def _houses(node: int) -> bool:
    houses = registry.buildings
    return houses is not None and node in nodes_held(houses.permission)


def _buildings(form: Form) -> list[str]:
    return str(form.cleaned_data.get("buildings") or "").split()


def _preview(act: Act, unit: Unit, form: Form) -> Preview:
    given = form.cleaned_data
    if act is Act.SPLIT:
        nodes = {n for top in _chosen(given) for n in queries.nodes_below(top)}
        shown = preview(nodes, unit.node_id, unit.node.parent_id or unit.node_id)
        if (words := _buildings(form)) and registry.buildings:
            shown.counts.append((_("Residents by their buildings"), registry.buildings.count(unit.node_id, words)))
        return shown
    other = queries.unit_at(given["other"])
    below = queries.nodes_below(unit.node_id)
    if act is Act.MERGED:  # its entrances leave the unit itself: whoever works there loses sight of them
        return preview(below, unit.node_id, other.node_id, calls_of(unit, other))
    return preview(below, unit.node.parent_id, other.node_id)


def _chosen(given: dict[str, list[int]]) -> list[int]:
    return [*given.get("entrances", ()), *given.get("inside", ())]


def _do(act: Act, unit: Unit, form: Form, request: StaffRequest) -> Recut:
    given, by, at = form.cleaned_data, request.staff, request.now
    if act is Act.MOVED:
        return move_unit(unit, parent=queries.unit_at(given["other"]), reason=given["reason"], by=by, at=at)
    if act is Act.MERGED:
        return merge_units(unit, into=queries.unit_at(given["other"]), reason=given["reason"], by=by, at=at)
    made, cut = split_unit(
        unit,
        name=given["name"],
        entrances=list(Entrance.objects.filter(node_id__in=given.get("entrances", ()))),
        inside=list(Unit.objects.select_related("node").filter(node_id__in=given.get("inside", ()))),
        reason=given["reason"],
        by=by,
        at=at,
    )
    if (words := _buildings(form)) and registry.buildings:
        registry.buildings.follow(unit.node_id, made.node_id, words, request.staff, request.now)
    return cut


def _done(request: StaffRequest, made: Recut) -> HttpResponse:
    messages.success(request, _("Done, with your name, the time and why."))
    return HttpResponseRedirect(reverse("places:unit", args=[made.node_id]))


def _page(request: StaffRequest, unit: Unit, act: Act, form: Form, shown: Preview | None) -> HttpResponse:
    cuts = cuts_of(unit.node_id)
    undone = undone_among(cuts)
    names = queries.names({n for cut in cuts for n in (cut.node_id, cut.other_id)})
    context = {
        "now": request.now,
        "unit": unit,
        "kind": _(TITLES[UnitKind(unit.kind)]),
        "act": act.value,
        "acts": [(one.value, _(WORDS[one])) for one in ACTS],
        "lead": _(LEADS[act]),
        "form": form,
        "shown": shown,
        "counts": [(_(what), many) for what, many in shown.counts] if shown else [],
        "cuts": [
            (cut, _(TITLES[Act(cut.act)]), names.get(cut.node_id, ""), names.get(cut.other_id, ""), cut.pk in undone)
            for cut in cuts
        ],
    }
    return render(request, "places/recut.html", context, status=422 if form.errors else 200)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


WORDS = {Act.MOVED: N_("Move"), Act.SPLIT: N_("Split"), Act.MERGED: N_("Merge")}
LEADS = {
    Act.MOVED: N_("The unit and all inside it hang under another superior from now on; whoever works there sees it."),
    Act.SPLIT: N_(
        "A new unit of the same kind stands beside this one, under the same management; what you choose goes there."
        " Rules of gates that were set at this unit are not copied: set them there anew."
    ),
    Act.MERGED: N_("The unit becomes a part of another: its entrances lead there, its residents keep their address."),
}
