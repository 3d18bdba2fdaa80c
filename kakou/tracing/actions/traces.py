"""A trace is asked for with a reason, runs in the tracer, and leaves its proposals in the scoped tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.tracing.models import Involved, Trace
from kakou.tracing.policy import Grade, lookback
from kakou.tracing.queries.editions import policy_for
from kakou.tracing.rules.standing import CaseState, Standing
from kakou.web.queries import site_zone

MOST_HOPS = 5
DAILY = "daily run"  # the reason of traces that nobody in particular asked for


class NotToBeTraced(Refusal):
    """Of this person no contacts can be asked for now; the text says what is missing."""

    code = "not-to-be-traced"


Window = tuple[dt.datetime, dt.datetime]


def window_of(involved: Involved, *, at: dt.datetime) -> Window:
    """From when to when somebody's meetings count: a case's by the edition, a close contact's from the first exposure
    until now. Raises NotToBeTraced, PolicyRefused naming what is missing."""
    if involved.is_case:
        if involved.case_state == CaseState.EXCLUDED:
            raise NotToBeTraced("This case was excluded. Change its state first.")
        # a positive sample isolates nobody: whoever is not isolated goes on meeting people
        since, end = lookback(
            policy_for(involved), onset=involved.onset_on, first_positive=involved.positive_at,
            asymptomatic=involved.onset_on is None, zone=site_zone(), until=involved.isolated_at or at,
        )  # fmt: skip
        return since, max(since, min(end, at))
    if involved.grade != Grade.CLOSE or involved.standing != Standing.FOLLOWED or involved.since_at is None:
        raise NotToBeTraced("Contacts are traced of cases, and of close contacts that were decided on.")
    return involved.since_at, at


@transaction.atomic
def ask_trace(
    source: Involved,
    *,
    reason: str,
    kind: Trace.Kind = Trace.Kind.CONTACTS,
    hops: int = 1,
    run: Callable[[UUID], object],
    by: Staff,
    at: dt.datetime,
) -> Trace:
    """Queue a trace from somebody of an outbreak; `run` enqueues the job that answers it, in this transaction.

    Raises NotAllowed, ReasonUnfit, NotToBeTraced, PolicyRefused.
    """
    access.require(by, Permission.TRACE, source.node_id)
    if not 1 <= hops <= MOST_HOPS:
        raise NotToBeTraced("A chain has 1 to %(most)d meetings.", most=MOST_HOPS)
    made = _made(source, kind=kind, hops=hops, reason=checked_reason(reason), by=by, at=at)
    audit.record(
        "trace.asked", subject=made.pk, by=by.pk, at=at, node=source.node_id, reason=reason, of=source.pk,
        kind=kind.value, hops=hops,
    )  # fmt: skip
    run(made.pk)
    return made


def ask_daily(source: Involved, *, at: dt.datetime) -> Trace | None:
    """The same by the installation itself, each morning; None where nothing can be asked."""
    try:
        return _made(source, kind=Trace.Kind.CONTACTS, hops=1, reason=DAILY, by=None, at=at)
    except Refusal:
        return None


def _made(source: Involved, *, kind: Trace.Kind, hops: int, reason: str, by: Staff | None, at: dt.datetime) -> Trace:
    since, until = window_of(source, at=at)
    return Trace.objects.create(
        outbreak_id=source.outbreak_id, source=source, node_id=source.node_id, kind=kind, hops=hops, reason=reason,
        asked_by=by, asked_at=at, since_at=since, until_at=until, edition=policy_for(source).name,
    )  # fmt: skip
