"""Traces are run in the tracer: one that somebody asked for at once, those of every case each morning.

Mates are looked for by the worker, when the list has come up on the asker's page: neither the tracer nor that page
waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from procrastinate.contrib.django import app

from kakou.access.scope import acting_as_system
from kakou.kernel.time import now
from kakou.tracing.actions.daily import traces_left, traces_of_today
from kakou.tracing.actions.mates import find_mates_of_trace
from kakou.tracing.actions.running import give_up, run_trace
from kakou.tracing.tasks.left import one_by_one
from kakou.tracing.tasks.segments import QUEUE

if TYPE_CHECKING:
    from kakou.tracing.segments import Warm

AFTERWARDS = 2  # seconds


@app.task(name="tracing.run", queue=QUEUE, priority=10, pass_context=False)
def run_one(trace: str) -> None:
    """Answer one trace. The id names nobody."""
    from kakou.tracing.segments import warm_index

    _answer_asker(UUID(trace), warm_index(now()))


@app.task(name="tracing.mates", pass_context=False)
def look_for_mates(trace: str) -> None:
    """Whom the engine cannot know: of the household, in the same vehicle."""
    find_mates_of_trace(UUID(trace), at=now())


@app.periodic(cron="0 21 * * *")  # 05:00 in China, before the day's work begins
@app.task(name="tracing.daily", queue=QUEUE, queueing_lock="tracing-daily", pass_context=False)
def run_daily(timestamp: int) -> None:
    """Each case of an outbreak that goes on is traced again: late passages and corrections may say more."""
    with acting_as_system():
        asked = traces_of_today(at=now())
    _run_all(asked, _answer)


@app.periodic(cron="* * * * *")
@app.task(name="tracing.run_what_is_left", queue=QUEUE, queueing_lock="tracing-left", pass_context=False)
def run_what_is_left(timestamp: int) -> None:
    """Traces whose job was lost with its tracer, or went wrong."""
    _run_all(traces_left(at=now()), _answer_asker)


def _answer(trace: UUID, warm: Warm) -> None:
    run_trace(trace, warm, clock=now)


def _answer_asker(trace: UUID, warm: Warm) -> None:
    _answer(trace, warm)
    look_for_mates.configure(schedule_in={"seconds": AFTERWARDS}).defer(trace=str(trace))


def _run_all(traces: Sequence[UUID], answer: Callable[[UUID, Warm], None]) -> None:
    """One reading of the ledger for all: what comes meanwhile is the next run's. Where the ledger cannot be read, each
    is told so and none waits on."""
    from kakou.tracing.segments import warm_index

    warm = cache(lambda: warm_index(now()))  # what it raises is not kept
    one_by_one(traces, lambda trace: answer(trace, warm()), lambda trace: give_up(trace, at=now()))


def enqueue(trace: UUID) -> None:
    """Have it answered, once the caller's transaction has committed."""
    run_one.defer(trace=str(trace))
