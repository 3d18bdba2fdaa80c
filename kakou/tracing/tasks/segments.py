"""Jobs that keep the segments up."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.tracing.segments import warm_index

QUEUE = "tracing"  # worked by the tracer alone, one job at a time


@app.periodic(cron="7 * * * *")  # of today's changes too; a day that has just ended is whole then
@app.task(name="tracing.segments", queue=QUEUE, queueing_lock="tracing-segments", pass_context=False)
def build_segments(timestamp: int) -> None:
    """Every day that the ledger has overtaken since the last hour."""
    warm_index(now())
