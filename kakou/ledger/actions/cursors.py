"""How far each fold over the passages has come: one place to lock, to read up to, and to notice a restored database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from kakou.access.scope import acting_as_system

_NEVER = (1 << 63) - 1
_UPTO = """select max(xid::text::bigint) from (select xid from ledger_passage
  where xid > %s::text::xid8 and xid < %s::text::xid8 order by xid limit %s) news"""


@dataclass
class Reach:
    """A fold reads what was committed by transactions > `after` and < `below`, over every node.

    `restored`: transactions are counted anew, below `after`, as in a database made from a backup. What lies after the
    cursor then is what nobody had folded when the backup was made, all of it committed; when that is done, reading goes
    on from 0 (`start_anew`), where what was folded before the backup comes along once more.
    """

    name: str
    after: int
    below: int
    first_open: int
    restored: bool
    nothing_new: bool = False  # set it, and looking leaves no trace that would make others look

    def move(self, upto: int) -> None:
        """Everything up to this transaction is folded, once the caller's transaction commits."""
        with connection.cursor() as cursor:
            cursor.execute("update ledger_foldcursor set xid = %s where name = %s", [upto, self.name])

    def upto(self, most: int) -> int | None:
        """The transaction up to which the next portion reaches, of about `most` passages: that of the last one is taken
        whole. None when nothing is left. In a database made from a backup the count begins anew on the way."""
        with connection.cursor() as cursor:
            cursor.execute(_UPTO, [self.after, self.below, most])
            found: int | None = cursor.fetchone()[0]
        if found is None and self.restored:
            self.start_anew()
            return self.upto(most)
        return found

    def start_anew(self) -> None:
        """What nobody had folded before the backup is folded: go on as the new database counts."""
        self.move(0)
        self.after, self.below, self.restored = 0, self.first_open, False


@contextmanager
def at_cursor(name: str) -> Iterator[Reach]:
    """One transaction that holds the cursor of a fold, so that two workers fold one after the other.

    In this order: the lock is waited for, then it is seen how far to read (before the oldest transaction still open,
    which may commit below what was read), then over which nodes. So every passage read was at a node in scope.
    """
    with transaction.atomic():
        reach = _locked(name)
        with acting_as_system():
            yield reach
        if reach.nothing_new:
            transaction.set_rollback(True)


def portion(name: str, take: Callable[[int, int], None], *, most: int) -> bool:
    """One step of a fold: `take(after, upto)` gets what was committed by transactions > `after` and <= `upto`, about
    `most` passages, over every node and in one transaction with the cursor. False when nothing was left."""
    with at_cursor(name) as reach:
        upto = reach.upto(most)
        if upto is None:
            reach.nothing_new = True
            return False
        take(reach.after, upto)
        reach.move(upto)
    return True


def _locked(name: str) -> Reach:
    with connection.cursor() as cursor:
        cursor.execute("select xid from ledger_foldcursor where name = %s for update", [name])
        if (found := cursor.fetchone()) is None:
            cursor.execute("insert into ledger_foldcursor (name, xid) values (%s, 0) on conflict do nothing", [name])
            return _locked(name)
        cursor.execute(
            "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        )
        below, next_one = cursor.fetchone()
    restored = found[0] >= next_one
    return Reach(name, found[0], _NEVER if restored else below, below, restored)
