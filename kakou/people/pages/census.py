"""The residents' list: brought in, looked at, taken back, and handed out as a sheet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access import exporting
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.pages.exports import ask_somebody
from kakou.access.pages.incoming import take_or_set_aside
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.people.census import LIST, census_sheet, obstacles, undo_import
from kakou.people.census.handing_out import EXPORT, listed, plain_census_sheet
from kakou.people.census.undoing import import_at
from kakou.people.forms import CensusForm, ReasonForm
from kakou.people.models import CensusImport
from kakou.places import queries as places
from kakou.web.events import registry
from kakou.web.kit.handing_out import sheet_answer
from kakou.web.kit.importing import Done, SheetForm, bring_in_sheet
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@require_safe
@require_permission(Permission.EDIT_PEOPLE)
def imports(request: StaffRequest) -> HttpResponse:
    """Every list that was brought in, newest first, and how many live here."""
    nodes = _nodes(request, Permission.EDIT_PEOPLE)
    rows = CensusImport.objects.filter(node_id__in=nodes).select_related("imported_by").order_by("-imported_at", "-pk")
    page = page_of(rows, request.GET.get("page", ""))
    names = places.names({row.node_id for row in page.rows})
    context = {
        "now": request.now,
        "page": page,
        "rows": [(row, names.get(row.node_id, "")) for row in page.rows],
        "residents": listed(nodes).count(),
        "may_unmask": bool(nodes_held(Permission.REVEAL)),
    }
    return render(request, "people/census.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.EDIT_PEOPLE)
def bring_in(request: StaffRequest) -> HttpResponse:
    """A list from a file or from the clipboard: all of it or nothing, problems by row and column."""
    place = place_of(request)
    units = [(unit.node_id, unit.name) for unit in places.units_on(nodes_held(Permission.EDIT_PEOPLE))]
    form: list[CensusForm] = []

    def asks(*given: object) -> SheetForm:
        form.append(CensusForm(*given, units=units, initial={"unit": place.id if place else None}))
        return form[0]

    then = reverse("people:census") + query_of(place=place.id if place else None)

    def take(content: bytes, name: str, dry_run: bool) -> Done | HttpResponse:
        given = form[0].cleaned_data
        chosen = {"node": given["unit"], "category": given["category"]}
        return take_or_set_aside(request, LIST, content, name, chosen, is_try=dry_run, then=then)

    return bring_in_sheet(request, take, template="people/census_import.html", then=then, asks=asks)


@require_safe
@require_permission(Permission.EDIT_PEOPLE)
def one(request: StaffRequest, id: UUID) -> HttpResponse:
    """One import: how much it brought, and whether it can be taken back."""
    return _page(request, import_at(id))


@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def undo(request: StaffRequest, id: UUID) -> HttpResponse:
    """Take it back."""
    census = import_at(id)
    try:
        undo_import(census, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, of_refusal(refusal).text)
        return _page(request, census, status=409)
    messages.success(request, gettext("The import is undone: the register stands as before."))
    return HttpResponseRedirect(reverse("people:census_import", args=[census.pk]))


@require_safe
@require_permission(Permission.EDIT_PEOPLE)
def sheet(request: StaffRequest) -> HttpResponse:
    """Who lives here, masked; brought in again it changes nothing."""
    data = census_sheet(_nodes(request, Permission.EDIT_PEOPLE), language=_language())
    return sheet_answer(data, name=f"residents-{timezone.localdate(request.now)}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.REVEAL)
def plain(request: StaffRequest) -> HttpResponse:
    """The same unmasked, for a stated reason that stands in the audit."""
    form = ReasonForm(request.POST or None)
    nodes, place = _nodes(request, Permission.REVEAL), _place(request)
    if form.is_bound and place is None:
        form.add_error(None, gettext("Choose a place first: a list is of one place."))
    if place is not None and form.is_valid():
        reason, by, at = form.cleaned_data["reason"], request.staff, request.now
        try:
            data = plain_census_sheet(nodes, place=place, language=_language(), reason=reason, by=by, at=at)
        except exporting.NeedsSecond:
            return ask_somebody(request, EXPORT, node=place, count=listed(nodes).count(), reason=reason)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", of_refusal(refusal).text)
        else:
            return sheet_answer(data, name=f"residents-{timezone.localdate(request.now)}")
    context = {"form": form, "many": listed(nodes).count(), "few": exporting.FEW}
    return render(request, "people/census_plain.html", context, status=422 if form.errors else 200)


def _page(request: StaffRequest, census: CensusImport, *, status: int = 200) -> HttpResponse:
    against = [] if census.undone_at else obstacles(census)
    context = {
        "now": request.now,
        "census": census,
        "where": places.names([census.node_id]).get(census.node_id, ""),
        "against": [(gettext(one.what), one.people) for one in against],
        "may_undo": census.undone_at is None and not against,
    }
    return render(request, "people/census_one.html", context, status=status)


def _nodes(request: StaffRequest, permission: Permission) -> list[int]:
    """Where I keep the register, within the place in the URL."""
    place = place_of(request)
    held = nodes_held(permission)
    return held if place is None else sorted(set(held) & places.nodes_below(place.id))


def _place(request: StaffRequest) -> int | None:
    """The place in the URL, or the only topmost one: what is handed out is of one place, whose list was released."""
    place = place_of(request)
    if place is not None:
        return place.id
    top = registry.places.below(request, None)
    return top[0].id if len(top) == 1 else None


def where_in_plain(node: int, _detail: str) -> str:
    """The page on which the list of that place is taken unmasked."""
    return reverse("people:census_plain") + query_of(place=node)


def _language() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"
