"""One transaction per request, within what the signed-in person may see. After SecondFactorMiddleware."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from kakou.access.login.factor import is_proven
from kakou.access.models import Staff
from kakou.access.scope.acting import acting_for, nodes_of


class ScopeMiddleware:
    """Sets both walls around the view. Streaming bodies run after it and so see nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer within the scope of `request.user`; what ends in a 5xx leaves nothing behind."""
        nodes = nodes_of(request.user) if isinstance(request.user, Staff) and is_proven(request) else {}
        with acting_for(nodes) as seen:
            request.META["kakou.seen"] = seen  # what the page shows is at least as new: its live feed goes on from here
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)  # inner layers turned the exception into a response
            return response
