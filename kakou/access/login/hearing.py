"""Logins, refused ones and changes of a login are told to the audit, whichever page or library made them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest

from kakou.access.login.adapter import counted_name
from kakou.access.models import Staff
from kakou.access.queries import seat_of, staff_spelled
from kakou.audit import actions as audit
from kakou.kernel.time import now


def listen() -> None:
    """Connect; called once at start."""
    for signal, hear in (
        (user_logged_in, _logged_in),
        (user_logged_out, _logged_out),
        (user_login_failed, _refused),
        (user_locked_out, _locked),
        (account.password_changed, _password_changed),
        (account.password_set, _password_changed),
        (mfa.authenticator_added, _factor_added),
        (mfa.authenticator_removed, _factor_removed),
        (mfa.authenticator_reset, _factor_added),
        (mfa.authentication_failed, _factor_refused),
    ):
        signal.connect(hear, dispatch_uid=f"kakou.hearing.{hear.__name__}")


def _tell(action: str, staff: object, *, acted: bool = True, **facts: str) -> None:
    """One event on the account; `acted=False`: by somebody who has not shown to be its owner."""
    known = staff if isinstance(staff, Staff) else None
    subject, node = (str(known.pk), seat_of(known)) if known else (None, None)
    with transaction.atomic():
        by = known.pk if known and acted else None
        audit.record(action, subject=subject, by=by, at=now(), node=node, **facts)


def _logged_in(sender: object, user: object, **_: Any) -> None:
    _tell("login.done", user)


def _logged_out(sender: object, user: object, **_: Any) -> None:
    if user is not None:
        _tell("logout.done", user)


def _refused(sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    given = credentials.get("login") or credentials.get("username") or ""
    _tell("login.refused", staff_spelled(str(given)), acted=False)


def _locked(sender: object, request: HttpRequest, username: str | None = None, **_: Any) -> None:
    _tell("login.locked", staff_spelled(username or counted_name(request)), acted=False)


def _password_changed(sender: object, user: object, **_: Any) -> None:
    _tell("staff.password_changed", user)


def _factor_added(sender: object, user: object, authenticator: Authenticator, **_: Any) -> None:
    _tell("factor.set_up", user, kind=authenticator.type)


def _factor_removed(sender: object, user: object, authenticator: Authenticator, **_: Any) -> None:
    _tell("factor.removed", user, kind=authenticator.type)


def _factor_refused(sender: object, user: object, **_: Any) -> None:
    _tell("factor.refused", user, acted=False)
