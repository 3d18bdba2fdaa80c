"""Setting a list aside, stopping it, and forgetting what is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q

from kakou.access.actions import TooOften, may_use
from kakou.access.incoming import rules
from kakou.access.incoming.models import IncomingList
from kakou.access.incoming.results import Waiting, seal_content
from kakou.access.incoming.rules import OPEN, State
from kakou.access.models import Staff
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal

Run = Callable[[], object]
"""Enqueues the job that takes what waits, in the caller's transaction."""


class NothingToStop(Refusal):
    """It is in already, or over."""

    code = "nothing-to-stop"
    status = 409


@transaction.atomic
def set_aside(
    kind: str,
    waiting: Waiting,
    *,
    is_try: bool,
    then: str,
    again: str,
    run: Run,
    by: Staff,
    at: dt.datetime,
) -> IncomingList:
    """Keep a long list for the worker. Raises TooOften while as many of `by` wait as may. Asks no permission: whoever
    takes the list does, in the name of `by`."""
    may_use("lists.wait", by=by, at=at, most={})  # in line with himself
    if IncomingList.objects.filter(by=by, state__in=OPEN).count() >= rules.MOST_WAITING:
        raise TooOften("Three lists of yours are coming in already. Wait for one of them, or stop it.")
    row = IncomingList(
        kind=kind, node_id=waiting.chosen.get("node"), is_try=is_try, then=then, again=again, by=by, sent_at=at,
        due_on=(at + rules.GIVEN_UP + rules.KEPT).date() + dt.timedelta(days=1),
    )  # fmt: skip
    row.content = seal_content(row, waiting)
    row.save(force_insert=True)
    record_list("list.set_aside", row, by=by.pk, at=at, size=len(waiting.data))
    run()
    return row


@transaction.atomic
def stop(row: IncomingList, *, by: Staff, at: dt.datetime) -> None:
    """Take no more of it, which is nothing of it: one that waits is over at once, one that is being taken within
    seconds. Raises NothingToStop."""
    mine = IncomingList.objects.filter(pk=row.pk, by=by)
    if mine.filter(state=State.WAITING).update(state=State.STOPPED, content=None, ended_at=at):
        record_list("list.stopped", row, by=by.pk, at=at)
    elif not mine.filter(state=State.RUNNING).update(to_be_stopped=True):
        raise NothingToStop("This list is in already, or it is over: there is nothing to stop.")


@transaction.atomic
def forget_old(*, at: dt.datetime) -> int:
    """Drop the file of every list that nobody took within a day, or at which whoever took it was killed again and
    again; and what became of those of a week ago. How many. Needs the worker's role."""
    silent = Q(state=State.RUNNING, beat_at__lt=at - rules.SILENT)
    old = Q(sent_at__lt=at - rules.GIVEN_UP)
    given_up = IncomingList.objects.filter(Q(state=State.WAITING) & old | silent & (old | Q(tries__gte=rules.TRIES)))
    many = 0
    for row in given_up.select_for_update(skip_locked=True).defer("content"):
        IncomingList.objects.filter(pk=row.pk).update(state=State.LOST, content=None, turn=None, ended_at=at)
        record_list("list.given_up", row, by=None, at=at)
        many += 1
    gone, _ = IncomingList.objects.filter(ended_at__lt=at - rules.KEPT).delete()
    return many + gone


def record_list(act: str, row: IncomingList, *, by: int | None, at: dt.datetime, **facts: Any) -> None:
    """Tell the audit what happened to it as a list; what was done with its rows is told by whoever knows them."""
    audit.record(act, subject=row.pk, by=by, at=at, node=row.node_id, kind=row.kind, **facts)
