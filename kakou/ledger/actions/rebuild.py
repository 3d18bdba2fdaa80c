"""Every stay made again from the passages, a stretch of subjects at a time: `kakou ledger stays`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from kakou.access.scope import acting_as_system
from kakou.ledger.actions.settling import settle, standing
from kakou.ledger.actions.stays import lock
from kakou.ledger.queries.ground import ground_of, read_land
from kakou.ledger.queries.histories import Row, all_edges, histories, read_rows, strangers_of

STRETCH = 40_000  # passages of one transaction
FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)


@dataclass(frozen=True)
class Progress:
    """So far: passages read, subjects folded, rows put and taken away."""

    passages: int
    subjects: int
    put: int
    gone: int


def rebuild(*, at: dt.datetime, stretch: int = STRETCH) -> Iterator[Progress]:
    """Make all stays again in order of subject; yields after every stretch, each of which is one transaction. Stopped
    and started again it does no harm: it changes only what is wrong. New passages may come meanwhile.
    """
    after, passages, subjects, put, gone = FIRST, 0, 0, 0, 0
    with acting_as_system():
        strangers = strangers_of(all_edges())
    while after != LAST:
        with acting_as_system(), connection.cursor() as cursor:
            lock(cursor)
            rows, upto = _stretch(after, stretch)
            ground = ground_of(read_land(), dict.fromkeys(row[0] for row in rows))
            old = standing("subject > %s and subject <= %s", [after, upto])
            whose = histories(rows, strangers, ground.land.allowances, ground.homes)
            done = settle(whose, old, ground, at=at)
        after, passages, subjects = upto, passages + len(rows), subjects + len({row[0] for row in rows})
        put, gone = put + done.put, gone + done.gone
        yield Progress(passages, subjects, put, gone)


def count_passages() -> int:
    """How many the planner believes there are: exact enough for a progress bar, and free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint from pg_inherits i"
            " join pg_class c on c.oid = i.inhrelid where i.inhparent = 'ledger_passage'::regclass"
        )
        (found,) = cursor.fetchone()
    return int(found)


def _stretch(after: UUID, most: int) -> tuple[list[Row], UUID]:
    """The passages of the next whole subjects, and the last subject that they cover."""
    rows = read_rows("where subject > %s order by subject limit %s", [after, most])
    if len(rows) < most:
        return rows, LAST
    cut = rows[-1][0]
    if rows[0][0] == cut:  # one subject alone is longer than a stretch
        return _stretch(after, most * 4)
    while rows[-1][0] == cut:
        rows.pop()
    return rows, UUID(bytes=rows[-1][0])
