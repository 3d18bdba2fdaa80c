"""Which cases are traced again each morning."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from kakou.tracing.actions.traces import ask_daily
from kakou.tracing.models import Involved
from kakou.tracing.rules.standing import CaseState, Standing


@transaction.atomic
def traces_of_today(*, at: dt.datetime) -> list[UUID]:
    """A queued trace for each case that is followed, in every outbreak that goes on; their ids."""
    cases = Involved.objects.filter(number__isnull=False, standing=Standing.FOLLOWED, outbreak__closed_at=None).exclude(
        case_state=CaseState.EXCLUDED
    )
    asked = (ask_daily(case, at=at) for case in cases.select_related("outbreak").order_by("outbreak_id", "number"))
    return [trace.pk for trace in asked if trace is not None]
