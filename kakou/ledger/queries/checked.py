"""Passages as the checks read them: what is new, what corrects what, and who somebody is by all his keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from kakou import vault
from kakou.kernel.ids import floor_of, ms_of
from kakou.kernel.time import from_ms
from kakou.ledger.checks.rows import COLUMNS, Checked
from kakou.ledger.lane.rows import Personal, unsealed
from kakou.ledger.models import Passage
from kakou.ledger.queries.histories import MANY, Edge, edges_at, edges_from
from kakou.ledger.stays import effective
from kakou.ledger.stays.corrections import Leaders
from kakou.people import queries as people
from kakou.vault.keys import KeyTrouble
from kakou.vault.sealing import SealBroken

READ = f"select {', '.join(f'p.{name}' for name in COLUMNS)}"
MARGIN = dt.timedelta(days=1)  # a clock this far off still has its passage in the days that are read
_json = msgspec.json.Decoder(dict[str, Any]).decode
_DETAIL = COLUMNS.index("detail")
_SEALED = COLUMNS.index("sealed")


def rows_where(where: str, params: Sequence[Any]) -> list[Checked]:
    """Rows for which `where`, SQL of ours about `p`, holds."""
    return rows_from(f"ledger_passage p where {where}", params)


def rows_from(source: str, params: Sequence[Any]) -> list[Checked]:
    """Rows of passages, called `p` in `source`, SQL of ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"{READ} from {source}", params)
        return [_checked(row) for row in cursor.fetchall()]


def rows_of(ids: Collection[UUID]) -> list[Checked]:
    """The passages with these ids that are kept."""
    return [row for some in portions(ids) for row in rows_where("p.id = any(%s)", [some])]


def rows_of_keys(keys: Collection[UUID], *, since: dt.datetime, but: tuple[int, int]) -> list[Checked]:
    """What stands under these keys since that moment, in order of time, replaced rows too; not what was committed
    after the first and before the second transaction of `but`: a later portion brings that."""
    floor = floor_of(since.astimezone(dt.UTC).date() - MARGIN)
    found: list[Checked] = []
    for some in portions(keys):
        where = "p.subject = any(%s) and p.happened_at >= %s and p.id >= %s"
        waits = "p.xid > %s::text::xid8 and p.xid < %s::text::xid8"
        found += rows_where(f"{where} and not ({waits})", [some, since, floor, *but])
    return sorted(found, key=lambda row: (row.happened_at, row.id))


def portions(ids: Collection[UUID], size: int = MANY) -> Iterator[list[UUID]]:
    """A few at a time: a longer list is copied into the plan of every day (see `histories.MANY`)."""
    every = [*ids]
    return (every[start : start + size] for start in range(0, len(every), size))


def _checked(row: Sequence[Any]) -> Checked:
    detail, sealed = row[_DETAIL], row[_SEALED]
    told = _json(detail) if detail else {}
    return Checked._make((*row[:_DETAIL], told, None if sealed is None else bytes(sealed)))


def personal_of(row: Checked | Passage) -> Personal | None:
    """What of a row was sealed; None where nothing was, or its key is gone."""
    if row.sealed is None:
        return None
    try:
        return unsealed(vault.store(), row.id, bytes(row.sealed))
    except (KeyTrouble, SealBroken, msgspec.MsgspecError):
        return None


class Chains:
    """Which rows hold of those that correct one another; see `stays.corrections`. Any order of arrival gives the same.

    `held`: the rows asked about that nothing replaced, and those that hold now in their chains, whenever they came.
    `replaced`: row that holds no more → the one that holds instead. `chained`: all rows of all chains.
    """

    def __init__(self, rows: Sequence[Checked]) -> None:
        told = {(row.id.bytes, row.corrects.bytes) for row in rows if row.corrects}
        edges = edges_from(told, {row.id.bytes for row in rows}, _edges_at)
        members = {UUID(bytes=passage) for edge in edges for passage in edge}
        known = {row.id: row for row in rows}
        chained = [row for row in rows if row.id in members] + rows_of(members - known.keys())
        self.chained = chained
        self.held = [row for row in rows if row.id not in members]
        self.replaced: dict[UUID, UUID] = {}
        self._with: dict[UUID, frozenset[UUID]] = {}
        for chain in _parts(chained, edges):
            self._take(chain)

    def together(self, passage: UUID) -> frozenset[UUID]:
        """The passage and all rows in one chain with it."""
        return self._with.get(passage, frozenset({passage}))

    def _take(self, chain: Sequence[Checked]) -> None:
        holding = {UUID(int=crossing[1]) for crossing in effective(row.crossing() for row in chain)}
        ids = frozenset(row.id for row in chain)
        self._with |= dict.fromkeys(ids, ids)
        for row in chain:
            if row.id in holding:
                self.held.append(row)
            else:
                at_its_gate = [other.id for other in chain if other.id in holding and other.node == row.node]
                self.replaced[row.id] = (at_its_gate or sorted(holding))[0]


def _edges_at(passages: Collection[bytes]) -> set[Edge]:
    """Corrections of these passages and by them. A correction is made after what it corrects, so only the days since
    are looked into (a day of clocks that are off besides); where an id tells no time, all."""
    ids = [UUID(bytes=passage) for passage in passages]
    first = min((ms_of(id) or 0 for id in ids), default=0)
    if len(ids) > MANY or not first:
        return edges_at(passages)
    floor = floor_of(from_ms(first).date() - MARGIN)
    with connection.cursor() as cursor:
        cursor.execute(
            "select uuid_send(id), uuid_send(corrects) from ledger_passage"
            " where (corrects = any(%s) and id >= %s) or (corrects is not null and id = any(%s))",
            [ids, floor, ids],
        )
        return set(cursor.fetchall())


def _parts(rows: Sequence[Checked], edges: Iterable[tuple[bytes, bytes]]) -> Iterator[list[Checked]]:
    """Rows joined by corrections, together."""
    leaders = Leaders()
    for correction, corrected in edges:
        leaders.join(int.from_bytes(correction, "big"), int.from_bytes(corrected, "big"))
    parts: dict[int, list[Checked]] = {}
    for row in rows:
        parts.setdefault(leaders.of(row.id.int), []).append(row)
    yield from parts.values()


class People(NamedTuple):
    """`subject_of`: key → the subject it belongs to; `keys_of`: subject → every key of his."""

    subject_of: Mapping[UUID, UUID]
    keys_of: Mapping[UUID, Sequence[UUID]]

    def subject(self, key: UUID) -> UUID:
        """Whose key it is: nobody else's, where nothing is known."""
        return self.subject_of.get(key, key)


def people_of(keys: Collection[UUID]) -> People:
    """Who is meant by these keys, with all other keys of theirs. One query."""
    known = people.identities(list(keys)) if keys else []
    keys_of: dict[UUID, list[UUID]] = {}
    for one in known:
        keys_of.setdefault(one.subject, []).append(one.key)
    return People({one.key: one.subject for one in known}, keys_of)
