"""View as: choose a role at a place, or an account; end it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.models import Node, Staff
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission, to_login
from kakou.access.roster.queries import account_for
from kakou.access.rules import ROLES, Permission, Role
from kakou.access.viewing.looking import LASTS, begin_as_account, begin_as_role, end
from kakou.kernel.errors import NotFound
from kakou.kernel.time import now
from kakou.web.shell.here import place_of


@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def choose(request: StaffRequest) -> HttpResponse:
    """Every role at the place in the URL; with `staff` an account."""
    place = place_of(request)
    if place is not None and place.id not in nodes_held(Permission.MANAGE_STAFF):
        raise NotFound("There is no such place, or it is not one of yours.")
    if request.method == "POST" and request.POST.get("staff", ""):
        return _as_account(request, request.POST["staff"])
    role = request.POST.get("role", "")
    if request.method == "POST" and place is not None and role in set(Role):
        node = Node.objects.get(pk=place.id)
        begin_as_role(request, Role(role), node, called=place.name, by=request.staff, at=request.now)
        return redirect("/")
    roles = [(one.value, _(ROLES[one].title), _(ROLES[one].sentence)) for one in Role]
    context = {"roles": roles, "minutes": LASTS.seconds // 60}
    return render(request, "access/view_as.html", context, status=422 if request.method == "POST" else 200)


def _as_account(request: StaffRequest, given: str) -> HttpResponse:
    id = int(given) if given.isdecimal() and len(given) < 10 else 0
    staff, _entry, _node = account_for(id, nodes_held(Permission.MANAGE_STAFF))
    begin_as_account(request, staff, by=request.staff, at=request.now)
    return redirect("/")


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Look as oneself again."""
    if not isinstance(request.user, Staff):
        return to_login(request)
    end(request, why="asked", at=now())
    return redirect("access:view_as")
