"""A code of a second factor is good once: allauth notes it as used for half a minute and takes it for three halves."""

from __future__ import annotations

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.core.cache import cache


def _is_good_for() -> int:
    """Seconds in which one code is taken: its own span and those before and after it."""
    return int(app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1))


class _Once(BaseAuthenticateForm):
    """Of two who send one code at one moment allauth's own note lets one through."""

    def clean_code(self) -> str:
        """Refuse a used code as a wrong one: counted, and told to the audit."""
        code = self.cleaned_data["code"]
        used = f"kakou.code.used:{self.user.pk}:{normalize_user_code(code)}"
        if cache.get(used) is not None:
            self.cleaned_data["code"] = ""
        super().clean_code()
        cache.set(used, "y", timeout=_is_good_for())
        return str(code)


class CodeForm(_Once, AuthenticateForm):
    """At the login."""


class CodeAgainForm(_Once, ReauthenticateForm):
    """In a session that has not shown it yet, or not for a while."""
