"""Deciding on what somebody else asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.seconding.models import Seconded
from kakou.access.seconding.queries import is_second
from kakou.kernel.errors import Refusal


class SettledAlready(Refusal):
    """Somebody decided on it before, or its time is over."""

    code = "settled-already"
    status = 409


class NotOneself(Refusal):
    """Whoever asks does not decide."""

    code = "not-oneself"
    status = 403


class TooNew(Refusal):
    """Whoever asks may have made this second person, or may still know his password."""

    code = "second-too-new"
    status = 403


def require_second(
    by: Staff, may: Collection[Permission], nodes: Collection[int], *, asked_at: dt.datetime, at: dt.datetime
) -> None:
    """Raise TooNew unless `by` may be taken for another person than whoever asked: over each of `nodes` he has held a
    role that gives one of `may` since before, and it, the account and its password are not of the last day."""
    if not all(is_second(by, may, node, asked_at=asked_at, at=at) for node in nodes):
        raise TooNew(
            "To decide on this your role, account, password and second factor must be older than the request, and what"
            " somebody gave you a day old at least. Come back later, or leave it to somebody else."
        )


def decide(
    asked: Seconded, state: str, *, may: Collection[Permission], over: Collection[int], by: Staff, at: dt.datetime,
    oneself: str,
) -> None:  # fmt: skip
    """Put it into its new state, in the caller's transaction. `may`: what of which one is needed over each of the
    places `over`; `oneself`: what is told to whoever asked. Raises NotOneself, TooNew, SettledAlready."""
    if asked.asked_by_id == by.pk:
        raise NotOneself(oneself)
    require_second(by, may, over, asked_at=asked.asked_at, at=at)
    new: dict[str, Any] = {"state": state, "settled_by": by, "settled_at": at}  # the state is of who inherits
    if not asked.waiting(at).filter(pk=asked.pk).update(**new):
        raise SettledAlready("Somebody has decided on it already, or it waited too long.")
