"""Entering a decided item of the quarantine desk into the ledger, through every check that a phone's item goes through.

Done by the worker in the name of whoever decided. An item is entered once, however often this runs: the row has the
id that the item claims (or one made from the item's own), and what is there already is left as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import DataError, transaction

from kakou import vault
from kakou.access.actions import require
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for, nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import NotAllowed
from kakou.kernel.time import to_ms
from kakou.ledger.actions.import_rows import store_rows
from kakou.ledger.desk import NAMED_GATE, Act, Correction, Sent, State, before, mend, read_correction
from kakou.ledger.desk.states import TRANSITIONS
from kakou.ledger.lane.rows import COLUMNS, Row, RowMaker, device_row
from kakou.ledger.lane.wire import Passage, Unfit
from kakou.ledger.lane.work import DATABASE_REFUSED, OTHER_BODY, PAYLOAD, QUARANTINE_TABLE
from kakou.ledger.models import Quarantined
from kakou.places.models import Entrance
from kakou.vault.keys import KeyDestroyed
from kakou.vault.sealing import unseal
from kakou.web.actions import announce

CORRECTION = "correction"  # as what a correction is sealed
NOT_ALLOWED, KEY_DESTROYED = "not-allowed", "key-destroyed"
LEFT_AFTER = dt.timedelta(minutes=1)  # a job takes a moment: what waits longer was lost with its worker
# the item has its number in the phone's chain by its row in quarantine: the passage must not claim it again
_UNCHAINED = [list(COLUMNS).index(name) for name in ("seq", "prev_hash")]


def enter_item(id: UUID, *, at: dt.datetime) -> None:
    """Do what was decided on an item: store it as a passage, or put it back to the desk with the reason.

    Does nothing for an item on which nobody has decided, or that is entered already.
    """
    with acting_as_system():
        item = Quarantined.objects.select_related("resolved_by").filter(pk=id, state=State.ENTERING).first()
    if item is None or item.resolved_by is None:
        return
    try:
        with acting_for(may_store(item.resolved_by, Permission.RESOLVE_QUARANTINE)):
            _enter(id, item.resolved_by, at)
    except Unfit as unfit:
        _return(item, unfit.reason, unfit.where, at)
    except NotAllowed:
        _return(item, NOT_ALLOWED, "", at)
    except DataError:
        _return(item, DATABASE_REFUSED, "", at)


def enter_what_is_left(*, at: dt.datetime) -> int:
    """Do what a worker that was killed left undone; how many items that were."""
    with acting_as_system():
        left = Quarantined.objects.filter(state=State.ENTERING, resolved_at__lt=at - LEFT_AFTER)
        ids = list(left.values_list("pk", flat=True))
    for id in ids:
        enter_item(id, at=at)
    return len(ids)


def row_of(item: Quarantined, correction: Correction) -> Row:
    """The row that the corrected item becomes. Raises Unfit: as the lane, and for what cannot be read any more.

    Judged as of its arrival: it is not kept longer for having waited, and a time that was impossible stays so.
    """
    maker, server_ms = RowMaker(vault.store()), to_ms(item.recorded_at)

    def judge(passage: Passage) -> Row:
        named = correction.gate == NAMED_GATE and passage.gate is not None
        node = passage.gate if named and passage.gate else item.node_id
        return device_row(
            maker, passage, node=node, device=item.device_id, server_ms=server_ms, sent_offset=passage.offset
        )

    row = mend(Sent(_opened(item, PAYLOAD, item.payload), item.contract, item.pk.bytes), correction, judge)
    return tuple(None if place in _UNCHAINED else value for place, value in enumerate(row))


def node_of(row: Row) -> int:
    """The gate at which a row will stand."""
    node: int = row[list(COLUMNS).index("node_id")]
    return node


def require_gate(by: Staff, node: int, item: Quarantined) -> None:
    """Whoever moves an item to the gate that it names must decide there too. Raises NotAllowed."""
    require(by, Permission.RESOLVE_QUARANTINE, item.node_id)
    if node != item.node_id:
        require(by, Permission.RESOLVE_QUARANTINE, node)
        if not Entrance.objects.filter(node_id=node).exists():
            raise NotAllowed("Your role does not allow this here.")


def may_store(by: Staff, where: Permission) -> Mapping[Permission, frozenset[int]]:
    """What `by` may do, and besides store passages where he holds `where`, who decides there: at no other place."""
    nodes = nodes_of(by)
    return nodes | {Permission.IMPORT_LEDGER: nodes[Permission.IMPORT_LEDGER] | nodes[where]}


def _enter(id: UUID, by: Staff, at: dt.datetime) -> None:
    item = Quarantined.objects.select_for_update().filter(pk=id).first()
    if item is None:
        raise NotAllowed("Your role does not allow this here.")
    if item.state != before(Act.STORE):
        return  # another worker was quicker
    row = row_of(item, _correction_of(item))
    require_gate(by, node_of(row), item)
    stored = store_rows([row])
    if stored.differing:
        raise Unfit(OTHER_BODY, "$.id")
    Quarantined.objects.filter(pk=id).update(
        state=TRANSITIONS[State.ENTERING][Act.STORE], entered_as=row[0], correction=None, trouble="", trouble_place=""
    )
    audit.record(
        "quarantine.entered", subject=id, by=by.pk, at=at, node=node_of(row), passage=row[0], new=bool(stored.new)
    )
    announce("ledger.quarantine", node=item.node_id)
    announce("ledger.passages", node=node_of(row), n=1)


@transaction.atomic
def _return(item: Quarantined, reason: str, where: str, at: dt.datetime) -> None:
    """Back to the desk, where the reason is shown. What was typed goes: it did not help."""
    with acting_as_system():
        changed = Quarantined.objects.filter(pk=item.pk, state=before(Act.RETURN)).update(
            state=TRANSITIONS[State.ENTERING][Act.RETURN], correction=None, trouble=reason, trouble_place=where
        )
        if changed:
            by = item.resolved_by_id
            audit.record("quarantine.returned", subject=item.pk, by=by, at=at, node=item.node_id, code=reason)
            announce("ledger.quarantine", node=item.node_id)


def _correction_of(item: Quarantined) -> Correction:
    return read_correction(_opened(item, CORRECTION, item.correction)) if item.correction else Correction()


def _opened(item: Quarantined, field: str, sealed: bytes | memoryview) -> bytes:
    try:
        return unseal(vault.store(), table=QUARANTINE_TABLE, row=item.pk, field=field, sealed=bytes(sealed))
    except KeyDestroyed:
        raise Unfit(KEY_DESTROYED) from None
