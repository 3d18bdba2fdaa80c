"""Who is away from his desk is logged out: how long after, by what he may do, stands in one table.

A page that fetches itself again is nobody's sign of life: the script of the shell says which requests are such.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_scopes import get_scope

from kakou.access.login.factor import is_proven
from kakou.access.models import Staff
from kakou.access.pages.guard import to_login
from kakou.access.rules import P
from kakou.kernel.time import from_ms, now, to_ms

OTHERS = dt.timedelta(minutes=60)
# the shortest of whatever somebody holds counts
IDLE: Mapping[P, dt.timedelta] = {
    P.REVEAL: dt.timedelta(minutes=15),
    P.RELEASE_NAMES: dt.timedelta(minutes=15),
    P.MANAGE_STAFF: dt.timedelta(minutes=15),
    P.SEE_AUDIT: dt.timedelta(minutes=30),
    P.TRACE: dt.timedelta(minutes=30),
    P.IMPORT_LEDGER: dt.timedelta(minutes=30),
}
LONGEST = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)  # from the login on, however busy
# what a page waits longer than its own warning says, so that a page that still asks ends first
GRACE = dt.timedelta(minutes=2)
NOTED = dt.timedelta(seconds=30)  # how often a sign of life is written down
SEEN, SINCE, BY_ITSELF = "kakou.seen", "kakou.since", "X-Kakou-By-Itself"


def idle_for(held: Collection[P]) -> dt.timedelta:
    """How long somebody who holds these permissions may be away."""
    return min((span for permission, span in IDLE.items() if permission in held), default=OTHERS)


def allowed_now(request: HttpRequest) -> dt.timedelta:
    """The same of whoever asks; who looks as somebody else is an administrator all the same."""
    if "kakou.looks" in request.META:
        return IDLE[P.MANAGE_STAFF]
    held = get_scope()
    return idle_for([permission for permission in P if held.get(permission.value)])


class IdleMiddleware:
    """Inside ScopeMiddleware, by which it knows what somebody may do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """End a session that nobody has sat at; else note the sign of life."""
        if not isinstance(request.user, Staff) or not is_proven(request):
            return None
        at = now()
        seen = request.session.get(SEEN)
        away = at - from_ms(seen) if isinstance(seen, int) else dt.timedelta()
        # noting a sign of life makes the session last anew: how long it lasts at all is counted here
        since = request.session.setdefault(SINCE, to_ms(at))
        if away > allowed_now(request) + GRACE or at - from_ms(since) > LONGEST:
            logout(request)
            return _ended(request)
        if seen is None or (away > NOTED and BY_ITSELF not in request.headers):
            request.session[SEEN] = to_ms(at)
        return None


def _ended(request: HttpRequest) -> HttpResponse:
    """A part of a page, or its script, is told and stays as it is; a page goes to the login."""
    if request.headers.get("HX-Request") != "true" and BY_ITSELF not in request.headers:
        return to_login(request)
    answer = HttpResponse(status=401)
    answer["HX-Trigger"] = "kakou-idle"
    answer["HX-Reswap"] = "none"
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def still_here(request: HttpRequest) -> HttpResponse:
    """The script's sign of life, and what a page needs to go on after a new login; POST: nobody is here any more."""
    if not isinstance(request.user, Staff):
        return JsonResponse({"text": _("You are logged out.")}, status=401)
    if request.method == "POST":
        logout(request)
        return HttpResponse(status=204)
    return JsonResponse({"csrf": get_token(request), "viewer": request.user.pk})
