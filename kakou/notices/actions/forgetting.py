"""What was told is destroyed on its day: texts, to which person, and why one was discarded. That it was sent, when and
where stays."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.notices.actions.telling import KEEP
from kakou.notices.models import Heard, Message
from kakou.notices.rules import State, Why


@transaction.atomic
def forget_texts(*, by: Staff | None, at: dt.datetime) -> int:
    """Empty the settled messages that were told so long ago; how many. What still waits keeps its text until it is
    settled, a day later at most; only one to a person waits no longer, as it would in a channel that is off. Needs the
    worker's role."""
    with acting_as_system():
        told = Message.objects.filter(told_at__lt=at - KEEP)
        to_people = told.filter(about__isnull=False).exclude(to_sealed=b"")
        to_people.filter(state=State.WAITING, begun_at=None).update(
            state=State.DROPPED, dropped=Why.OVERTAKEN, settled_at=at
        )
        to_people.update(to_sealed=b"", person=None)
        due = told.exclude(text_sealed=b"").exclude(state=State.WAITING)
        Heard.objects.filter(told_at__lt=at - KEEP).delete()
        rows = due.update(text_sealed=b"", reason="")
        if rows:
            audit.record("notices.forgotten", subject=None, by=by.pk if by else None, at=at, rows=rows)
    return rows
