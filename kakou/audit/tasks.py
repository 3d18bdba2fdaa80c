"""Jobs of the audit."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from kakou.audit.actions import write_head_down
from kakou.kernel.time import now


@app.periodic(cron="7 16 * * *")  # UTC: shortly after midnight where the sites are
@app.task(queueing_lock="audit-head", pass_context=False)
def write_daily_head(timestamp: int) -> None:
    """The day's signed head, in a folder that is to be copied off this machine."""
    write_head_down(settings.HOME / "heads", at=now())
