"""Jobs of upkeep."""

from __future__ import annotations

from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app

HOURS = 72  # of jobs that ended: long enough to see what ran, and no log of years


@app.periodic(cron="25 19 * * *")  # 03:25 in China
@app.task(name="upkeep.forget_jobs", queueing_lock="upkeep-forget-jobs", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """What ended is forgotten: a job a minute is half a million rows in a year."""
    await builtin_tasks.remove_old_jobs(
        context, max_hours=HOURS, remove_failed=True, remove_cancelled=True, remove_aborted=True
    )
