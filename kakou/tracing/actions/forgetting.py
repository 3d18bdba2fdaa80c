"""People of an outbreak are lent for the outbreak: some time after it ended they are forgotten, history and all.

The outbreak itself, its measures, and who was allowed to see names stay: they say nothing of anybody who was in it.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit

KEEP_DAYS = 90  # after an outbreak ended: as long as what orders say of people is kept


def forget_people(*, keep_days: int = KEEP_DAYS, by: Staff | None, at: dt.datetime) -> int:
    """Destroy who was in outbreaks that ended more than `keep_days` days ago; how many. Needs the worker's role."""
    before = at - dt.timedelta(days=keep_days)
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute("select tracing_forget(%s)", [before])
        people: int = cursor.fetchone()[0]
        if people:
            audit.record(
                "involved.forgotten", subject=None, by=by.pk if by else None, at=at, rows=people,
                until=before.date().isoformat(),
            )  # fmt: skip
    return people
