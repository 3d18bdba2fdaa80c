"""What one request wants written, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

from kakou.kernel.ids import new_id
from kakou.ledger.lane.devices import Device
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
UNPROVED = "unproved"

# (added by this request, stands as its maker's, verdict as stored). The answer to an item says nothing of the
# first: sent again, it is answered as it was the first time
Outcome: TypeAlias = tuple[bool, bool, int]


class Work:
    """The items of one request. Fit ones are `rows`, each with its place in the request; the rest is `unfit`.

    After the flush `outcomes` holds what became of each row (by place), and `reasons` why an item was quarantined.
    `weight`: bytes of its body, which the items hold in memory. `revoked`: is the phone? The first `own` items are its
    own, the others it carries; `makers`: whose each of these is, by its place, where that is proved.
    """

    __slots__ = ("contract", "device", "done", "items", "maker", "makers", "node", "outcomes", "own", "reasons",
                 "revoked", "rows", "server_ms", "unfit", "weight")  # fmt: skip

    def __init__(
        self, items: Sequence[Any], *, node: int, device: int, contract: int, server_ms: int, maker: RowMaker,
        weight: int = 0, revoked: bool = False, carried: Sequence[Any] = (),
    ) -> None:  # fmt: skip
        self.items, self.own = [*items, *carried], len(items)
        self.node, self.device, self.contract = node, device, contract
        self.makers: dict[int, Device] = {}
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
        """Keep the item at `place` whole: sealed, with why and from whom. One that is nobody's by proof is kept as of
        whoever brought it, and has no number in that chain."""
        raw = bytes(self.items[place])
        seen, id, maker = glimpse(raw), new_id(), self.maker
        known = self.makers.get(place)
        device = self.device if place < self.own else known and known.id
        seq = None if device is None else seen.seq
        payload = seal(
            maker.store, due=maker.due(self.server_ms), table=QUARANTINE_TABLE, row=id, field=PAYLOAD, plain=raw
        )
        previous = None if device is None or seen.prev_hash is None else maker.fingerprint(seen.prev_hash)
        digest = maker.fingerprint(seen.digest)
        self.unfit.append(
            (id, self.node, device or self.device, seen.id, seq, previous, digest, self.contract, reason, where,
             payload, self.server_ms)
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
