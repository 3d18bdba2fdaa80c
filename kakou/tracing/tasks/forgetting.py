"""What is past its time is destroyed every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.tracing.actions.forgetting import forget_people


@app.periodic(cron="50 19 * * *")  # 03:50 in China, after the ledger's own
@app.task(name="tracing.forget_people", queueing_lock="tracing-forget-people", pass_context=False)
def forget(timestamp: int) -> None:
    """People of outbreaks that ended long ago."""
    forget_people(by=None, at=now())
