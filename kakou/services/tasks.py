"""Jobs of services."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.services.actions import collect_mail, forget_requests


@app.periodic(cron="50 19 * * *")  # 03:50 in China
@app.task(queueing_lock="services-forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Requests that fell due."""
    forget_requests(by=None, at=now())


@app.periodic(cron="* * * * *")
@app.task(name="services.collect", queueing_lock="services-collect", lock="services-collect", pass_context=False)
def collect(timestamp: int) -> None:
    """Mail that came in."""
    collect_mail(at=now())
