"""Every stay made again from the passages, a stretch of subjects at a time: `kakou ledger stays`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import connection

from kakou.ledger.actions.cursors import at_cursor
from kakou.ledger.actions.settling import Settled, settle, standing
from kakou.ledger.actions.stays import CURSOR, fold_whole
from kakou.ledger.events import tell_folded
from kakou.ledger.queries.ground import ground_of, read_land
from kakou.ledger.queries.histories import Row, edges_around, histories, read_rows, strangers_of
from kakou.people import queries as people

STRETCH = 40_000  # passages of one transaction
SUBJECTS = 2_000  # with several keys, of one transaction
Item = TypeVar("Item")
FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)


@dataclass(frozen=True)
class Progress:
    """So far: passages read, subjects folded, rows put and taken away."""

    passages: int = 0
    subjects: int = 0
    put: int = 0
    gone: int = 0

    def and_then(self, passages: int, subjects: int, settled: Settled) -> Progress:
        """One step further."""
        return Progress(
            self.passages + passages, self.subjects + subjects, self.put + settled.put, self.gone + settled.gone
        )


def rebuild(*, at: dt.datetime, stretch: int = STRETCH) -> Iterator[Progress]:
    """Make all stays again in order of subject; yields after every stretch, each of which is one transaction. Stopped
    and started again it does no harm: it changes only what is wrong. New passages may come meanwhile.
    """
    done, after, several = Progress(), FIRST, _Several()
    while after != LAST:
        with at_cursor(CURSOR):
            rows, upto = _stretch(after, stretch)
            old = standing("subject > %s and subject <= %s", [after, upto])
            several.look(old)
            alone = [row for row in rows if row[0] not in several.keys]
            land = read_land()
            settled = settle(
                histories(alone, strangers_of(edges_around(alone)), land.allowances),
                {subject: stays for subject, stays in old.items() if subject not in several.keys},
                ground_of(land, dict.fromkeys(row[0] for row in alone)),
                at=at,
            )
            tell_folded(settled.begun)
        after = upto
        done = done.and_then(len(rows), len({row[0] for row in alone}), settled)
        yield done
    for some in _batches(sorted(several.keys), SUBJECTS):
        with at_cursor(CURSOR):
            made = fold_whole(some, read_land(), at)
            tell_folded(made.begun)
        done = done.and_then(0, made.subjects, Settled(made.put, made.gone, made.begun))
        yield done


class _Several:
    """Every key of those subjects whose passages stand under more than their own id: they are folded as a whole."""

    def __init__(self) -> None:
        self.keys: set[bytes] = set()
        self._upto = 0

    def look(self, old: Iterable[bytes]) -> None:
        """Know also of the passages that came since the last look, all at first, and of `old` stays that may have no
        passage any more. Within the caller's transaction."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select distinct subject, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                " from ledger_passage where xid >= %s::text::xid8",
                [self._upto],
            )
            news = cursor.fetchall()
        self._upto = max((upto for _, upto in news), default=self._upto)
        for some in _batches([*{key for key, _ in news}.union(UUID(bytes=key) for key in old)], SUBJECTS):
            same = people.canonical(some)
            self.keys |= {key.bytes for pair in same.items() for key in pair}


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


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
