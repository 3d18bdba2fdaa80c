"""Deciding on what somebody else asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kakou.access.models import Staff
from kakou.access.seconding.models import Seconded
from kakou.kernel.errors import Refusal


class SettledAlready(Refusal):
    """Somebody decided on it before, or its time is over."""

    code = "settled-already"
    status = 409


class NotOneself(Refusal):
    """Whoever asks does not decide."""

    code = "not-oneself"
    status = 403


def decide(asked: Seconded, state: str, *, by: Staff, at: dt.datetime, oneself: str) -> None:
    """Put it into its new state, in the caller's transaction. `oneself`: what is told to whoever asked. Raises
    NotOneself, SettledAlready."""
    if asked.asked_by_id == by.pk:
        raise NotOneself(oneself)
    new: dict[str, Any] = {"state": state, "settled_by": by, "settled_at": at}  # the state is of who inherits
    if not asked.waiting(at).filter(pk=asked.pk).update(**new):
        raise SettledAlready("Somebody has decided on it already, or it waited too long.")
