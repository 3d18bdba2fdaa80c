"""What one request wants written, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

from kakou.kernel.ids import new_id
from kakou.ledger.lane.rows import Row, RowMaker
from kakou.ledger.lane.wire import glimpse
from kakou.vault.sealing import seal

QUARANTINE_TABLE = "ledger_quarantined"
PAYLOAD = "payload"
QUARANTINE_COLUMNS = {
    "id": "uuid", "node_id": "int", "device_id": "int", "passage": "uuid", "seq": "bigint", "prev_hash": "bytea",
    "digest": "bytea", "contract": "int", "reason": "text", "place": "text", "payload": "bytea",
    "recorded_at": "bigint",
}  # fmt: skip

OTHER_BODY = "other-body"
DATABASE_REFUSED = "database-refused"
REVOKED = "revoked-device"

# (added by this request, stands as this phone's own, verdict as stored). The answer to an item says nothing of the
# first: sent again, it is answered as it was the first time
Outcome: TypeAlias = tuple[bool, bool, int]


class Work:
    """The items of one request. Fit ones are `rows`, each with its place in the request; the rest is `unfit`.

    After the flush `outcomes` holds what became of each row (by place), and `reasons` why an item was quarantined.
    `weight`: bytes of its body, which the items hold in memory. `revoked`: is the phone?
    """

    __slots__ = ("contract", "device", "done", "items", "maker", "node", "outcomes", "reasons", "revoked", "rows",
                 "server_ms", "unfit", "weight")  # fmt: skip

    def __init__(
        self, items: Sequence[Any], *, node: int, device: int, contract: int, server_ms: int, maker: RowMaker,
        weight: int = 0, revoked: bool = False,
    ) -> None:  # fmt: skip
        self.items, self.node, self.device, self.contract = items, node, device, contract
        self.server_ms, self.maker, self.weight, self.revoked = server_ms, maker, weight, revoked
        self.rows: list[tuple[int, Row]] = []
        self.unfit: list[Row] = []
        self.outcomes: dict[int, Outcome] = {}
        self.reasons: dict[int, tuple[UUID | None, str]] = {}
        self.done: asyncio.Future[None] | None = None

    @property
    def size(self) -> int:
        """How many items."""
        return len(self.items)

    def quarantine(self, place: int, reason: str, where: str = "") -> None:
        """Keep the item at `place` whole: sealed, with why and from whom."""
        raw = bytes(self.items[place])
        seen, id, maker = glimpse(raw), new_id(), self.maker
        payload = seal(
            maker.store, due=maker.due(self.server_ms), table=QUARANTINE_TABLE, row=id, field=PAYLOAD, plain=raw
        )
        previous = None if seen.prev_hash is None else maker.fingerprint(seen.prev_hash)
        digest = maker.fingerprint(seen.digest)
        self.unfit.append(
            (id, self.node, self.device, seen.id, seen.seq, previous, digest, self.contract, reason, where, payload,
             self.server_ms)
        )  # fmt: skip
        self.reasons[place] = (seen.id, reason)


def quarantine_statement(place: str = "${}") -> str:
    """Arrays of QUARANTINE_COLUMNS in; what is there already stays as it is. `place`: as of `rows.insert_statement`."""
    names = ", ".join(QUARANTINE_COLUMNS)
    values = names.replace(
        "recorded_at", "timestamptz '1970-01-01 00:00:00+00' + recorded_at * interval '1 millisecond'"
    )
    arrays = ", ".join(f"{place.format(i)}::{kind}[]" for i, kind in enumerate(QUARANTINE_COLUMNS.values(), 1))
    return (
        f"insert into {QUARANTINE_TABLE} ({names}) select {values} from unnest({arrays}) as given({names})"  # noqa: S608
        " on conflict (device_id, digest) do nothing"
    )
