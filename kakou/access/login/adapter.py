"""Nobody signs up: accounts are made by administrators."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NoSignUp(DefaultAccountAdapter):
    """allauth's behaviour with the door for strangers closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
