"""Deciding what becomes of an item that the intake could not accept. It is never changed; `forgetting` ends it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.ledger.models import Quarantined
from kakou.ledger.models.quarantine import ACCEPTED, SET_ASIDE, WAITING
from kakou.web.actions import announce


class ResolvedAlready(Refusal):
    """Somebody decided on it before."""

    code = "resolved-already"
    status = 409


@transaction.atomic
def resolve(item: Quarantined, *, recorded_again: bool, reason: str, by: Staff, at: dt.datetime) -> None:
    """Decide on `item`: what it tells was recorded again in another way, or it is set aside as not true.

    Raises NotAllowed, ReasonUnfit, ResolvedAlready.
    """
    access.require(by, Permission.RESOLVE_QUARANTINE, item.node_id)
    state = ACCEPTED if recorded_again else SET_ASIDE
    changed = Quarantined.objects.filter(pk=item.pk, state=WAITING).update(
        state=state, resolution=checked_reason(reason), resolved_by=by, resolved_at=at
    )
    if not changed:
        raise ResolvedAlready("Somebody has decided on this item already.")
    audit.record("quarantine.resolved", subject=item.pk, by=by.pk, at=at, node=item.node_id, state=state, reason=reason)
    announce("ledger.quarantine", node=item.node_id)
