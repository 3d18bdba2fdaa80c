"""Asking for, releasing and taking people unmasked in numbers."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.db.models import Sum

from kakou.access.actions import require
from kakou.access.exporting import rules
from kakou.access.exporting.models import MassExport
from kakou.access.exporting.rules import ExportState
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.seconding import decide
from kakou.access.seconding.rules import KEPT
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal

_TURNS = 7_165_303  # nobody else's key of an advisory lock


class NeedsSecond(Refusal):
    """These are many: somebody else must release them first."""

    code = "needs-second"
    status = 409


@transaction.atomic
def claim(what: str, *, node: int, detail: str = "", count: int, reason: str, by: Staff, at: dt.datetime) -> MassExport:
    """Let `by` hand out these `count` people of `node` unmasked, now and once: a few of a day by himself, more by what
    a second person has released. In the caller's transaction, which writes the act into the audit. Raises NotAllowed,
    ReasonUnfit, NeedsSecond.
    """
    require(by, Permission.REVEAL, node)
    why = checked_reason(reason)
    _in_turn(by)
    if (released := _released(what, node, detail, by, at)) and rules.covers(released.count, count):
        released.state, released.taken_at = ExportState.TAKEN, at
        released.save(update_fields=["state", "taken_at"])
        return released
    alone = MassExport.objects.filter(asked_by=by, taken_at__gt=at - rules.DAY, settled_by=None)
    if not rules.is_few(count, alone.aggregate(n=Sum("count"))["n"] or 0):
        raise NeedsSecond("These are many people: somebody else must release the list first.")
    return MassExport.objects.create(
        node_id=node, what=what, detail=detail, count=count, reason=why, state=ExportState.TAKEN, asked_by=by,
        asked_at=at, taken_at=at,
    )  # fmt: skip


@transaction.atomic
def ask(what: str, *, node: int, detail: str = "", count: int, reason: str, by: Staff, at: dt.datetime) -> MassExport:
    """Have a second person decide; asking again for the same while that waits changes nothing. Raises NotAllowed,
    ReasonUnfit."""
    require(by, Permission.REVEAL, node)
    why = checked_reason(reason)
    _in_turn(by)
    MassExport.objects.filter(asked_by=by, asked_at__lt=at - KEPT).delete()
    waits = MassExport.waiting(at).filter(what=what, node_id=node, detail=detail, asked_by=by).first()
    if waits is not None:
        return waits
    asked = MassExport.objects.create(
        node_id=node, what=what, detail=detail, count=count, reason=why, state=ExportState.ASKED, asked_by=by,
        asked_at=at,
    )  # fmt: skip
    audit.record("export.asked", subject=asked.pk, by=by.pk, at=at, node=node, what=what, count=count, reason=why)
    return asked


@transaction.atomic
def settle(asked: MassExport, *, release: bool, by: Staff, at: dt.datetime) -> None:
    """Release it, once and for a day, or refuse. Raises NotAllowed, NotOneself, SettledAlready."""
    require(by, Permission.RELEASE_NAMES, asked.node_id)
    state = ExportState.RELEASED if release else ExportState.REFUSED
    decide(asked, state, by=by, at=at, oneself="Whoever asks for a list does not release it: ask somebody else.")
    audit.record(
        "export.released" if release else "export.refused", subject=asked.pk, by=by.pk, at=at, node=asked.node_id,
        what=asked.what, count=asked.count,
    )  # fmt: skip


def _released(what: str, node: int, detail: str, by: Staff, at: dt.datetime) -> MassExport | None:
    held = MassExport.objects.filter(state=ExportState.RELEASED, settled_at__gt=at - rules.HOLDS)
    return held.filter(what=what, node_id=node, detail=detail, asked_by=by).order_by("-count").first()


def _in_turn(by: Staff) -> None:
    """Requests of one account wait in line, so that many at once count as many."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_TURNS, by.pk])
