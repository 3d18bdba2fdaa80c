"""What of a phone's items is fit for the ledger, and what is kept apart: of an upload and of an exported outbox."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from kakou.ledger.lane.rows import device_row
from kakou.ledger.lane.wire import LONGEST_ITEM, READERS, Reader, Unfit
from kakou.ledger.lane.work import REVOKED, UNPROVED, Work


def sort_out(work: Work, readers: Mapping[int, Reader] = READERS, *, sent_offset: int | None = None) -> dict[int, UUID]:
    """Rows for what is fit, quarantine for what is not; the ids that could be read, by place.

    `sent_offset`: server minus device at the upload (ms); None where the phone was not there itself, and what it knew
    when it recorded holds.
    """
    read = readers.get(work.contract)
    ids: dict[int, UUID] = {}
    for place, raw in enumerate(work.items):
        try:
            device = _maker_of(work, place)
            if read is None:
                raise Unfit("unknown-contract")
            if len(memoryview(raw)) > LONGEST_ITEM:
                raise Unfit("too-long")
            item = read(raw)
            ids[place] = item.id
            row = device_row(
                work.maker, item, node=work.node, device=device, server_ms=work.server_ms,
                # of another phone's clock an upload says nothing
                sent_offset=item.offset if sent_offset is None or place >= work.own else sent_offset,
            )  # fmt: skip
            work.rows.append((place, row))
        except Unfit as unfit:
            work.quarantine(place, unfit.reason, unfit.where)
    return ids


def _maker_of(work: Work, place: int) -> int:
    """The phone whose item it is. Raises Unfit: revoked-device, unproved."""
    maker = work.makers.get(place)
    if work.revoked or (maker is not None and maker.revoked):
        raise Unfit(REVOKED)  # whoever holds it now; a person looks at what was recorded before it went
    if place < work.own:
        return work.device
    if maker is None:
        raise Unfit(UNPROVED)
    return maker.id
