"""Who may open a page. What a page then shows is limited again by both walls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django_scopes import get_scope

from kakou.access.events import registry
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.kernel.errors import NotAllowed
from kakou.kernel.time import now

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of a signed-in member of staff: who asks, and the one moment by which the whole page goes."""

    staff: Staff
    now: dt.datetime


View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def require_permission(*permissions: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Open the page to whoever holds one of `permissions` over some place; strangers are sent to the login page.

    Raises NotAllowed for the rest. Over *which* places is the walls' business, not this gate's.
    """

    def guard(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, Staff):
                return to_login(request)
            if not any(shown_to(request, permission) for permission in permissions):
                raise NotAllowed("Your role does not open this page.")
            asked = cast(StaffRequest, request)
            asked.staff, asked.now = request.user, now()
            return view(asked, *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]  # read by the role matrix
        return guarded

    return guard


def shown_to(request: HttpRequest, permission: Permission) -> frozenset[int]:
    """The nodes over which gates and menus go by `permission`: one's own, or those of whom one looks as. Never what
    rows are read by: that is `nodes_held` and both walls."""
    looked = request.META.get("kakou.looks")
    held = looked.shown[permission] if looked else get_scope().get(permission.value, ())
    return frozenset(held)


def to_login(request: HttpRequest) -> HttpResponse:
    """To the login page and back here; a part of a page sends the whole page there, back to the page it stood on."""
    if request.path == "/" and (elsewhere := registry.way_in()):
        return HttpResponseRedirect(elsewhere)
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    here = urlsplit(request.headers.get("HX-Current-URL", "/"))
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = redirect_to_login(here.path + (f"?{here.query}" if here.query else "")).url
    return answer


def nodes_held(permission: Permission) -> list[int]:
    """The nodes over which whoever acts now holds `permission`."""
    return list(get_scope().get(permission.value, ()))
