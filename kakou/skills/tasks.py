"""Jobs of skills."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.skills.actions import forget_skills


@app.periodic(cron="55 19 * * *")  # 03:55 in China
@app.task(queueing_lock="skills-forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Licences and calls that fell due."""
    forget_skills(by=None, at=now())
