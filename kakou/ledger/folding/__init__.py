"""Folding: keeps what follows from passages up to date, within seconds, in a thread of the job worker.

Owns: when to fold. Promises: each fold runs to its end or not at all, one after the other; a lost
database is waited for.
Never: decides what a fold does (`ledger.actions`), or which folds there are (`FOLDS` is told in `kakou.config`).
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

import structlog
from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection

from kakou.kernel.time import now
from kakou.web.turns import turn

log = structlog.get_logger("kakou.folding")

Step = Callable[[dt.datetime], int]
"""Does a bounded piece of work as of a moment, in transactions of its own; returns how much: 0 when nothing is left."""

Feel = Callable[[Sequence["Fold"], dt.datetime], None]
"""Told every `BEAT` seconds that these go on; who folds alone and stands by says nothing."""

IDLE = 0.5  # seconds between two looks
AFTER_TROUBLE = 2.0
FOLDING = "folding"  # the turn of it
TURN = 1.0  # seconds of steps before the next fold has its turn
LONGEST_PATIENCE = 60.0
BEAT = 15.0  # seconds between two signs of life
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass
class Fold:
    """One thing kept up: after every commit of anybody (`every` 0), or that many seconds after the last time.

    One of `every` some seconds is one step, unless it goes `in_portions`: then it goes on until nothing is left.
    """

    name: str
    step: Step
    every: float = 0.0
    in_portions: bool = False
    takes: float = 60.0  # seconds after which a turn of it is told as one that does not end
    last: dt.datetime = field(default=LONG_AGO)
    failures: int = 0  # since it last ran to its end
    failed: dt.datetime = field(default=LONG_AGO)

    def is_due(self, at: dt.datetime) -> bool:
        """Is it time? A fold that failed waits twice as long each time, so that it does not fill the log."""
        patience = min(2.0**self.failures, LONGEST_PATIENCE) if self.failures else 0.0
        return _passed(self.every, self.last, at) and _passed(patience, self.failed, at)

    def run(self, at: dt.datetime) -> bool:
        """One turn: steps for a second, so that a fold of small portions keeps up with one of large ones. Is there more
        to do at once? Raises a lost database only: a bug in one holds up no other."""
        begun = time.monotonic()
        try:
            while (more := bool(self.step(at)) and self._goes_on) and time.monotonic() - begun < TURN:
                pass
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            self.failures, self.failed = self.failures + 1, at
            log.exception("a fold failed", fold=self.name, times=self.failures)
            return False
        self.failures = 0
        if not more:
            self.last = at
        return more

    @property
    def _goes_on(self) -> bool:
        return self.in_portions or not self.every


class Folding(threading.Thread):
    """Runs folds until told to stop.

    `alone`: of several workers one folds at a time, and the others stand by. What a fold has read of the world would be
    of yesterday as soon as another opens and closes orders by what it has read. Otherwise its folds must have locks of
    their own.
    """

    def __init__(self, folds: Sequence[Fold], *, alone: bool = True, feel: Feel | None = None) -> None:
        super().__init__(name="folding", daemon=True)
        self._folds, self._alone, self._feel, self._felt = folds, alone, feel, -BEAT
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
            except Exception:  # a bug must not end the thread: it is told, and tried again
                log.exception("folding failed")
                pause = AFTER_TROUBLE
            finally:
                close_old_connections()

    def once(self, at: dt.datetime) -> bool:
        """One piece of every fold that is due; is there more to do at once?"""
        seen = _latest_transaction()
        if seen == self._seen and not any((fold.every or fold.failures) and fold.is_due(at) for fold in self._folds):
            self._give_a_sign(at)
            return False  # nobody has written anything since the last look found nothing to do
        with turn(FOLDING) if self._alone else nullcontext(True) as mine:
            if mine:
                self._give_a_sign(at)
            return mine and self._all(at)

    def _give_a_sign(self, at: dt.datetime) -> None:
        """Not by the step alone: a fold that is not due goes on all the same."""
        if self._feel is not None and time.monotonic() - self._felt >= BEAT:
            self._felt = time.monotonic()
            self._feel(self._folds, at)

    def _all(self, at: dt.datetime) -> bool:
        more = False
        for fold in self._folds:
            if fold.is_due(at):
                more |= fold.run(at)
        self._seen = "" if more else _latest_transaction()
        return more


def _passed(seconds: float, since: dt.datetime, at: dt.datetime) -> bool:
    """Have they? A clock that was set back would hold everything up for as long as it ran ahead: what lies after `at`
    holds up nothing."""
    return at < since or (at - since).total_seconds() >= seconds


def _latest_transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_snapshot()::text")
        row: tuple[str] = cursor.fetchone()
    return row[0]
