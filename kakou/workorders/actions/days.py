"""Days of the site: worked or not, whatever the calendar of its country says. Clocks that are set from then on count by
them; those that run already keep the time that was told."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.workorders.models import SiteDay


@transaction.atomic
def set_day(day: dt.date, *, is_worked: bool, note: str, by: Staff, at: dt.datetime) -> None:
    """The site works on that day, or rests, for the reason in `note`. Raises NotAllowed, ReasonUnfit."""
    top = _top(by)
    SiteDay.objects.update_or_create(
        day=day, defaults={"is_worked": is_worked, "note": checked_reason(note), "set_at": at, "set_by": by}
    )
    audit.record(
        "site_day.set", subject=None, by=by.pk, at=at, node=top, day=day.isoformat(), worked=is_worked, reason=note
    )


@transaction.atomic
def forget_day(day: dt.date, *, by: Staff, at: dt.datetime) -> None:
    """That day is again as the calendar says. Raises NotAllowed, NotFound when nothing was said of it."""
    top = _top(by)
    if not SiteDay.objects.filter(day=day).delete()[0]:
        raise NotFound("Nothing was said of that day.")
    audit.record("site_day.forgotten", subject=None, by=by.pk, at=at, node=top, day=day.isoformat())


def _top(by: Staff) -> int:
    """The topmost node, over which `by` manages rules: a day counts everywhere."""
    held = Node.objects.filter(parent=None, pk__in=nodes_of(by)[Permission.MANAGE_RULES])
    top = held.order_by("pk").values_list("pk", flat=True).first()
    if top is None:
        raise NotAllowed("Every clock goes by this. Ask whoever manages rules for all places.")
    return top
