"""Asking for, releasing and taking people unmasked in numbers."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from kakou.access.actions import USES_KEPT, count_use, require
from kakou.access.exporting import rules
from kakou.access.exporting.models import MassExport
from kakou.access.exporting.rules import ExportState
from kakou.access.models import Closure, Staff, Use
from kakou.access.queries import holders_of
from kakou.access.rules import Permission
from kakou.access.seconding import decide
from kakou.access.seconding.rules import KEPT
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.web.turns import wait_for_turn

_LOOK = "person.unmasked"  # as it is counted, but under what was released
_NAMED = 3  # of those who may help


class NeedsSecond(Refusal):
    """These are many: somebody else must release them first."""

    code = "needs-second"
    status = 409


class SeenMany(Refusal):
    """Many were unmasked one by one: that is a list of them."""

    code = "seen-many"


@transaction.atomic
def look(person: UUID, *, node: int, by: Staff, at: dt.datetime) -> None:
    """Let `by` see this one of `node` unmasked: whom he saw within a day already, as many as stand in a list that a
    second person has released to him there within a day, and a few more of a day by himself. In the caller's
    transaction, which writes the act into the audit. Raises SeenMany.
    """
    _in_turn(by)
    Use.objects.filter(staff=by, at__lt=at - USES_KEPT).delete()
    if _seen(by, at).filter(subject=person).exists() or _is_released(person, node, by, at):
        return
    if not rules.is_few(1, _alone(by, at)):
        who = [
            staff.display or staff.username for staff, _ in holders_of(Permission.RELEASE_NAMES, node) if staff != by
        ]
        raise SeenMany(
            "You have seen %(few)d people unmasked within a day by yourself. Have the list of their unit released by"
            " %(who)s, let somebody else look who may unmask here, or go on tomorrow.",
            few=rules.FEW, who=", ".join(who[:_NAMED]) or "—",
        )  # fmt: skip
    count_use(_LOOK, by=by, at=at, subject=person)


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
    if not rules.is_few(count, _alone(by, at)):
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
    """Release it, once and for a day, or refuse. Raises NotAllowed, NotOneself, TooNew, SettledAlready."""
    require(by, Permission.RELEASE_NAMES, asked.node_id)
    state = ExportState.RELEASED if release else ExportState.REFUSED
    decide(
        asked, state, may=[Permission.RELEASE_NAMES], over=[asked.node_id], by=by, at=at,
        oneself="Whoever asks for a list does not release it: ask somebody else.",
    )  # fmt: skip
    audit.record(
        "export.released" if release else "export.refused", subject=asked.pk, by=by.pk, at=at, node=asked.node_id,
        what=asked.what, count=asked.count,
    )  # fmt: skip


def _released(what: str, node: int, detail: str, by: Staff, at: dt.datetime) -> MassExport | None:
    held = MassExport.objects.filter(state=ExportState.RELEASED, settled_at__gt=at - rules.HOLDS)
    return held.filter(what=what, node_id=node, detail=detail, asked_by=by).order_by("-count").first()


def _is_released(person: UUID, node: int, by: Staff, at: dt.datetime) -> bool:
    """Is this one of those who were released? A list says how many, not whom: the first who are seen under it."""
    above = Closure.objects.filter(descendant_id=node).values("ancestor_id")
    given = [ExportState.RELEASED, ExportState.TAKEN]
    held = MassExport.objects.filter(asked_by=by, state__in=given, node_id__in=above, settled_by__isnull=False)
    for one in held.filter(settled_at__gt=at - rules.HOLDS).order_by("settled_at", "pk"):
        under = str(one.pk)
        seen = _seen(by, at, under)
        if seen.filter(subject=person).exists():
            return True
        if seen.count() < one.count:
            count_use(under, by=by, at=at, subject=person)
            return True
    return False


def _alone(by: Staff, at: dt.datetime) -> int:
    """How many people `by` has handed out or seen within a day, without anybody else."""
    taken = MassExport.objects.filter(asked_by=by, taken_at__gt=at - rules.DAY, settled_by=None)
    return (taken.aggregate(n=Sum("count"))["n"] or 0) + _seen(by, at).count()


def _seen(by: Staff, at: dt.datetime, under: str = _LOOK) -> QuerySet[Use]:
    """Whom `by` saw within a day: by himself, or under what was released, which is named by its id."""
    return Use.objects.filter(staff=by, what=under, at__gt=at - rules.DAY)


def _in_turn(by: Staff) -> None:
    """Requests of one account wait in line, so that many at once count as many."""
    wait_for_turn("mass export", by.pk)
