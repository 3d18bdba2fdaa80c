"""Everybody who has not acknowledged is reminded in one act: one message to each channel that serves such units."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.directives.models import Directive, Reminder, Task
from kakou.directives.rules import DirectiveRefused
from kakou.kernel.errors import NotFound
from kakou.notices.actions import tell_together

PAUSE = dt.timedelta(minutes=5)  # for a unit that was told: a second tap reminds nobody twice
NAMED = 10


@transaction.atomic
def remind(directive: Directive, *, by: Staff, at: dt.datetime) -> Reminder:
    """Remind them, but those who were told a moment ago; how many units by how many channels stands in the row. Raises
    NotAllowed; DirectiveRefused when nobody is left, it has ended, or all were told a moment ago."""
    now = Directive.objects.select_for_update(of=("self",)).filter(pk=directive.pk).first()
    if now is None:
        raise NotFound("There is no such directive here.")
    access.require(by, Permission.DIRECT, now.node_id)
    if now.ended_at is not None:
        raise DirectiveRefused("This directive has ended already.")
    open_tasks = Task.objects.filter(directive=now, acknowledged_at=None)
    if not open_tasks.exists():
        raise DirectiveRefused("Every unit has acknowledged.")
    late = dict(open_tasks.exclude(reminded_at__gt=at - PAUSE).values_list("node_id", "unit"))
    if not late:
        raise DirectiveRefused("Everybody was reminded less than five minutes ago.")
    key = f"directive:{now.pk}:{at.isoformat(timespec='seconds')}"
    with override(settings.LANGUAGE_CODE):
        told = tell_together(late, lambda nodes: _words(now, [late[node] for node in nodes]), key=key, at=at)
    open_tasks.filter(node__in={node for nodes in told for node in nodes}).update(reminded_at=at)
    audit.record("directive.reminded", subject=now.pk, by=by.pk, at=at, node=now.node_id, units=len(late))
    return Reminder.objects.create(
        directive=now, node_id=now.node_id, at=at, by=by, units=len(late), channels=len(told)
    )


def _words(directive: Directive, units: list[str]) -> str:
    named = _(", ").join(units[:NAMED])
    more = _(" and %(n)d more") % {"n": len(units) - NAMED} if len(units) > NAMED else ""
    return _("Directive %(number)s: acknowledge by %(time)s. Not yet: %(units)s. Open Kakou, page Directives.") % {
        "number": directive.number, "time": localtime(directive.acknowledge_by).strftime("%m-%d %H:%M"),
        "units": named + more,
    }  # fmt: skip
