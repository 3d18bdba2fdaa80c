"""Lists that were set aside are taken one after the other, so that something else can be done beside them."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from kakou.access.incoming.actions import forget_old
from kakou.access.incoming.taking import take_next
from kakou.kernel.time import now


@app.task(name="access.take_lists", pass_context=True)
def take_lists(context: JobContext) -> None:
    """Take every list that waits, unless somebody is at it."""
    while not context.should_abort() and take_next(clock=now, over=context.should_abort):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="access.take_lists_left", queueing_lock="access-lists-left", pass_context=True)
def take_lists_left(context: JobContext, timestamp: int) -> None:
    """Lists whose job was lost, or whose taker was killed; and files that waited for too long are dropped."""
    forget_old(at=now())
    while not context.should_abort() and take_next(clock=now, over=context.should_abort):
        pass


def enqueue() -> None:
    """Have taken what waits, once the caller's transaction has committed."""
    take_lists.defer()
