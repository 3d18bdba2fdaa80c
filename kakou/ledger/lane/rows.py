"""A passage as a row of `ledger_passage`: one tuple, the same for the lane and for imports.

Times are epoch milliseconds in the tuple and become timestamps in the statement. What is personal is sealed under the
key of the day on which the row is due for destruction, and the two hashes of the chain are keyed: the plain hash of a
body whose only unknown is a phone number would give that number away to whoever tries them all, even after the key of
the sealed part was destroyed.
"""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from asyncpg.pgproto import pgproto
from msgspec import Struct

from kakou.kernel.errors import Refusal
from kakou.kernel.time import from_ms
from kakou.ledger.lane import codes
from kakou.ledger.lane.check import Times, check_passage, judge_times
from kakou.ledger.lane.wire import Checks, Passage, Stay, Subject, Unfit, canonical, digest, hash_of
from kakou.people.rules import PlateKind, check_document, check_name, normalise_phone, parse_plate
from kakou.vault.keys import KeyStore
from kakou.vault.sealing import blind, keyed, seal, unseal

KEEP_DAYS = 90  # a policy, not a law: no source names a number of days for gate ledgers
TABLE = "ledger_passage"
SEALED = "sealed"

Row: TypeAlias = tuple[Any, ...]

# what a row brings; the ten small codes come as one string of bytes, because the driver takes 0.25 µs for each value
CODES = (
    "direction", "crossed", "subject_kind", "purpose", "clock", "health", "travel", "vaccination", "origin", "mask",
)  # fmt: skip
COLUMNS = {
    "id": "uuid", "node_id": "int", "device_id": "int", "seq": "bigint", "prev_hash": "bytea", "hash": "bytea",
    "codes": "bytea", "verdict": "smallint", "subject": "uuid", "vehicle": "uuid", "happened_at": "bigint",
    "device_at": "bigint", "recorded_at": "bigint", "temperature": "smallint", "reasons": "text", "pack": "text",
    "recorder": "int", "corrects": "uuid", "detail": "text", "sealed": "bytea",
}  # fmt: skip
DEVICE, SEQ, HASH, VERDICT = (list(COLUMNS).index(name) for name in ("device_id", "seq", "hash", "verdict"))
_EPOCH = "timestamptz '1970-01-01 00:00:00+00' + {} * interval '1 millisecond'"
_READ_AS = {
    "happened_at": _EPOCH.format("happened_at"),
    "device_at": _EPOCH.format("device_at"),
    "recorded_at": _EPOCH.format("recorded_at"),
    "reasons": "string_to_array(reasons, ',')",
    "detail": "detail::jsonb",
    **{name: f"get_byte(codes, {place})" for place, name in enumerate(CODES)},
    "crossed": f"get_byte(codes, {CODES.index('crossed')}) = 1",
}


def insert_statement(place: str = "${}") -> str:
    """Arrays of all COLUMNS in, ids of the rows that are new out. `place`: "${}" for asyncpg, "%s" for psycopg."""
    names = [*CODES, *(name for name in COLUMNS if name != "codes")]
    values = ", ".join(_READ_AS.get(name, name) for name in names)
    arrays = ", ".join(f"{place.format(i)}::{kind}[]" for i, kind in enumerate(COLUMNS.values(), 1))
    # every name comes from the tables above
    return (
        f"insert into {TABLE} ({', '.join(names)}) select {values}"  # noqa: S608
        f" from unnest({arrays}) as given({', '.join(COLUMNS)}) on conflict (id) do nothing returning id"
    )


def codes_of(row: Row) -> dict[str, int]:
    """The small codes of a row by name."""
    return dict(zip(CODES, row[list(COLUMNS).index("codes")], strict=True))


class Personal(Struct, omit_defaults=True, kw_only=True, gc=False):
    """What of a passage is sealed: who it was as shown, and free text that may name somebody."""

    correction: str | None = None
    goods: str | None = None
    override: str | None = None
    receiver: str | None = None
    stays: list[Stay] | None = None
    subject: Subject


_PERSONAL = msgspec.json.Decoder(Personal)
_ENCODE = msgspec.json.Encoder().encode


