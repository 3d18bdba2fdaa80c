"""Jobs of screening."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.screening.actions import trust


@app.periodic(cron="9 * * * *")
@app.task(queueing_lock="screening-trust", pass_context=False)
def watch_trust_lists(timestamp: int) -> None:
    """Who renews the lists by which credentials are believed is told before they end."""
    trust.watch_trust_lists(at=now())
