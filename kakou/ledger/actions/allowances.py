"""How long loops may last, set by who edits places."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from kakou.access.actions import require
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.ledger.models import Allowance
from kakou.ledger.rules import Purpose
from kakou.ledger.stays.rows import KINDS
from kakou.ledger.stays.shapes import ABSENCE, VISIT

HOUR = dt.timedelta(hours=1)
# article line 9 closes every entry in time; the lengths are the plan's (design §4) until a unit sets its own
USUAL = ((VISIT, Purpose.UNSAID, 4 * HOUR), (VISIT, Purpose.DELIVERY, HOUR), (ABSENCE, Purpose.UNSAID, 24 * HOUR))
LONGEST = dt.timedelta(days=365)


class AllowanceRefused(Refusal):
    """The allowance makes no sense; the text says why."""

    code = "allowance-refused"


@transaction.atomic
def set_allowance(
    *, node: int, kind: str, lasts: dt.timedelta | None, purpose: int = 0, by: Staff | None, at: dt.datetime
) -> None:
    """Let loops of `kind` (visit | absence) in the unit at `node` and below last that long; None takes the line away.

    `purpose` 0 is any. The next turn of the fold applies it to the stays that stand.
    Raises NotAllowed, AllowanceRefused.
    """
    if by is not None:
        require(by, Permission.EDIT_PLACES, node)
    if purpose and kind == ABSENCE:
        raise AllowanceRefused("Whoever lives here needs no purpose to go out: leave it out.")
    line: dict[str, Any] = {"node_id": node, "kind": KINDS[kind], "purpose": purpose}
    if lasts is None:
        Allowance.objects.filter(**line).delete()
    elif not dt.timedelta(minutes=1) <= lasts <= LONGEST:
        raise AllowanceRefused("An allowance is between one minute and a year.")
    else:
        minutes = lasts // dt.timedelta(minutes=1)
        Allowance.objects.update_or_create(**line, defaults={"minutes": minutes, "set_by": by, "set_at": at})
    audit.record(
        "allowance.set", subject=str(node), by=by.pk if by else None, at=at, node=node, kind=kind, purpose=purpose,
        minutes=None if lasts is None else lasts // dt.timedelta(minutes=1),
    )  # fmt: skip


def set_usual(*, node: int, by: Staff | None, at: dt.datetime) -> None:
    """The usual lengths: a visit 4 hours, a delivery 1, a resident out 24."""
    for kind, purpose, lasts in USUAL:
        set_allowance(node=node, kind=kind, lasts=lasts, purpose=purpose, by=by, at=at)
