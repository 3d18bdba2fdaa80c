"""Jobs of the ledger."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.ledger.actions import chain, days, stays


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="ledger-days", pass_context=False)
def make_days(timestamp: int) -> None:
    """Partitions of the week to come."""
    days.make_days_around(now())


@app.periodic(cron="50 15 * * *")  # 23:50 in China: the head of the site's day
@app.task(queueing_lock="ledger-heads", pass_context=False)
def anchor_heads(timestamp: int) -> None:
    """Each phone's head into the audit chain."""
    chain.anchor_heads(at=now())


@app.task(pass_context=False)
def refold_subjects(subjects: list[str]) -> None:
    """Two subjects became one, or two again: only the worker writes stays. The ids name nobody."""
    stays.refold(subjects=[UUID(subject) for subject in subjects], at=now())


def refold_both(subject: UUID, same_as: UUID) -> None:
    """Ask for it in the transaction that made them one: rolled back, it was never asked."""
    refold_subjects.defer(subjects=[str(subject), str(same_as)])
