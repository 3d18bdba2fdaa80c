"""Jobs of directives."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.directives.actions import forget_papers
from kakou.kernel.time import now


@app.periodic(cron="52 19 * * *")  # 03:52 in China
@app.task(name="directives.forget", queueing_lock="directives-forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Papers that fell due."""
    forget_papers(by=None, at=now())
