"""The days of the ledger: partitions made ahead, and what is past its time forgotten."""

from __future__ import annotations

import datetime as dt

from django.db import connections, transaction

from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.ids import floor_of
from kakou.ledger.events import QUARTER, listeners
from kakou.ledger.lane.rows import KEEP_DAYS

AHEAD = dt.timedelta(days=7)
BEHIND = dt.timedelta(days=3)
_AT_ONCE = 31  # partitions of one transaction: each takes a dozen locks
# as ledger_forget chooses: days before that of the limit, and what lies in no day
_QUARTERS = f"""select distinct floor(date_part('epoch', happened_at) * 1000 / {QUARTER})::int8 from ledger_passage
  where recorded_at < %s and (id < %s or tableoid = 'ledger_passage_other'::regclass)"""  # noqa: S608


def make_days(first: dt.date, last: dt.date, *, using: str = "default") -> int:
    """Make the partitions of the UTC days `first` to `last` that are missing; how many were made. Safe to race."""
    made = 0
    while first <= last:
        until = min(last, first + dt.timedelta(days=_AT_ONCE - 1))
        with connections[using].cursor() as cursor:
            cursor.execute("select ledger_make_days(%s, %s)", [first, until])
            made += cursor.fetchone()[0]
        first = until + dt.timedelta(days=1)
    return made


def make_days_around(at: dt.datetime, *, using: str = "default") -> int:
    """Make the partitions that phones will soon write to. Daily, and at every migrate."""
    today = at.astimezone(dt.UTC).date()
    return make_days(today - BEHIND, today + AHEAD, using=using)


@transaction.atomic
def forget(*, keep_days: int = KEEP_DAYS, by: Staff | None, at: dt.datetime) -> int:
    """Drop the passages that arrived more than `keep_days` days before `at`; how many. Their sealed parts die with
    the key of that day (`kakou keys destroy`), in backups too. Needs the worker's role.
    """
    limit = at - dt.timedelta(days=keep_days)
    with acting_as_system(), connections["default"].cursor() as cursor:
        cursor.execute(_QUARTERS, [limit, floor_of(limit.astimezone(dt.UTC).date())])
        quarters = {quarter for (quarter,) in cursor.fetchall()}
        cursor.execute("select ledger_forget(%s)", [limit])
        gone: int = cursor.fetchone()[0]
    for listener in listeners() if quarters else ():
        listener.forgotten(quarters)
    if gone:
        audit.record(
            "ledger.forgotten", subject=None, by=by.pk if by else None, at=at, rows=gone, until=limit.date().isoformat()
        )
    return gone
