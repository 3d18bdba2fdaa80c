"""The last step of every way to the stays: what stands against what the passages say, written with its open loops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.kernel.time import to_ms
from kakou.ledger.actions.loops import Loops
from kakou.ledger.events import QUARTER
from kakou.ledger.queries.ground import Ground
from kakou.ledger.queries.histories import History, existing
from kakou.ledger.stays import Crossing, Stay, changes, fold, stay_id
from kakou.ledger.stays.remembered import ends_remembered, passages_of
from kakou.ledger.stays.rows import READ, json_of, stay_of
from kakou.ledger.stays.together import two_gates_at_once
from kakou.ledger.stays.touched import begun, touched
from kakou.web.actions import announce

_NONE: tuple[list[Stay], list[Stay]] = ([], [])
Standing = Mapping[bytes, Sequence[Stay]]

_COLUMNS = {
    "id": "uuid", "node_id": "int", "subject": "uuid", "subject_kind": "smallint", "kind": "smallint",
    "state": "smallint", "flags": "smallint", "entered_at": "bigint", "left_at": "bigint", "bound_at": "bigint",
    "due_at": "bigint", "since_at": "bigint", "until_at": "bigint", "enter_passage": "uuid", "leave_passage": "uuid",
    "bound_passage": "uuid", "enter_gate": "int", "leave_gate": "int",
}  # fmt: skip
_VALUES = ", ".join(f"to_timestamp({name} / 1000.0)" if kind == "bigint" else name for name, kind in _COLUMNS.items())
_WRITE = (
    # names from the table above only
    f"insert into ledger_stay ({', '.join(_COLUMNS)}) select {_VALUES} from json_to_recordset(%s)"  # noqa: S608
    f" as t({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})"
    f" on conflict (id) do update set {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS if name != 'id')}"
)


class Settled(NamedTuple):
    """Rows of stays put (new or changed) and taken away; of when and of whom they tell (`events.Listener.folded`)."""

    put: int
    gone: int
    begun: frozenset[tuple[int, bytes]]


def standing(where: str, params: Sequence[Any]) -> dict[bytes, list[Stay]]:
    """The stays that stand, by subject; `where` is SQL of ours, values go into `params`."""
    found: dict[bytes, list[Stay]] = {}
    with connection.cursor() as cursor:
        # `where` is one of our own two conditions
        cursor.execute(f"select uuid_send(subject), {READ} from ledger_stay where {where}", params)  # noqa: S608
        for subject, *row in cursor.fetchall():
            found.setdefault(subject, []).append(stay_of(tuple(row)))
    return found


def settle(
    histories: Iterable[History],
    old: Standing,
    ground: Ground,
    *,
    at: dt.datetime,
    subject_of: Mapping[bytes, bytes] | None = None,
) -> Settled:
    """Turn the `old` stays of some subjects into those of their `histories`, within the caller's transaction. Of a
    subject in `old` without a history only that stays which outlives its passages (`stays.remembered`).

    `subject_of`: key → the subject it belongs to; stays under a key that is no subject go over to its subject.
    """
    work = _Work(ground, at)
    left, went_over = _by_subject(old, subject_of or {})
    for key, gone in went_over:
        work.take_away(key, gone)
    unsure: list[_Part] = []  # an end of theirs is not among their rows: one query tells of all of them why
    for history in histories:
        was, known = left.pop(history.subject, _NONE)
        if known and (missing := passages_of(known) - {crossing[1] for crossing in history.crossings}):
            unsure.append(_Part(history, was, known, missing))
        else:
            work.make(history, was, history.crossings)
    kinds = _kinds_of([key for key, _ in went_over] + [*left], subject_of or {}) if left else {}
    for subject, (was, known) in left.items():
        unsure.append(_Part(History(subject, kinds[subject], [], 0), was, known, passages_of(known)))
    there = existing({passage for part in unsure for passage in part.missing})
    for part in unsure:
        ends = ends_remembered(part.known, part.missing - there)
        work.make(part.history, part.was, [*part.history.crossings, *ends])
    return work.write(at)


class _Part(NamedTuple):
    """One subject some of whose stays rest on passages that are not his: taken away by retention, or gone to another.

    `known`: his stays (`was`) and those under other keys of his.
    """

    history: History
    was: Sequence[Stay]
    known: Sequence[Stay]
    missing: set[int]


class _Work:
    """What is to be written for many subjects, in a few statements."""

    def __init__(self, ground: Ground, at: dt.datetime) -> None:
        self._ground = ground
        self._put: list[str] = []
        self._gone: list[UUID] = []
        self._touched: set[int] = set()
        self._begun: set[tuple[int, bytes]] = set()
        self._loops = Loops(to_ms(at))

    def make(self, history: History, was: Sequence[Stay], crossings: Sequence[Crossing]) -> None:
        """The stays of one subject, from `was` to what his `crossings` say."""
        subject, topology = UUID(bytes=history.subject), self._ground.topology
        now = fold(crossings, topology, self._ground.homes.get(history.subject, frozenset()))
        todo = changes(was, now)
        self._put += [json_of(subject, history.subject_kind, stay) for stay in [*todo.insert, *todo.update]]
        self._gone += [stay_id(subject, stay) for stay in todo.delete]
        self._touched |= {stay.enclosure for part in todo for stay in part}
        self._begun |= {(moment // QUARTER, history.subject) for moment in touched(todo, was, now)}
        self._loops.of_stays(subject, todo, was)
        self._loops.of_gates(history.crossings[: history.own], two_gates_at_once(history.crossings, topology))

    def take_away(self, key: bytes, stays: Sequence[Stay]) -> None:
        """Stays under a key that is no subject of its own."""
        self._gone += [stay_id(UUID(bytes=key), stay) for stay in stays]
        self._touched |= {stay.enclosure for stay in stays}
        self._begun |= {(moment // QUARTER, key) for moment in begun(stays)}
        self._loops.of_nothing(UUID(bytes=key), stays)

    def write(self, at: dt.datetime) -> Settled:
        """All of it, and the work orders that follow."""
        _write(self._put, self._gone)
        self._loops.settle(at=at)
        for node in sorted(self._touched):
            announce("ledger.stays", node=node)
        return Settled(len(self._put), len(self._gone), frozenset(self._begun))


def _by_subject(
    old: Standing, subject_of: Mapping[bytes, bytes]
) -> tuple[dict[bytes, tuple[list[Stay], list[Stay]]], list[tuple[bytes, Sequence[Stay]]]]:
    """Subject → (his stays, these and those under his other keys); and the latter by key."""
    left: dict[bytes, tuple[list[Stay], list[Stay]]] = {}
    went_over = []
    for key, stays in old.items():
        was, known = left.setdefault(subject_of.get(key, key), ([], []))
        known += stays
        if subject_of.get(key, key) == key:
            was += stays
        else:
            went_over.append((key, stays))
    return left, went_over


def _kinds_of(keys: Sequence[bytes], subject_of: Mapping[bytes, bytes]) -> dict[bytes, int]:
    """Person or vehicle, as their stays say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct uuid_send(subject), subject_kind from ledger_stay where subject = any(%s)",
            [[UUID(bytes=key) for key in keys]],
        )
        return {subject_of.get(key, key): kind for key, kind in cursor.fetchall()}


def _write(put: list[str], gone: list[UUID]) -> None:
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("delete from ledger_stay where id = any(%s)", [gone])
            _must_be(cursor.rowcount, len(gone))
        if put:
            cursor.execute(_WRITE, [f"[{','.join(put)}]"])
            _must_be(cursor.rowcount, len(put))


def _must_be(done: int, meant: int) -> None:
    """A row out of scope is passed over without an error: never let that look like success."""
    if done != meant:
        raise RuntimeError(f"{done} of {meant} stays were written: the fold must act over every node")
