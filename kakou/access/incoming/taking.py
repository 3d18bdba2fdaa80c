"""A list that was set aside is taken by the worker, in the name of whoever sent it: once, whole or not at all.

The rows and the end of the list are one transaction, so that whoever is killed leaves a list that waits as before. How
far it is, is told beside it by a thread of its own, which hears too that somebody wants it stopped.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q

from kakou.access.events import registry
from kakou.access.incoming import rules
from kakou.access.incoming.actions import record_list
from kakou.access.incoming.models import IncomingList
from kakou.access.incoming.results import Result, content_of, refused_by, result_of, seal_result
from kakou.access.incoming.rules import State
from kakou.access.scope import acting_as
from kakou.kernel.errors import Refusal
from kakou.web.sheets import Stage, Stopped, telling
from kakou.web.turns import wait_for_turn

Clock = Callable[[], dt.datetime]
log = structlog.get_logger("kakou.lists")


class TakenElsewhere(Exception):
    """Somebody else took the list meanwhile: what was done here is undone."""


@dataclass(slots=True)
class _Told:
    """What the thread beside it tells and hears."""

    row: UUID
    turn: UUID
    clock: Clock
    over: Callable[[], bool]
    at: tuple[str, int, int] = ("", 0, 0)
    stop: threading.Event = field(default_factory=threading.Event)

    def heard(self, stage: Stage, done: int, of: int) -> None:
        """A Progress. Raises Stopped."""
        self.at = (stage.value, done, of)
        if self.stop.is_set() or self.over():
            raise Stopped

    def tell(self) -> None:
        """Write it down, and look whether it shall go on."""
        stage, done, of = self.at
        mine = IncomingList.objects.filter(pk=self.row, turn=self.turn)
        mine.update(stage=stage, done=done, of=of, beat_at=self.clock())
        if not mine.filter(to_be_stopped=False).exists():
            self.stop.set()


def take_next(*, clock: Clock, over: Callable[[], bool] = lambda: False) -> bool:
    """Take the list that waits longest, one at a time; False where there is none, or somebody takes one. `over`: the
    worker is going down, and what it leaves is taken anew by the next. Needs the worker's role."""
    turn = uuid4()
    row = _begun(turn, at=clock())
    if row is None:
        return False
    told = _Told(row.pk, turn, clock, over)
    try:
        _take(row, told)
    except TakenElsewhere:
        log.warning("somebody else took the list meanwhile", list=str(row.pk))
    except (OperationalError, InterfaceError):  # the database is away: the next one takes it
        raise
    except Exception:  # a fault of ours: once is enough, the log has it
        with transaction.atomic():
            _end(row, turn, State.LOST, None, at=clock())
        raise
    return True


def _take(row: IncomingList, told: _Told) -> None:
    try:
        with acting_as(row.by):
            with _told_beside(told), telling(told.heard):
                state, result = _taken(row, told.clock())
            _end(row, told.turn, state, result, at=told.clock())
    except Stopped:
        with transaction.atomic():
            if told.stop.is_set():
                _end(row, told.turn, State.STOPPED, None, at=told.clock())
            else:  # the worker goes down
                IncomingList.objects.filter(pk=row.pk, turn=told.turn).update(state=State.WAITING, turn=None)


@transaction.atomic
def _begun(turn: UUID, *, at: dt.datetime) -> IncomingList | None:
    wait_for_turn("lists")
    silent = Q(state=State.RUNNING, beat_at__lt=at - rules.SILENT)
    if IncomingList.objects.filter(state=State.RUNNING).exclude(silent).exists():
        return None
    row = IncomingList.objects.select_related("by").filter(Q(state=State.WAITING) | silent).order_by("sent_at").first()
    if row is None:
        return None
    began = {"state": State.RUNNING, "turn": turn, "beat_at": at, "stage": "", "done": 0, "of": 0}
    as_it_was = IncomingList.objects.filter(pk=row.pk, state=row.state, turn=row.turn)  # it may end at this moment
    return row if as_it_was.update(tries=F("tries") + 1, **began) else None


def _taken(row: IncomingList, at: dt.datetime) -> tuple[State, Result]:
    waiting = content_of(row)
    try:
        done = registry.intakes[row.kind].take(waiting.data, waiting.filename, waiting.chosen, row.is_try, row.by, at)
    except Refusal as refusal:
        return State.REFUSED, refused_by(refusal)
    return State.DONE, result_of(done)


def _end(row: IncomingList, turn: UUID, state: State, result: Result | None, *, at: dt.datetime) -> None:
    """In the transaction of the rows. Raises TakenElsewhere."""
    sealed = seal_result(row, result) if result is not None else None
    mine = IncomingList.objects.filter(pk=row.pk, turn=turn, state=State.RUNNING)
    if not mine.update(state=state, content=None, result=sealed, turn=None, ended_at=at):
        raise TakenElsewhere
    act = {State.STOPPED: "list.stopped", State.LOST: "list.given_up"}.get(state)
    if act is not None:  # what was taken or refused is told by whoever knows the list
        record_list(act, row, by=row.by_id if state is State.STOPPED else None, at=at)


@contextmanager
def _told_beside(told: _Told) -> Iterator[None]:
    """A thread with a connection of its own; it is over, and heard nothing more, when this is."""
    end = threading.Event()

    def go() -> None:
        try:
            while not end.wait(rules.BEAT.total_seconds()):
                told.tell()
        finally:
            connection.close()

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
