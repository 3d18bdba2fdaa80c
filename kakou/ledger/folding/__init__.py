"""Folding: keeps what follows from passages up to date, within seconds, in a thread of the job worker.

Owns: when to fold. Promises: each fold runs to its end or not at all, one after the other; a lost
database is waited for.
Never: decides what a fold does (`ledger.actions`), or which folds there are (`FOLDS` is told in `kakou.config`).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from django.db import Error, close_old_connections, connection

from kakou.kernel.time import now

log = structlog.get_logger("kakou.folding")

Step = Callable[[dt.datetime], int]
"""Does a bounded piece of work as of a moment, in transactions of its own; returns how much: 0 when nothing is left."""

IDLE = 0.5  # seconds between two looks
AFTER_TROUBLE = 2.0


@dataclass
class Fold:
    """One thing kept up: after every commit of anybody (`every` 0), or that many seconds after the last time."""

    name: str
    step: Step
    every: float = 0.0
    last: dt.datetime = field(default=dt.datetime.min.replace(tzinfo=dt.UTC))

    def is_due(self, at: dt.datetime) -> bool:
        """Is it time?"""
        return (at - self.last).total_seconds() >= self.every


class Folding(threading.Thread):
    """Runs folds until told to stop."""

    def __init__(self, folds: Sequence[Fold]) -> None:
        super().__init__(name="folding", daemon=True)
        self._folds = folds
        self._told_to_stop = threading.Event()
        self._seen = ""

    def stop(self, timeout: float = 5.0) -> None:
        """End after the step under way; what does not end in time is undone by the database."""
        self._told_to_stop.set()
        self.join(timeout)

    def run(self) -> None:
        """See the class."""
        pause = 0.0
        while not self._told_to_stop.wait(pause):
            try:
                pause = 0.0 if self.once(now()) else IDLE
            except Error as trouble:
                # the database is away or stopping: the next look tells
                log.warning("folding waits", trouble=type(trouble).__name__)
                self._seen = ""
                pause = AFTER_TROUBLE
            except Exception:  # a bug in one fold must not end the thread: it is told, and tried again
                log.exception("a fold failed")
                pause = AFTER_TROUBLE
            finally:
                close_old_connections()

    def once(self, at: dt.datetime) -> bool:
        """One piece of every fold that is due; is there more to do at once?"""
        seen = _latest_transaction()
        if seen == self._seen and not any(fold.every and fold.is_due(at) for fold in self._folds):
            return False  # nobody has written anything since the last look found nothing to do
        more = False
        for fold in self._folds:
            if fold.is_due(at):
                more |= bool(fold.step(at)) and not fold.every
                fold.last = at
        self._seen = "" if more else _latest_transaction()
        return more


def _latest_transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_snapshot()::text")
        row: tuple[str] = cursor.fetchone()
    return row[0]
