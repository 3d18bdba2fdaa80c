"""Imported passages → rows of the ledger, by the lane's own checks and in the lane's own shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou import vault
from kakou.kernel.errors import Refusal
from kakou.ledger.lane.check import Times, check_passage, judge_times
from kakou.ledger.lane.rows import HASH, SEQ, VERDICT, Row, RowMaker, insert_statement
from kakou.ledger.lane.wire import Subject, Unfit, canonical, digest, encode, read_item
from kakou.ledger.rules import Clock
from kakou.ledger.sheets import wording
from kakou.ledger.sheets.passages import Passage
from kakou.ledger.sheets.wire import wire_item
from kakou.screening.rules import Verdict
from kakou.vault.keys import KeyStore

STRETCH = 5_000  # rows of one statement
_IMPORTED = int(Clock.IMPORTED)


class ImportRefused(Refusal):
    """A row that the mapping read well contradicts itself in the lane's eyes. Nothing was stored."""

    code = "import-refused"


class Stored(NamedTuple):
    """Passages that are new; that were there already; of the latter, those with another body."""

    new: int
    present: int
    differing: frozenset[UUID]


def make_rows(passages: Sequence[Passage], *, server_ms: int) -> list[Row]:
    """Rows for the table, each through the checks that a phone's passage goes through. Raises ImportRefused."""
    maker = _Maker(vault.store())
    return [_row(maker, passage, server_ms) for passage in passages]


class _Maker(RowMaker):
    """A file tells the same subjects again and again: the key of each is made once."""

    def __init__(self, store: KeyStore) -> None:
        super().__init__(store)
        self._keys: dict[bytes, UUID] = {}

    def subject_key(self, subject: Subject) -> UUID:
        """As the lane's."""
        text = encode(subject)
        known = self._keys.get(text)
        if known is None:
            known = self._keys[text] = super().subject_key(subject)
        return known


def _row(maker: RowMaker, passage: Passage, server_ms: int) -> Row:
    try:
        return row_without_phone(maker, wire_item(passage), node=passage.gate, server_ms=server_ms, flags=_IMPORTED)
    except Unfit as unfit:
        raise ImportRefused(wording.UNFIT, row=passage.row, why=unfit.reason, where=unfit.where) from unfit


def row_without_phone(maker: RowMaker, told: Mapping[str, Any], *, node: int, server_ms: int, flags: int) -> Row:
    """A passage that no phone brought, as a row: through the lane's checks, without a chain and without a verdict.

    `told`: as a phone would have sent it. `flags`: of `Clock`, where it came from. Raises Unfit.
    """
    item = read_item(encode(told))
    check_passage(item)
    happened, odd = judge_times(item, server_ms=server_ms, sent_offset=item.offset)
    times, name = Times(happened, odd | flags), digest(canonical(item))
    row = maker.row(item, times, node=node, device=None, server_ms=server_ms, digest=name)
    return (*row[:SEQ], None, None, *row[HASH:VERDICT], Verdict.NONE.value, *row[VERDICT + 1 :])


def store_rows(rows: Sequence[Row], *, progress: Callable[[int], None] | None = None) -> Stored:
    """Add the rows within the caller's transaction and scope; those that are there already are left as they are."""
    statement = insert_statement("%s")
    new, differing = 0, set[UUID]()
    with connection.cursor() as cursor:
        for start in range(0, len(rows), STRETCH):
            stretch = rows[start : start + STRETCH]
            cursor.execute(statement, [[*column] for column in zip(*stretch, strict=True)])
            added = {id for (id,) in cursor.fetchall()}
            new += len(added)
            differing |= _differing([row for row in stretch if row[0] not in added])
            if progress is not None:
                progress(start + len(stretch))
    return Stored(new, len(rows) - new, frozenset(differing))


def _differing(rows: Sequence[Row]) -> set[UUID]:
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("select id, hash from ledger_passage where id = any(%s)", [[row[0] for row in rows]])
        kept = {id: bytes(told) for id, told in cursor.fetchall()}
    return {row[0] for row in rows if kept.get(row[0]) != bytes(row[HASH])}
