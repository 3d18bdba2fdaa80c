"""What we change in allauth: nobody signs up, and an address is what our own proxy saw."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that our own proxy saw (it strips what a client claims); without a proxy the socket's own."""
    address: str = request.META.get("HTTP_X_KAKOU_CLIENT") or request.META.get("REMOTE_ADDR") or ""
    return address


class StaffAdapter(DefaultAccountAdapter):
    """allauth's behaviour with the door for strangers closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by administrators."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which allauth's rate limits count."""
        return client_address(request)
