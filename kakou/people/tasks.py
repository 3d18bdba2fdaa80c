"""Jobs of people."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.people.actions.filling import fill_doors


@app.periodic(cron="35 18 * * *")  # 02:35 in China
@app.task(name="people.fill_doors", queueing_lock="people-fill-doors", pass_context=True)
def fill_doors_left(context: JobContext, timestamp: int) -> None:
    """Who has an address and no household gets one: there are such people after an update, and hardly any later."""
    fill_doors(at=now(), over=context.should_abort)