class RowMaker:
    """Makes rows for one process. `keep_days`: how long what is sealed may be opened, from the day it arrived."""

    def __init__(self, store: KeyStore, *, keep_days: int = KEEP_DAYS) -> None:
        self.store = store
        self._keep = dt.timedelta(days=keep_days)
        self._chain_key = store.index_key("chain")
        self._day = (-1, dt.date.min)
        self._last = (b"", b"")

    def row(self, item: Passage, times: Times, *, node: int, device: int | None, server_ms: int, digest: bytes) -> Row:
        """The tuple for COLUMNS. Raises Unfit: bad-hash, document-refused, phone-refused, plate-refused, name-refused.

        `digest`: of the item's canonical text. `node`: of the gate.
        """
        previous = hash_of(item.prev_hash)
        if previous is None:
            raise Unfit("bad-hash", "$.prev_hash")
        return (
            item.id, node, device, item.seq, self.fingerprint(previous), self.fingerprint(digest),
            _codes(item, times.flags), codes.VERDICTS[item.verdict], self.subject_key(item.subject), item.vehicle,
            times.happened_ms, item.at, server_ms, item.checks.temperature, ",".join(item.reasons), item.pack,
            item.recorder, item.corrects, _detail(item), self._seal(item, server_ms),
        )  # fmt: skip

    def fingerprint(self, digest: bytes) -> bytes:
        """A link of the chain as it is stored: equal for equal hashes, and nothing to guess a body from."""
        if digest != self._last[0]:  # what one item is, the next one names before it
            self._last = digest, keyed(self._chain_key, digest)
        return self._last[1]

    def subject_key(self, subject: Subject) -> UUID:
        """The id it is registered under, or of the pass; else the blind index of what was shown; else the token given
        at the entry."""
        if subject.id is not None:
            return subject.id
        if subject.pass_ is not None:
            return subject.pass_
        try:
            shown = _shown(subject)
        except Refusal as refusal:
            raise Unfit(refusal.code, "$.subject") from None
        if shown is not None:
            return pgproto.UUID(blind(self.store, *shown))
        if subject.token is None:
            raise Unfit("subject-unknown", "$.subject")
        return subject.token

    def due(self, server_ms: int) -> dt.date:
        """The day on which what arrives now is due for destruction."""
        number = server_ms // 86_400_000
        if self._day[0] != number:
            self._day = number, from_ms(server_ms).date() + self._keep
        return self._day[1]

    def _seal(self, item: Passage, server_ms: int) -> bytes | None:
        subject = item.subject
        known = subject.document or subject.name or subject.phone or subject.plate
        if not (known or item.override or item.correction or item.stays or item.goods or item.receiver):
            return None
        if subject.name is not None and not subject.name.isprintable():
            _check_name(subject.name)
        personal = Personal(
            correction=item.correction, goods=item.goods, override=item.override, receiver=item.receiver,
            stays=item.stays, subject=subject,
        )  # fmt: skip
        return seal(
            self.store, due=self.due(server_ms), table=TABLE, row=item.id, field=SEALED, plain=_ENCODE(personal)
        )


def device_row(maker: RowMaker, item: Passage, *, node: int, device: int, server_ms: int, sent_offset: int) -> Row:
    """A phone's item through every check there is, as a row: the one way in, of the lane and of the quarantine desk.

    `node`: of the phone's gate. `sent_offset`: server minus device at the upload (ms). Raises Unfit.
    """
    if item.gate is not None and item.gate != node:
        raise Unfit("other-gate", "$.gate")
    name = digest(canonical(item))
    times = judge_times(item, server_ms=server_ms, sent_offset=sent_offset)
    check_passage(item)
    return maker.row(item, times, node=node, device=device, server_ms=server_ms, digest=name)


def unsealed(store: KeyStore, row: UUID, sealed: bytes) -> Personal:
    """The sealed part of a passage. Raises KeyDestroyed, KeyUnknown, SealBroken. To be shown masked only."""
    return _PERSONAL.decode(unseal(store, table=TABLE, row=row, field=SEALED, sealed=sealed))


def _shown(subject: Subject) -> tuple[str, str] | None:
    """(purpose, text as compared) of what names the subject best. The same rules as the register's."""
    if subject.document is not None:
        return "document", check_document(subject.document.kind, subject.document.no).match
    if subject.phone is not None:
        return "phone", normalise_phone(subject.phone)
    if subject.plate is not None:
        # a foreign plate, or one misread: what stood at the gate is not refused for it
        return "plate", parse_plate(subject.plate, declared=PlateKind.OTHER).text
    return None


def _codes(item: Passage, clock: int) -> bytes:
    checks = item.checks
    return bytes(
        (
            codes.DIRECTIONS[item.direction], item.crossed, codes.SUBJECTS[item.subject.kind],
            codes.PURPOSES[item.purpose], clock, codes.HEALTH[checks.health], codes.TRAVEL[checks.travel],
            codes.VACCINATION[checks.vaccination], codes.ORIGIN[checks.origin], codes.MASK[checks.mask],
        )
    )  # fmt: skip


def _check_name(name: str) -> None:
    try:
        check_name(name)
    except Refusal as refusal:
        raise Unfit(refusal.code, "$.subject.name") from None


# what was looked at and has no column of its own: read with the passage it belongs to, never searched
OF_CHECKS = tuple(name for name in Checks.__struct_fields__ if name not in (*CODES, "temperature"))
_OF_CHECKS, _OF_ITEM = attrgetter(*OF_CHECKS), attrgetter("aboard", "rides", "skipped", "who", "with_")
_ALL, _NOTHING = (*OF_CHECKS, "aboard", "rides", "skipped", "who", "with"), (None,) * (len(OF_CHECKS) + 5)


def _detail(item: Passage) -> str | None:
    values = _OF_CHECKS(item.checks) + _OF_ITEM(item)
    if values == _NOTHING:
        return None
    return _ENCODE({name: value for name, value in zip(_ALL, values, strict=True) if value is not None}).decode()
