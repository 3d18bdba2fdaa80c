"""Jobs of notices."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.notices.actions import forget_texts


@app.periodic(cron="55 19 * * *")  # 03:55 in China
@app.task(name="notices.forget", queueing_lock="notices-forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Texts that fell due."""
    forget_texts(by=None, at=now())
