"""Deciding what becomes of an item that the intake could not accept. It is never changed; `forgetting` ends it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from msgspec import structs

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.ledger.actions.chain import QUARANTINE
from kakou.ledger.actions.entering import CORRECTION, node_of, require_gate, row_of
from kakou.ledger.desk import Act, Correction, before, write_correction
from kakou.ledger.desk.states import TRANSITIONS
from kakou.ledger.lane.wire import Unfit
from kakou.ledger.lane.work import QUARANTINE_TABLE
from kakou.ledger.models import Quarantined
from kakou.vault.keys import due_of
from kakou.vault.sealing import key_id_of, seal
from kakou.web.actions import announce
from kakou.workorders.actions import hold_open, open_once


class ResolvedAlready(Refusal):
    """Somebody decided on it before."""

    code = "resolved-already"
    status = 409


class StillUnfit(Refusal):
    """As it stands corrected the ledger does not take it either. `reason` and `where`: see Unfit."""

    code = "still-unfit"

    def __init__(self, unfit: Unfit) -> None:
        super().__init__("The ledger cannot take this item as it stands now. See what is still wrong with it.")
        self.reason, self.where = unfit.reason, unfit.where


@transaction.atomic
def decide_to_enter(item: Quarantined, *, correction: Correction, reason: str, by: Staff, at: dt.datetime) -> None:
    """Have `item`, corrected, entered by the worker (`tasks.enter_item`); what nobody corrects holds as it was sent.

    Tried at once, so that whoever corrects sees what is still wrong. Raises NotAllowed, ReasonUnfit, StillUnfit,
    ResolvedAlready.
    """
    access.require(by, Permission.RESOLVE_QUARANTINE, item.node_id)
    if correction.fresh:
        correction = structs.replace(correction, note=checked_reason(reason))
    try:
        require_gate(by, node_of(row_of(item, correction)), item)
    except Unfit as unfit:
        raise StillUnfit(unfit) from unfit
    due = due_of(key_id_of(bytes(item.payload)))  # it goes when the item goes
    sealed = seal(
        vault.store(),
        due=due,
        table=QUARANTINE_TABLE,
        row=item.pk,
        field=CORRECTION,
        plain=write_correction(correction),
    )
    said = {"resolution": checked_reason(reason), "resolved_by": by, "resolved_at": at, "correction": sealed}
    _move(item, Act.ENTER, by, at, said, reason=reason, corrected=correction.names)


@transaction.atomic
def discard(item: Quarantined, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """Keep `item` out of the ledger: it is not true, no passage, or recorded in another way.

    Raises NotAllowed, ReasonUnfit, ResolvedAlready.
    """
    said = {"resolution": checked_reason(reason), "resolved_by": by, "resolved_at": at}
    _move(item, Act.DISCARD, by, at, said, reason=reason)


@transaction.atomic
def undo_discard(item: Quarantined, *, by: Staff, at: dt.datetime) -> None:
    """Put a discarded item back to those that wait; who discarded it and why stays in the audit.

    Raises NotAllowed, ResolvedAlready.
    """
    _move(item, Act.UNDO, by, at, {"resolution": "", "resolved_by": None, "resolved_at": None})
    # its order was closed, if everything of that phone had been decided
    phone = item.device_id
    hold_open(QUARANTINE.name, [phone])  # or is it about to be?
    open_once(QUARANTINE.name, phone, node=item.node_id, at=at, by=by, device=phone, code=item.reason)


def _move(item: Quarantined, act: Act, by: Staff, at: dt.datetime, said: dict[str, Any], **facts: Any) -> None:
    access.require(by, Permission.RESOLVE_QUARANTINE, item.node_id)
    state = TRANSITIONS[before(act)][act]
    moved = Quarantined.objects.filter(pk=item.pk, state=before(act)).update(
        **{"trouble": "", "trouble_place": "", "state": state, **said}
    )
    if not moved:
        raise ResolvedAlready("Somebody has decided on this item already.")
    audit.record(f"quarantine.{act.value}", subject=item.pk, by=by.pk, at=at, node=item.node_id, **facts)
    announce("ledger.quarantine", node=item.node_id)
