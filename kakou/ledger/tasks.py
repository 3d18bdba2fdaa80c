"""Jobs of the ledger."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.ledger.actions import days


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="ledger-days", pass_context=False)
def make_days(timestamp: int) -> None:
    """Partitions of the week to come."""
    days.make_days_around(now())
