"""The last step of every way to the stays: what stands against what the passages say, written with its open loops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.kernel.time import to_ms
from kakou.ledger.actions.loops import Loops
from kakou.ledger.queries.ground import Ground
from kakou.ledger.queries.histories import History
from kakou.ledger.stays import Crossing, Stay, changes, fold, stay_id
from kakou.ledger.stays.remembered import ends_remembered, passages_of
from kakou.ledger.stays.rows import READ, json_of, stay_of
from kakou.ledger.stays.together import two_gates_at_once
from kakou.web.actions import announce

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
    """Rows of stays put (new or changed) and taken away."""

    put: int
    gone: int


def standing(where: str, params: Sequence[Any]) -> dict[bytes, list[Stay]]:
    """The stays that stand, by subject; `where` is SQL of ours, values go into `params`."""
    found: dict[bytes, list[Stay]] = {}
    with connection.cursor() as cursor:
        # `where` is one of our own two conditions
        cursor.execute(f"select uuid_send(subject), {READ} from ledger_stay where {where}", params)  # noqa: S608
        for subject, *row in cursor.fetchall():
            found.setdefault(subject, []).append(stay_of(tuple(row)))
    return found


def settle(histories: Iterable[History], old: Standing, ground: Ground, *, at: dt.datetime) -> Settled:
    """Turn the `old` stays of some subjects into those of their `histories`, within the caller's transaction. A subject
    in `old` without a history has none left: his stays go."""
    put: list[str] = []
    gone: list[UUID] = []
    touched: set[int] = set()
    loops = Loops(to_ms(at))
    left = dict(old)
    for history in histories:
        subject = UUID(bytes=history.subject)
        was = left.pop(history.subject, ())
        crossings = [*history.crossings, *_remembered(was, history)] if was else history.crossings
        new = fold(crossings, ground.topology, ground.homes.get(history.subject, frozenset()))
        todo = changes(was, new)
        put += [json_of(subject, history.subject_kind, stay) for stay in [*todo.insert, *todo.update]]
        gone += [stay_id(subject, stay) for stay in todo.delete]
        touched |= {stay.enclosure for part in todo for stay in part}
        loops.of_stays(subject, todo, was)
        loops.of_gates(history.crossings[: history.own], two_gates_at_once(history.crossings, ground.topology))
    for key, stays in left.items():
        gone += [stay_id(UUID(bytes=key), stay) for stay in stays]
        touched |= {stay.enclosure for stay in stays}
        loops.of_nothing(UUID(bytes=key), stays)
    _write(put, gone)
    loops.settle(at=at)
    for node in sorted(touched):
        announce("ledger.stays", node=node)
    return Settled(len(put), len(gone))


def _remembered(was: Sequence[Stay], history: History) -> list[Crossing]:
    """Ends of stays whose passages retention took away; those that went over to another subject are not."""
    missing = passages_of(was) - {crossing[1] for crossing in history.crossings}
    if not missing:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select uuid_send(id) from ledger_passage where id = any(%s)", [[UUID(int=passage) for passage in missing]]
        )
        there = {int.from_bytes(passage, "big") for (passage,) in cursor.fetchall()}
    return ends_remembered(was, missing - there)


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
