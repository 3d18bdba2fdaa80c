"""Traces are run in the tracer: one that somebody asked for at once, those of every case each morning."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from kakou.access.scope import acting_as_system
from kakou.kernel.time import now
from kakou.tracing.actions.daily import traces_left, traces_of_today
from kakou.tracing.actions.running import run_trace

QUEUE = "tracing"


@app.task(name="tracing.run", queue=QUEUE, priority=10, pass_context=False)
def run_one(trace: str) -> None:
    """Answer one trace. The id names nobody."""
    from kakou.tracing.segments import warm_index

    run_trace(UUID(trace), warm_index(now()), clock=now)


@app.periodic(cron="0 21 * * *")  # 05:00 in China, before the day's work begins
@app.task(name="tracing.daily", queue=QUEUE, queueing_lock="tracing-daily", pass_context=False)
def run_daily(timestamp: int) -> None:
    """Each case of an outbreak that goes on is traced again: late passages and corrections may say more."""
    from kakou.tracing.segments import warm_index

    at = now()
    with acting_as_system():
        asked = traces_of_today(at=at)
    warm = warm_index(at)
    for trace in asked:
        run_trace(trace, warm, clock=now)


@app.periodic(cron="* * * * *")
@app.task(name="tracing.run_what_is_left", queue=QUEUE, queueing_lock="tracing-left", pass_context=False)
def run_what_is_left(timestamp: int) -> None:
    """Traces whose job was lost with its tracer."""
    from kakou.tracing.segments import warm_index

    if left := traces_left(at=now()):
        warm = warm_index(now())
        for trace in left:
            run_trace(trace, warm, clock=now)


def enqueue(trace: UUID) -> None:
    """Have it answered, once the caller's transaction has committed."""
    run_one.defer(trace=str(trace))
