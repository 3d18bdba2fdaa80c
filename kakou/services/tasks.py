"""Jobs of services."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.services.actions import forget_requests


@app.periodic(cron="50 19 * * *")  # 03:50 in China
@app.task(queueing_lock="services-forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Requests that fell due."""
    forget_requests(by=None, at=now())
