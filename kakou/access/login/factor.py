"""The second factor: until a session has shown one it opens nothing but the pages on which one is shown or set up.

An account of the drill has none; it works on this machine only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from kakou.access.login.adapter import on_this_machine
from kakou.access.login.ending import end_sessions
from kakou.access.models import Staff
from kakou.access.pages.guard import to_login

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes stand in for one, they are none
_ALWAYS = frozenset({"account_login", "account_logout", "web:language", "web:theme"})
TO_SET_UP = _ALWAYS | {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
TO_SHOW = _ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


def has_factor(staff: Staff) -> bool:
    """Has the account set one up?"""
    return bool(is_mfa_enabled(staff, FACTORS))


def is_proven(request: HttpRequest) -> bool:
    """Has whoever asks shown in this session all that the account must show? No query."""
    user = request.user
    if not isinstance(user, Staff):
        return False
    if user.is_drill:
        return on_this_machine(request)
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


class SecondFactorMiddleware:
    """Before ScopeMiddleware, which gives an unproven session the scope of nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Send an unproven session to where it is proven, from every page but those."""
        if not isinstance(request.user, Staff) or is_proven(request):
            return None
        if request.user.is_drill:  # it was carried off from this machine
            logout(request)
            return to_login(request)
        match, enrolled = request.resolver_match, has_factor(request.user)
        if match is not None and match.view_name in (TO_SHOW if enrolled else TO_SET_UP):
            return None
        if not enrolled:
            return _go(request, reverse("mfa_activate_totp"))
        here = request.get_full_path() if request.method == "GET" else "/"
        return _go(request, reverse("mfa_reauthenticate") + "?" + urlencode({"next": here}))


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """A part of a page sends the whole page there."""
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(url)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = url
    return answer


def _was_set_up(
    sender: object, request: HttpRequest, user: AbstractBaseUser, authenticator: Authenticator, **_: Any
) -> None:
    """Setting a factor up takes showing it once: the code of the app, the touch of the key."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def _was_removed(sender: object, request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    """What was proven by it is so no more: other sessions end; this one, without any factor left, is where it was
    after the password and must set up another."""
    if not isinstance(user, Staff):
        return
    end_sessions(user.pk, besides=request.session.session_key)
    if not has_factor(user):
        clear_authentication_records(request)


def listen() -> None:
    """Hear of factors set up and removed; called once at start."""
    signals.authenticator_added.connect(_was_set_up, dispatch_uid="kakou.factor.set_up")
    signals.authenticator_removed.connect(_was_removed, dispatch_uid="kakou.factor.removed")
