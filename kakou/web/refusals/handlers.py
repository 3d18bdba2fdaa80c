"""Django's own error pages in our words. Named in `kakou.config.urls`: handler400, 403, 404, 500; and for axes 429."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from kakou.kernel.errors import Refusal
from kakou.web.refusals.answers import give, of_refusal, of_status


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 when it was only too much to read."""
    return give(request, of_status(413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent) else 400))


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return give(request, of_status(403))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return give(request, of_status(404))


def broken(request: HttpRequest) -> HttpResponse:
    """500; 503 when it was the database that is away, met outside a view (in a middleware)."""
    cause = sys.exception()
    if isinstance(cause, Refusal):
        return give(request, of_refusal(cause))
    return give(request, of_status(503 if isinstance(cause, OperationalError | InterfaceError) else 500))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose CSRF token is missing or old (CSRF_FAILURE_VIEW)."""
    return give(request, of_status(403))


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """429 after too many wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    return give(request, of_status(429))
