"""A few of every shift are asked again: was the code looked at, was the temperature taken?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.screening.models import SpotAudit
from kakou.screening.rules import Look
from kakou.workorders.actions import Matter, close_cause, close_causes, open_many
from kakou.workorders.rules import Kind, within

SPOT_AUDIT = Kind("spot_audit", "Ask somebody again whether the check was real", within(hours=12), by_hand=False)
ASKED = (Look.HEALTH, Look.TEMPERATURE, Look.MASK)
ANSWERS = ("yes", "no", "unsure")
FORGOTTEN = "forgotten"


class AuditRefused(Refusal):
    """The answers are not whole."""

    code = "spot-audit-refused"


class Drawn(NamedTuple):
    """One passage that was drawn, and its gate."""

    passage: UUID
    node: int


@transaction.atomic
def draw(shift_start: dt.datetime, found: Collection[Drawn], *, at: dt.datetime) -> int:
    """Let these be asked again; how many are new. Safe to repeat. The worker's alone."""
    known = set(SpotAudit.objects.filter(pk__in=[one.passage for one in found]).values_list("pk", flat=True))
    fresh: Sequence[Drawn] = [one for one in found if one.passage not in known]
    SpotAudit.objects.bulk_create(
        SpotAudit(id=one.passage, node_id=one.node, shift_start=shift_start, drawn_at=at) for one in fresh
    )
    open_many(SPOT_AUDIT.name, [Matter(one.passage, one.node) for one in fresh], at=at)
    return len(fresh)


@transaction.atomic
def answer(found: SpotAudit, answers: Mapping[str, str], *, note: str, by: Staff, at: dt.datetime) -> None:
    """What the person said of each look; an order of his own closes with it. Raises NotAllowed, AuditRefused."""
    access.require(by, Permission.CLOSE_ORDERS, found.node_id)
    if set(answers) != set(ASKED) or not set(answers.values()) <= set(ANSWERS):
        raise AuditRefused("Say for every check what the person answered.")
    why = checked_reason(note) if note.strip() else ""
    kept = {str(look): said for look, said in answers.items()}
    changed = SpotAudit.objects.filter(pk=found.pk)
    if changed.update(answers=kept, note=why, answered_at=at, answered_by=by) != 1:
        raise NotFound("This spot audit is not known here.")
    denied = sorted(look for look, said in kept.items() if said == "no")
    audit.record("spot_audit.answered", subject=found.pk, by=by.pk, at=at, node=found.node_id, denied=denied)
    close_cause(SPOT_AUDIT.name, found.pk, at=at, by=by, denied=len(denied))


@transaction.atomic
def forget_audits(*, before: dt.datetime, by: Staff | None, at: dt.datetime) -> int:
    """Destroy those that were drawn before that moment, answered or not; how many. How many nobody asked stands in the
    audit, and their orders close. In the caller's scope; needs the worker's role.
    """
    old = SpotAudit.objects.filter(drawn_at__lt=before)
    unasked = list(old.filter(answered_at=None).values_list("pk", flat=True))
    gone, _ = old.delete()
    if gone:
        close_causes(SPOT_AUDIT.name, unasked, at=at, state=FORGOTTEN)
        audit.record(
            "spot_audits.forgotten", subject=None, by=by.pk if by else None, at=at, rows=gone, unasked=len(unasked),
            until=before.date().isoformat(),
        )  # fmt: skip
    return gone
