"""Licences and calls are destroyed on their day. A call that is still open then is kept until it has ended."""

from __future__ import annotations

import datetime as dt

from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.time import day_in
from kakou.skills.models import Call, Licence
from kakou.web.queries import site_zone

LONGER = dt.timedelta(days=30)


def forget_skills(*, by: Staff | None, at: dt.datetime) -> tuple[int, int]:
    """Destroy the licences and the ended calls, with who was asked, that are due; how many of each. Needs the worker's
    role."""
    with acting_as_system():
        today = day_in(site_zone(), at)
        licences, calls = Licence.objects.filter(due_on__lte=today), Call.objects.filter(due_on__lte=today)
        ended = calls.filter(ended_at__isnull=False)
        many = licences.count(), ended.count()
        licences.delete()
        ended.delete()
        calls.filter(ended_at=None).update(due_on=today + LONGER)
        if many[0]:
            audit.record("licences.forgotten", subject=None, by=by.pk if by else None, at=at, rows=many[0])
        if many[1]:
            audit.record("help.forgotten", subject=None, by=by.pk if by else None, at=at, rows=many[1])
    return many
