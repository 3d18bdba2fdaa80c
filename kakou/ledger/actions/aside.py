"""One subject whose passages cannot be folded does not hold up all others: he is set aside, and somebody is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from kakou.ledger.stays.orders import OrderKind
from kakou.workorders.actions import open_once

log = structlog.get_logger("kakou.folding")

MOST = 20  # of one batch: when more fail, it is not they who are wrong
Done = TypeVar("Done")


def fold_apart(keys: Collection[bytes], fold: Callable[[Collection[bytes]], Done], *, at: dt.datetime) -> list[Done]:
    """Fold all `keys` at once; where that fails, halves of them, down to the one that cannot be folded. He gets a work
    order about his first passage, which closes when he is folded again: with his next passage, or by a rebuild.

    Raises what `fold` raised when the database is away, or when more than `MOST` fail.
    """
    done: list[Done] = []
    waiting, failed = [sorted(keys)], 0
    while waiting:
        some = waiting.pop()
        try:
            with transaction.atomic():
                done.append(fold(some))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            half = len(some) // 2
            waiting += [some[half:], some[:half]] if half else []
            failed += not half
            if failed > MOST or (not half and not _set_aside(some, at)):
                raise
    return done


def _set_aside(keys: Collection[bytes], at: dt.datetime) -> bool:
    """Did somebody get to know? Not of who has no passage: there is no gate whose people could be told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, node_id from ledger_passage where subject = any(%s) order by id limit 1",
            [[UUID(bytes=key) for key in keys]],
        )
        found: tuple[UUID, int] | None = cursor.fetchone()
    if found is None:
        return False
    passage, node = found
    log.exception("a subject cannot be folded", passage=str(passage))
    open_once(OrderKind.NOT_FOLDED, passage, node=node, at=at, passage=str(passage))
    return True
