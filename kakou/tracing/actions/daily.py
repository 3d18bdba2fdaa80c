"""Which cases are traced again each morning, and which traces were left unanswered."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from kakou.access.scope import acting_as_system
from kakou.tracing.actions.traces import ask_daily
from kakou.tracing.models import Involved, Trace
from kakou.tracing.rules.standing import CaseState, Standing

WAITED_TOO_LONG = dt.timedelta(minutes=2)


@transaction.atomic
def traces_of_today(*, at: dt.datetime) -> list[UUID]:
    """A queued trace for each case that is followed, in every outbreak that goes on; their ids."""
    cases = Involved.objects.filter(number__isnull=False, standing=Standing.FOLLOWED, outbreak__closed_at=None).exclude(
        case_state=CaseState.EXCLUDED
    )
    asked = (ask_daily(case, at=at) for case in cases.select_related("outbreak").order_by("outbreak_id", "number"))
    return [trace.pk for trace in asked if trace is not None]


def traces_left(*, at: dt.datetime) -> list[UUID]:
    """Traces that wait for longer than any takes: whoever was to answer them died. The oldest first."""
    with acting_as_system():
        waiting = Trace.objects.filter(state=Trace.State.QUEUED, asked_at__lt=at - WAITED_TOO_LONG)
        return list(waiting.order_by("asked_at").values_list("pk", flat=True))
