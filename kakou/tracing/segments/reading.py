"""The ledger read as the engine takes it: who was where from when to when, of one day.

Three things say where somebody was:
1. a visit: he was in the unit, from its entry until its end;
2. an absence: he was at home from its end until the next absence (before the first one nothing is known of him);
3. a passage, whether he crossed or was turned back, and a scan of a place code: he stood there for that moment. Of
   passages that correct each other only the one that holds; one that takes another back says nothing.

A time belongs to the day in which it begins. What has not ended lasts until `STILL`. It is certain if both ends were
seen; a scan is not, because whoever scans may type anybody's number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self
from uuid import UUID

import numpy as np
import numpy.typing as npt
import psycopg
from django.db import connection

from kakou.kernel.ids import floor_of
from kakou.ledger.queries.day import MARGIN
from kakou.ledger.queries.histories import edges_from, read_rows
from kakou.ledger.stays import ABSENCE, VISIT, effective
from kakou.ledger.stays.rows import KINDS
from kakou.tracing.segments.days import Span

Int64 = npt.NDArray[np.int64]
STILL = 2**31 - 3 + 946_684_800  # the latest moment that a segment can hold: until then lasts what has not ended

# each: code (0: none yet), key, whether that is one of a passage, node, enter, leave, certain
_VISITS = """select coalesce(c.code, 0), s.subject, false, s.node_id, floor(date_part('epoch', s.since_at))::int8,
    least(coalesce(floor(date_part('epoch', s.until_at)), %(still)s), %(still)s)::int8,
    s.is_entered and s.is_left
  from tracing_stay s left join tracing_personcode c on c.subject = s.subject
  where s.kind = %(visit)s and s.since_at >= %(begin)s and s.since_at < %(end)s
    and (%(all)s or s.subject = any(%(subjects)s))"""
_AT_HOME = """select coalesce(c.code, 0), s.subject, false, s.node_id, floor(date_part('epoch', s.until_at))::int8,
    least(coalesce(floor(date_part('epoch', n.since_at)), %(still)s), %(still)s)::int8,
    s.is_left and coalesce(n.is_entered, false)
  from tracing_stay s left join tracing_personcode c on c.subject = s.subject
  left join lateral (select since_at, is_entered from tracing_stay n
    where n.subject = s.subject and n.node_id = s.node_id and n.kind = s.kind and n.id <> s.id
      and n.since_at >= s.until_at order by n.since_at limit 1) n on true
  where s.kind = %(absence)s and s.until_at >= %(begin)s and s.until_at < %(end)s
    and (%(all)s or s.subject = any(%(subjects)s))"""
# a passage lies in the partition of the day that its id tells, or is known as a stray
_STOOD = """select coalesce(k.person, 0), s.subject, true, s.node_id, floor(date_part('epoch', s.happened_at))::int8,
    floor(date_part('epoch', s.happened_at))::int8, not s.is_scanned
  from tracing_passage s left join tracing_personkey k on k.key = s.subject
  where s.id >= %(first)s and s.id < %(last)s and s.happened_at >= %(begin)s and s.happened_at < %(end)s
    and s.id <> all(%(replaced)s) and not s.is_taken_back
    and (%(all)s or s.subject = any(%(keys)s))"""
_STRAYED = """select coalesce(k.person, 0), s.subject, true, s.node_id, floor(date_part('epoch', s.happened_at))::int8,
    floor(date_part('epoch', s.happened_at))::int8, not s.is_scanned
  from ledger_stray y join tracing_passage s on s.id = y.id left join tracing_personkey k on k.key = s.subject
  where y.happened_at >= %(begin)s and y.happened_at < %(end)s and not (s.id >= %(first)s and s.id < %(last)s)
    and s.id <> all(%(replaced)s) and not s.is_taken_back
    and (%(all)s or s.subject = any(%(keys)s))"""
_EDGES = """select uuid_send(s.id), uuid_send(s.corrects) from tracing_passage s
    where s.corrects is not null and s.happened_at >= %(begin)s and s.happened_at < %(end)s
      and (%(all)s or s.subject = any(%(keys)s))
  union select uuid_send(q.id), uuid_send(q.corrects)
    from tracing_passage q join tracing_passage s on s.id = q.corrects
    where q.corrects is not null and s.happened_at >= %(begin)s and s.happened_at < %(end)s
      and (%(all)s or s.subject = any(%(keys)s))"""
_PARTS = _VISITS, _AT_HOME, _STOOD, _STRAYED
_COLUMNS = "code", "key", "is_key", "place", "enter", "leave", "certain"
_BIG, _SMALL, _BYTE = np.dtype(">i8"), np.dtype(">i4"), np.dtype("?")
_KEY = np.dtype("V16")


@dataclass(frozen=True, slots=True)
class Rows:
    """Times of persons in places, n each: as `TraceIndex.append_day` takes them."""

    person: Int64
    place: Int64
    enter: Int64
    leave: Int64
    certain: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)

    def where(self, kept: npt.NDArray[np.bool_]) -> Self:
        """Some of them."""
        return type(self)(*(getattr(self, field.name)[kept] for field in fields(self)))

    def joined(self, other: Rows) -> Self:
        """Both, in the order of their enters."""
        both = [np.concatenate([getattr(part, field.name) for part in (self, other)]) for field in fields(self)]
        order = np.argsort(both[2], kind="stable")
        return type(self)(*(column[order] for column in both))


class Whose(NamedTuple):
    """Subjects whose stays are asked for, and all the keys under which passages name them."""

    subjects: Collection[UUID]
    keys: Collection[UUID]


class Read(NamedTuple):
    """What was read. `unknown`: positions of those that have no code yet, with their key, and whether it is one that
    a passage carries (else a subject)."""

    rows: Rows
    unknown: list[tuple[int, UUID, bool]]


def read(day: Span, whose: Whose | None = None) -> Read:
    """The times that begin in [begin, end) of everybody, or of `whose`; within the scope of all nodes."""
    begin, end = (dt.datetime.fromtimestamp(moment, dt.UTC) for moment in day)
    subjects, keys = whose or ((), ())
    asked: dict[str, Any] = {
        "begin": begin, "end": end, "first": floor_of(begin.date() - MARGIN), "last": floor_of(end.date() + 2 * MARGIN),
        "all": whose is None, "subjects": list(subjects), "keys": list(keys),
        "visit": KINDS[VISIT], "absence": KINDS[ABSENCE], "still": STILL,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, asked)
        asked["replaced"] = _replaced(set(cursor.fetchall()))
    return _joined([_part(part, asked) for part in _PARTS])


def _replaced(edges: set[tuple[bytes, bytes]]) -> list[UUID]:
    """The passages in chains with these corrections that do not hold."""
    if not edges:
        return []
    members = {passage for edge in edges_from(edges, ()) for passage in edge}
    rows = read_rows("where id in (select unnest(%s::uuid[]))", [[UUID(bytes=member) for member in members]])
    there = {int.from_bytes(row[3], "big") for row in rows}
    crossings = [
        (row[2], int.from_bytes(row[3], "big"), row[4], row[5], row[6], int.from_bytes(row[7] or b"", "big"), -1, False)
        for row in rows
    ]
    return [UUID(int=passage) for passage in there - {crossing[1] for crossing in effective(crossings)}]


def _part(query: str, asked: dict[str, Any]) -> list[Any]:
    """The columns of a query, as arrays that PostgreSQL has made of them: a day comes as one row, and no row of it is
    ever an object of Python."""
    columns = ", ".join(f"array_agg({name})" for name in _COLUMNS)
    with psycopg.Cursor(connection.connection) as driver:  # Django's own gives no binary answers
        driver.execute(
            f"with found({', '.join(_COLUMNS)}) as ({query}) select {columns} from found",  # noqa: S608 our own
            asked,
            binary=True,
            prepare=False,  # a day of everybody and one of a few are planned apart
        )
        assert driver.pgresult
        told = [driver.pgresult.get_value(0, number) for number in range(len(_COLUMNS))]
    kinds: tuple[np.dtype[Any], ...] = _BIG, _KEY, _BYTE, _SMALL, _BIG, _BIG, _BYTE
    return [_array(value, kind) for value, kind in zip(told, kinds, strict=True)]


def _array(value: bytes | None, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    """An array of PostgreSQL's binary form: a head of 20 bytes, then each element behind its length."""
    if value is None:
        return np.empty(0, kind)
    return np.frombuffer(value, np.dtype([("size", ">i4"), ("value", kind)]), offset=20)["value"]


def _joined(parts: list[list[Any]]) -> Read:
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    code, key, is_key, place, enter, leave, certain = columns
    order = np.argsort(enter, kind="stable")
    code, place, enter, leave = (column[order].astype(np.int64) for column in (code, place, enter, leave))
    rows = Rows(code, place, enter, leave, certain[order])
    unknown = [
        (int(at), UUID(bytes=key[order[at]].tobytes()), bool(is_key[order[at]])) for at in np.flatnonzero(code == 0)
    ]
    return Read(rows, unknown)
