"""Questions about a whole outbreak are asked with a reason, answered in the tracer, and kept with their answers."""

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
from kakou.tracing.models import Outbreak, Question

LONGEST = dt.timedelta(days=31)  # of a ranking: a month of a county takes minutes
Run = Callable[[UUID], object]
"""Enqueues the job that answers, in the caller's transaction."""


class NotToBeAnswered(Refusal):
    """The question makes no sense as it stands; the text says why."""

    code = "not-to-be-answered"


@transaction.atomic
def ask_closing(
    outbreak: Outbreak, *, place: int, since: dt.datetime, reason: str, run: Run, by: Staff, at: dt.datetime
) -> Question:
    """What would not have happened if nobody had been at `place` and below from `since` on? Raises NotAllowed,
    ReasonUnfit, NotToBeAnswered."""
    access.require(by, Permission.TRACE, place)
    if since >= at:
        raise NotToBeAnswered("That day has not come yet. Choose one from which on it would have been closed.")
    made = _made(outbreak, Question.Kind.CLOSING, (since, at), reason=reason, place=place, by=by, at=at)
    run(made.pk)
    return made


@transaction.atomic
def ask_ranking(
    outbreak: Outbreak, *, since: dt.datetime, until: dt.datetime, reason: str, run: Run, by: Staff, at: dt.datetime
) -> Question:
    """Which places of the outbreak's part carried most exposure in that time? Raises NotAllowed, ReasonUnfit,
    NotToBeAnswered."""
    if not since < until:
        raise NotToBeAnswered("It ends before it begins. Look at the two days again.")
    if until - since > LONGEST:
        raise NotToBeAnswered("Ask for %(most)d days at most.", most=LONGEST.days)
    made = _made(outbreak, Question.Kind.RANKING, (since, min(until, max(at, since))), reason=reason, by=by, at=at)
    run(made.pk)
    return made


def _made(
    outbreak: Outbreak,
    kind: Question.Kind,
    span: tuple[dt.datetime, dt.datetime],
    *,
    reason: str,
    place: int | None = None,
    by: Staff,
    at: dt.datetime,
) -> Question:
    access.require(by, Permission.TRACE, outbreak.node_id)
    made = Question.objects.create(
        outbreak=outbreak, node_id=outbreak.node_id, kind=kind, reason=checked_reason(reason), asked_by=by, asked_at=at,
        place_id=place, since_at=span[0], until_at=span[1], edition=outbreak.edition,
    )  # fmt: skip
    audit.record(
        "question.asked", subject=made.pk, by=by.pk, at=at, node=outbreak.node_id, reason=reason, kind=kind.value,
        outbreak=outbreak.pk, place=place,
    )  # fmt: skip
    return made
