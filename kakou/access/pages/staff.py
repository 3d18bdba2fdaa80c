"""Who holds which role where: give one, take one back. Both are kept with who did it and when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access import actions
from kakou.access.events import registry as known
from kakou.access.forms import GrantForm
from kakou.access.models import Grant, Node
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.queries import grant_for, grants_over, staff_named
from kakou.access.rules import ROLES, Permission, Role
from kakou.kernel.errors import NotFound, Refusal
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@require_safe
@require_permission(Permission.MANAGE_STAFF)
def staff(request: StaffRequest) -> HttpResponse:
    """Every role over the place and below it, by account."""
    place = place_of(request)
    held = grants_over(nodes_held(Permission.MANAGE_STAFF), place.id if place else None)
    page = page_of(held, request.GET.get("page", ""))
    names = known.names(frozenset(grant.node_id for grant in page.rows))
    rows = [(grant, title_of(grant), names.get(grant.node_id, ""), _is_own(request, grant)) for grant in page.rows]
    return render(request, "access/staff.html", {"now": request.now, "page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def grant(request: StaffRequest) -> HttpResponse:
    """Give a role over the place in the URL; without one, the place is chosen first."""
    place = place_of(request)
    if place is not None and place.id not in nodes_held(Permission.MANAGE_STAFF):
        raise NotFound("There is no such place, or it is not one of yours.")
    form = GrantForm(request.POST if request.method == "POST" else None)
    if place is not None and form.is_valid() and _grant(request, place.id, form):
        return redirect(reverse("access:staff") + query_of(place=place.id))
    sentences = [(_(ROLES[role].title), _(ROLES[role].sentence)) for role in Role]
    return render(
        request, "access/grant.html", {"form": form, "sentences": sentences}, status=422 if form.errors else 200
    )


def _grant(request: StaffRequest, node: int, form: GrantForm) -> bool:
    chosen = staff_named(form.cleaned_data["username"].strip())
    if chosen is None or not chosen.is_active:
        form.add_error("username", _("There is no such account, or it is closed."))
        return False
    try:
        given = actions.grant_role(
            staff=chosen,
            role=Role(form.cleaned_data["role"]),
            node=Node.objects.get(pk=node),
            by=request.staff,
            at=request.now,
        )
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return False
    told = {"name": chosen.display or chosen.username, "role": title_of(given)}
    messages.success(request, _("%(name)s is %(role)s here from now on.") % told)
    return True


@require_POST
@require_permission(Permission.MANAGE_STAFF)
def end(request: StaffRequest, id: int) -> HttpResponse:
    """Take a role back: from the next page on that account sees and does no more of it."""
    found = grant_for(id, nodes_held(Permission.MANAGE_STAFF))
    place = place_of(request)
    try:
        actions.end_grant(found, by=request.staff, at=request.now)
    except Refusal as refusal:
        messages.error(request, of_refusal(refusal).text)
    else:
        told = {"name": found.staff.display or found.staff.username, "role": title_of(found)}
        messages.success(request, _("%(name)s is no longer %(role)s there.") % told)
    return redirect(reverse("access:staff") + query_of(place=place.id if place else None))


def title_of(grant: Grant) -> str:
    """The role in the reader's language."""
    return _(ROLES[Role(grant.role)].title)


def _is_own(request: StaffRequest, grant: Grant) -> bool:
    return grant.staff_id == request.staff.pk
