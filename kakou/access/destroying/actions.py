"""Asking for the destruction of a day's keys, and doing it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access.actions import require
from kakou.access.destroying import rules
from kakou.access.destroying.models import KeyDestruction
from kakou.access.destroying.queries import key_day, tops_of_site
from kakou.access.destroying.rules import DestructionState
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.seconding import decide
from kakou.access.seconding.rules import KEPT
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.vault.actions import destroy_keys


class NothingToDestroy(Refusal):
    """Whatever the day's keys sealed is unreadable already."""

    code = "key-gone"
    status = 409


class NotMeant(Refusal):
    """What was typed is not the day whose keys would go."""

    code = "key-day-not-typed"


@transaction.atomic
def ask(day: dt.date, *, reason: str, by: Staff, at: dt.datetime) -> KeyDestruction:
    """Have a second administrator destroy the keys of `day`; while somebody's request for it waits, that one stands.
    Raises NotAllowed, ReasonUnfit, NotFound, NothingToDestroy.
    """
    top = min(_require_whole_site(by))
    why = checked_reason(reason)
    found = key_day(day, at=at)
    if not found.living:
        raise NothingToDestroy("The keys of this day are destroyed: there is nothing left to read.")
    if found.waits is not None:
        return found.waits
    KeyDestruction.objects.filter(day=day, state=DestructionState.ASKED).delete()  # it lapsed
    KeyDestruction.objects.filter(asked_at__lt=at - KEPT).delete()
    asked = KeyDestruction.objects.create(
        node_id=top, day=day, reason=why, state=DestructionState.ASKED, asked_by=by, asked_at=at
    )
    audit.record("key.asked", subject=asked.pk, by=by.pk, at=at, node=asked.node_id, day=day, reason=why)
    return asked


@transaction.atomic
def settle(asked: KeyDestruction, *, typed: str | None, by: Staff, at: dt.datetime, today: dt.date) -> list[str]:
    """Destroy what was asked for; with `typed` None refuse it. Names of the keys that are gone. `typed`: the day, as
    whoever destroys wrote it. Raises NotAllowed, NotOneself, TooNew, NotMeant, NotFound, SettledAlready.
    """
    tops = _require_whole_site(by)
    if typed is not None and not rules.is_meant(typed, asked.day):
        raise NotMeant("Write the day exactly as it stands above.")
    state = DestructionState.REFUSED if typed is None else DestructionState.DONE
    decide(
        asked, state, may=[Permission.MANAGE_STAFF], over=tops, by=by, at=at,
        oneself="Whoever asks for it does not destroy the keys: another administrator does.",
    )  # fmt: skip
    if typed is None:
        audit.record("key.refused", subject=asked.pk, by=by.pk, at=at, node=asked.node_id, day=asked.day)
        return []
    keys = key_day(asked.day, at=at).living
    destroy_keys([key.id for key in keys], by=by.pk, at=at, today=today, early=True)
    return [key.name for key in keys]


def _require_whole_site(by: Staff) -> frozenset[int]:
    """Its topmost places. Raises NotAllowed, also before there is any."""
    tops = tops_of_site()
    for top in tops or {0}:
        require(by, Permission.MANAGE_STAFF, top)
    return tops
