"""Jobs of the ledger."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou import vault
from kakou.kernel.time import now
from kakou.ledger.actions import chain, days
from kakou.ledger.lane.rows import RowMaker


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="ledger-days", pass_context=False)
def make_days(timestamp: int) -> None:
    """Partitions of the week to come."""
    days.make_days_around(now())


@app.periodic(cron="*/10 * * * * *")  # every ten seconds
@app.task(queueing_lock="ledger-chains", lock="ledger-chains", pass_context=False)
def fold_chains(timestamp: int) -> None:
    """Gaps, forks, wrong clocks and quarantined items of what arrived."""
    start = RowMaker(vault.store()).fingerprint(chain.START)
    while chain.fold_chains(start=start, at=now()):
        pass


@app.periodic(cron="50 15 * * *")  # 23:50 in China: the head of the site's day
@app.task(queueing_lock="ledger-heads", pass_context=False)
def anchor_heads(timestamp: int) -> None:
    """Each phone's head into the audit chain."""
    chain.anchor_heads(at=now())
