"""One transaction per request, within what the signed-in person may see. After SecondFactorMiddleware."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from kakou.access.login.factor import is_proven
from kakou.access.models import Staff
from kakou.access.scope.acting import acting_for, nodes_of
from kakou.access.viewing.looking import Held, looking
from kakou.kernel.errors import NotAllowed
from kakou.kernel.time import now
from kakou.web.refusals.answers import give, of_refusal
from kakou.web.refusals.middleware import is_login
from kakou.web.sheets.writing import MARK

LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
# what is about one's own session and desk
OWN = frozenset({"access:view_as_end", "access:still_here", "account_logout", "web:language", "web:theme"})


class ScopeMiddleware:
    """Sets both walls around the view. Streaming bodies run after it and so see nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer within the scope of `request.user`; what ends in a 5xx leaves nothing behind but tries of a
        login."""
        nodes: Held = nodes_of(request.user) if isinstance(request.user, Staff) and is_proven(request) else {}
        looked = looking(request, nodes, at=now()) if nodes else None
        if looked is not None:
            request.META["kakou.looks"] = looked
            nodes = looked.seen
        MARK.set(_mark(request))
        with acting_for(nodes) as seen:
            request.META["kakou.seen"] = seen  # what the page shows is at least as new: its live feed goes on from here
            response = self.get_response(request)
            if response.status_code >= 500 and not is_login(request):
                transaction.set_rollback(True)  # inner layers turned the exception into a response
            return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Whoever looks as somebody else changes nothing, whatever page he is on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if "kakou.looks" not in request.META or request.method in LOOKS or name in OWN:
            return None
        refused = NotAllowed(
            "You look as somebody else: nothing can be changed meanwhile. End it at the top of the page."
        )
        return give(request, of_refusal(refused))


def _mark(request: HttpRequest) -> str:
    """What a sheet that this request hands out says of itself."""
    if not isinstance(request.user, Staff):
        return ""
    return f"{request.user.display or request.user.username} · {timezone.localtime():%Y-%m-%d %H:%M}"
