"""A Refusal raised anywhere below a page becomes its answer; so does a database that is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from kakou.kernel.errors import Refusal
from kakou.web.refusals.answers import give, of_refusal, of_status
from kakou.web.shell.here import place_of

# what a login writes (its tries are counted, refusals told to the audit) stands, whatever becomes of its page
LOGIN = ("account_", "mfa_")


class RefusalMiddleware:
    """Last in the list: nearest to the view, inside the scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A page's address with a NUL in it, which nobody types and no database keeps: 400. One about a place that is
        not theirs is refused before anything is done for it, so that what it comes to tells nothing. Doors for programs
        word their refusals themselves."""
        if getattr(view, "csrf_exempt", False):
            return None
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return give(request, of_status(400))
        if not (request.user.is_authenticated or is_login(request)):
            return None  # a stranger is asked to log in first
        try:
            place_of(request)
        except (Refusal, OperationalError, InterfaceError) as refused:
            return self.process_exception(request, refused)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what is expected; None leaves the rest to Django's own handling, a 500."""
        if isinstance(exception, Refusal):
            response = give(request, of_refusal(exception))
            # an action undoes its own savepoint; a page that wrote before it was refused must leave nothing either
            if transaction.get_connection().in_atomic_block and not is_login(request):
                transaction.set_rollback(True)
            return response
        if isinstance(exception, OperationalError | InterfaceError):
            return give(request, of_status(503))
        return None


def is_login(request: HttpRequest) -> bool:
    """Is it a page of logging in, of the second factor or of proving it again?"""
    return bool(request.resolver_match and request.resolver_match.view_name.startswith(LOGIN))
