"""What we change in allauth: nobody signs up, an address is what our own proxy saw, a password is not asked twice."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that our own proxy saw (it strips what a client claims); without a proxy the socket's own."""
    address: str = request.META.get("HTTP_X_KAKOU_CLIENT") or request.META.get("REMOTE_ADDR") or ""
    return address


def on_this_machine(request: HttpRequest) -> bool:
    """Does whoever asks sit at this machine? Nobody does who is forwarded, or where a web server stands in front."""
    if settings.SERVED_BY_HTTPS or "HTTP_X_KAKOU_FORWARDED" in request.META:
        return False
    try:
        return ipaddress.ip_address(client_address(request)).is_loopback
    except ValueError:
        return False


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name under which axes counts wrong passwords: one for all spellings by which the account would be found."""
    given = (credentials or {}).get("login") or request.POST.get("login") or ""
    # what no name can hold and the database would refuse is left out
    return str(given).replace("\x00", "").strip().upper().casefold()  # upper first: PostgreSQL finds "i" by "ı" too


class StaffAdapter(DefaultAccountAdapter):
    """allauth's behaviour with the door for strangers closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by administrators."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which allauth's rate limits count."""
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By account and address: wrong passwords of a stranger are not the owner's."""
        return f"{client_address(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within minutes of the login itself: whoever sets up the first factor has just typed the password."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not fresh and bool(super().is_reauthentication_required(app=app, **kwargs))
