"""A drill poured into a ledger: what its phones send, by the intake's own checks, without the phones and the wire.

Each upload becomes rows by the lane's own maker (`ledger.lane.sorting`), as if it had arrived when the story says, and
is stored by the lane's own statement; what is unfit goes to quarantine. Then everything is folded as `kakou ledger
stays` does it. What takes long and changes no stay is left out: verdicts are not judged again, and the chains of phones
are not looked at.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from django.db import connection, connections, transaction

from kakou import vault
from kakou.drill import actions, queries
from kakou.drill.days import Mischief, Story, uploads
from kakou.drill.models import Phone, Run
from kakou.drill.settling.people import register_people
from kakou.drill.settling.phones import enrol_phones
from kakou.ledger.actions.days import make_days
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.actions.stays import fold_new
from kakou.ledger.lane.rows import Row, RowMaker, insert_statement
from kakou.ledger.lane.sorting import sort_out
from kakou.ledger.lane.work import Work, quarantine_statement
from kakou.tracing.segments.marks import note_days

ROWS = 20_000  # of one transaction
STATEMENT = 5_000
_INSERT, _QUARANTINE = insert_statement("%s"), quarantine_statement("%s")
_SPARE = dt.timedelta(days=1)
_CURSORS = ("stays", "chain", "checks", "warnings", "seen again", "recorders")


def settle(*, seed: int, people: int, days: int, at: dt.datetime) -> Run:
    """The land of a seed, `people` in its register, a phone at each gate, and a run of the last `days` days up to `at`.
    To be done as pages."""
    settlement = actions.settle(seed=seed, at=at)
    run = actions.plan(people=people, days=days, at=at)
    world = queries.story_of(run, seed).world
    for _ in register_people(world=world, upto=people, at=at, stop=threading.Event()):
        pass
    settlement.refresh_from_db()
    enrol_phones(run, settlement=settlement, world=world, at=at)
    return run


def story_of(run: Run, mischief: Mischief | None = None) -> Story:
    """What a run tells; with other mistakes than the drill's own, if asked."""
    story = queries.story_of(run, queries.settled().seed)
    return replace(story, mischief=mischief) if mischief else story


def pour(run: Run, story: Story) -> Iterator[Counter[str]]:
    """Everything that the phones of a run send. To be done as the worker; yields after every transaction what was
    stored and put aside so far."""
    while fold_new(at=run.until).more:  # who was registered is noted to be folded: now there is nothing to fold yet
        pass
    make_days(run.start - _SPARE, run.until.date() + _SPARE, using="owner")
    made = _Made(run)
    told: Counter[str] = Counter()
    with ThreadPoolExecutor(1) as writer:  # the server stores while the next are made
        before: Future[Mapping[str, int]] | None = None
        for rows, unfit in made.portions(story):
            if before:
                told.update(before.result())
                yield told
            before = writer.submit(_store, rows, unfit)
        if before:
            told.update(before.result())
        writer.submit(lambda: connections["owner"].close()).result()
    yield told


def fold(run: Run, *, at: dt.datetime) -> int:
    """Every stay, how far folding has come, and that tracing has all days to read; how many passages were folded. To be
    done as the worker."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
        (upto,) = cursor.fetchone()
        for name in _CURSORS:
            cursor.execute(
                "insert into ledger_foldcursor (name, xid) values (%s, %s)"
                " on conflict (name) do update set xid = excluded.xid",
                [name, upto],
            )
    *_, done = rebuild(at=at)
    first, many = run.start - _SPARE, (run.until.date() - run.start).days + 3
    note_days(first + day * _SPARE for day in range(many))
    return done.passages


def analyse() -> None:
    """What autovacuum does within the hour."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze")


class _Made:
    """Rows of a run's uploads."""

    def __init__(self, run: Run) -> None:
        settlement = queries.settled()
        self._recorders, self._nodes = settlement.recorders, settlement.entrance_nodes
        self._devices = {phone.gate: phone.device_id for phone in Phone.objects.filter(run=run)}
        self._maker = RowMaker(vault.store())

    def portions(self, story: Story) -> Iterator[tuple[list[Row], list[Row]]]:
        """Rows for the ledger and for quarantine."""
        rows: list[Row] = []
        unfit: list[Row] = []
        for upload in uploads(story, recorder_of=lambda gate: self._recorders[gate] or None):
            work = Work(
                upload.items, node=self._nodes[upload.gate], device=self._devices[upload.gate], contract=1,
                server_ms=upload.at_ms, maker=self._maker,
            )  # fmt: skip
            sort_out(work, sent_offset=-upload.skew_ms)
            if upload.repeat:  # of what was sent before only what is no longer the same says something new
                rows += (row for place, row in work.rows if place == 0)
            else:
                rows += (row for _, row in work.rows)
            unfit += [] if upload.repeat else work.unfit
            if len(rows) >= ROWS:
                yield rows, unfit
                rows, unfit = [], []
        yield rows, unfit


def _store(rows: list[Row], unfit: list[Row]) -> Mapping[str, int]:
    """As the owner, whom no policy holds up: the intake has a benchmark of its own."""
    stored = 0
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        rows.sort(key=_by_id)
        for start in range(0, len(rows), STATEMENT):
            cursor.execute(_INSERT, _columns(rows[start : start + STATEMENT]))
            stored += cursor.rowcount
        if unfit:
            cursor.execute(_QUARANTINE, _columns(unfit))
    return {"stored": stored, "known": len(rows) - stored, "aside": len(unfit)}


def _columns(rows: Sequence[Row]) -> list[list[Any]]:
    return [[*column] for column in zip(*rows, strict=True)]


def _by_id(row: Row) -> int:
    number: int = row[0].int
    return number
