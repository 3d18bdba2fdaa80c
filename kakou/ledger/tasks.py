"""Jobs of the ledger."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.ledger.actions import chain, days, entering, forgetting
from kakou.web.queries import site_zone


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="ledger-days", pass_context=False)
def make_days(timestamp: int) -> None:
    """Partitions of the week to come."""
    days.make_days_around(now())


@app.periodic(cron="5,20,35,50 * * * *")  # one of them is 23:50 in every zone there is, summer time or not
@app.task(queueing_lock="ledger-heads", pass_context=False)
def anchor_heads(timestamp: int) -> None:
    """Each phone's head into the audit chain, at the end of the site's day."""
    if is_end_of_day(timestamp):
        chain.anchor_heads(at=now())


def is_end_of_day(timestamp: int) -> bool:
    """Is it 23:50 at the site?"""
    there = dt.datetime.fromtimestamp(timestamp, site_zone())
    return (there.hour, there.minute) == (23, 50)


@app.periodic(cron="40 19 * * *")  # 03:40 in China, when few pass
@app.task(queueing_lock="ledger-forget", pass_context=False)
def forget(timestamp: int) -> None:
    """What is past its time is destroyed."""
    forgetting.forget_all(by=None, at=now())


@app.task(pass_context=False)
def enter_item(item: str) -> None:
    """Enter a decided item of the quarantine desk, in the name of whoever decided. The id names nobody."""
    entering.enter_item(UUID(item), at=now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="ledger-entering", pass_context=False)
def enter_what_is_left(timestamp: int) -> None:
    """Decided items whose job was lost with its worker."""
    entering.enter_what_is_left(at=now())
