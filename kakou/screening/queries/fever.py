"""Reads of fever cases, within the reader's scope."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.screening.models import FeverCase, FeverEvent
from kakou.screening.rules.fever import FeverState


def cases(*, node: int | None, ended: bool) -> QuerySet[FeverCase]:
    """Cases at `node` and below (None: all in scope): open ones by what is due first, ended ones the latest first."""
    found = FeverCase.objects.filter(state=FeverState.ENDED) if ended else going_on()
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("-ended_at", "id") if ended else found.order_by("due_at", "id")


def going_on() -> QuerySet[FeverCase]:
    """Every case in scope that has not ended."""
    return FeverCase.objects.exclude(state=FeverState.ENDED)


def case_at(id: UUID) -> FeverCase:
    """One case. Raises NotFound, also outside the reader's scope."""
    found = FeverCase.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This fever is not known here.")
    return found


def events_of(case: FeverCase) -> list[FeverEvent]:
    """What was done, first to last."""
    return list(FeverEvent.objects.filter(case=case).select_related("by").order_by("recorded_at", "id"))


def how_many(*, node: int | None, at: dt.datetime) -> tuple[int, int]:
    """Open cases, and how many of them are overdue."""
    rows = list(cases(node=node, ended=False).values_list("due_at", flat=True))
    return len(rows), sum(due is not None and due < at for due in rows)
