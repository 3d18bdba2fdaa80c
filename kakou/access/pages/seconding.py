"""Deciding on a page on what somebody else asked for."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from kakou.kernel.errors import Refusal
from kakou.web.refusals.answers import of_refusal


def decided(request: HttpRequest, settle: Callable[[], None], done: str) -> None:
    """Settle it and say `done`, or why it cannot be settled any more or not by the reader."""
    try:
        settle()
    except Refusal as refusal:
        if refusal.status not in (403, 409):
            raise
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, done)
