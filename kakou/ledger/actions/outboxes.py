"""An outbox that somebody carried here → the ledger: each item as if the phone had sent it, all of a file or nothing.

A phone whose disk is full, or whose network does not come back, hands over what it has unsent as a file. It keeps the
same rows and may still send them: whatever comes first is stored, the other changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.db import DataError, connection, transaction

from kakou import vault
from kakou.access.models import Device, Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.kernel.time import to_ms
from kakou.ledger.actions.entering import may_store
from kakou.ledger.actions.import_rows import store_rows
from kakou.ledger.lane.outbox import LARGEST_FILE, Header, opened, read_header
from kakou.ledger.lane.rows import HASH, RowMaker
from kakou.ledger.lane.sorting import sort_out
from kakou.ledger.lane.work import DATABASE_REFUSED, OTHER_BODY, QUARANTINE_COLUMNS, Work, quarantine_statement
from kakou.vault.keys import outboxes
from kakou.web.actions import announce

_DIGEST, _REASON = (list(QUARANTINE_COLUMNS).index(name) for name in ("digest", "reason"))
_KEEP = f"{quarantine_statement('%s')} returning digest"


class OutboxTooLarge(Refusal):
    """More than any phone keeps."""

    code = "outbox-too-large"


class OtherSite(Refusal):
    """It is encrypted to a key that is not in this installation's store."""

    code = "outbox-of-another-site"


class PhoneUnknown(Refusal):
    """No phone of a gate over which whoever brings it decides. Which of the two it is, is not told."""

    code = "outbox-of-an-unknown-phone"


class Brought(NamedTuple):
    """What a file brought: of whose phone at which gate, how many items, how many of them are new in the ledger, were
    here already (in the ledger or kept apart), and were kept apart now, by reason."""

    phone: str
    node: int
    items: int
    new: int
    present: int
    apart: Mapping[str, int]


def bring_outbox(content: bytes, *, by: Staff, at: dt.datetime) -> Brought:
    """Take the items of one file. Raises NoOutbox, OutboxTooLarge, OtherSite, PhoneUnknown, OutboxAltered; then nothing
    of it was taken.
    """
    if len(content) > LARGEST_FILE:
        raise OutboxTooLarge("This file is larger than 16 MB: no phone writes such an outbox.")
    header, key = read_header(content), outboxes.private_key()
    if header.key != outboxes.name_of(outboxes.point_of(key)):
        raise OtherSite(
            "This outbox was exported for another Kakou, or before its keys were lost. Bring it in where the phone is "
            "enrolled."
        )
    device = _phone(header, by)
    said = opened(content, header, key=key, token_hash=bytes(device.token_hash))
    work = Work(
        said.items, node=device.node_id, device=device.pk, contract=said.contract, server_ms=to_ms(at),
        maker=RowMaker(vault.store()), revoked=device.revoked_at is not None,
    )  # fmt: skip
    sort_out(work)
    with acting_for(may_store(by, Permission.RESOLVE_QUARANTINE)):
        new, apart = _store(work)
        kept = sum(apart.values())
        brought = Brought(device.name, device.node_id, work.size, new, work.size - new - kept, apart)
        audit.record(
            "outbox.brought", subject=str(device.pk), by=by.pk, at=at, node=device.node_id, items=work.size, new=new,
            present=brought.present, apart=kept,
        )  # fmt: skip
        if new:
            announce("ledger.passages", node=device.node_id, n=new)
        if kept:
            announce("ledger.quarantine", node=device.node_id)
    return brought


def _phone(header: Header, by: Staff) -> Device:
    device = Device.objects.filter(pk=header.device).first() if header.device < 1 << 31 else None
    if device is None or not by.may(Permission.RESOLVE_QUARANTINE, device.node_id):
        raise PhoneUnknown(
            "The phone that wrote this outbox belongs to no gate where you decide. Give the file to whoever leads that "
            "gate, or to the community that it belongs to."
        )
    return device


def _store(work: Work) -> tuple[int, Counter[str]]:
    """How many became passages, and how many were kept apart now and why."""
    _set_forks_apart(work)
    work.rows.sort(key=lambda placed: placed[1][0])  # as the lane does, so that the two never wait for each other
    try:
        with transaction.atomic():
            stored = store_rows([row for _, row in work.rows])
    except DataError:
        new = sum(_store_alone(work, place) for place in range(len(work.rows)))
    else:
        new = stored.new
        for place, row in work.rows:
            if row[0] in stored.differing:
                work.quarantine(place, OTHER_BODY, "$.id")
    return new, _keep_apart(work)


def _store_alone(work: Work, index: int) -> int:
    """One bad row must not sink its neighbours."""
    place, row = work.rows[index]
    try:
        with transaction.atomic():
            stored = store_rows([row])
    except DataError:
        work.quarantine(place, DATABASE_REFUSED)
        return 0
    if stored.differing:
        work.quarantine(place, OTHER_BODY, "$.id")
    return stored.new


def _set_forks_apart(work: Work) -> None:
    """Of two items of the file with one id and different bodies the first stands, as if they had come one by one."""
    seen: dict[object, bytes] = {}
    rows, work.rows = work.rows, []
    for place, row in rows:
        if seen.setdefault(row[0], row[HASH]) == row[HASH]:
            work.rows.append((place, row))
        else:
            work.quarantine(place, OTHER_BODY, "$.id")


def _keep_apart(work: Work) -> Counter[str]:
    if not work.unfit:
        return Counter()
    reasons = {bytes(row[_DIGEST]): row[_REASON] for row in work.unfit}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [[*column] for column in zip(*work.unfit, strict=True)])
        return Counter(reasons[bytes(digest)] for (digest,) in cursor.fetchall())
