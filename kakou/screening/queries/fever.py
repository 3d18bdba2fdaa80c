"""Reads of fever cases, within the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When

from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.screening.models import FeverCase, FeverEvent
from kakou.screening.rules.fever import MEASURED, FeverState, FeverStep, Spell, spells

# what one portion of passages brought was recorded at one moment: there a case opens first
_IN_ORDER = ("recorded_at", Case(When(step=FeverStep.OPENED, then=0), default=1), "id")


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
    return list(FeverEvent.objects.filter(case=case).select_related("by").order_by(*_IN_ORDER))


def how_many(*, node: int | None, at: dt.datetime) -> tuple[int, int]:
    """Open cases, and how many of them are overdue."""
    rows = list(cases(node=node, ended=False).values_list("due_at", flat=True))
    return len(rows), sum(due is not None and due < at for due in rows)


def around(*, opened_since: dt.datetime, ended_since: dt.datetime, ids: Collection[UUID] = ()) -> list[FeverCase]:
    """Cases that go on, those opened or ended since a moment, and these; the earliest first."""
    wanted = ~Q(state=FeverState.ENDED) | Q(opened_at__gte=opened_since) | Q(ended_at__gte=ended_since) | Q(pk__in=ids)
    return list(FeverCase.objects.filter(wanted).order_by("opened_at", "id"))


def spells_of(cases: Collection[FeverCase]) -> dict[UUID, list[Spell]]:
    """Case → where it stood when. One query."""
    steps: dict[UUID, list[tuple[dt.datetime, FeverState]]] = {}
    events = FeverEvent.objects.filter(case__in=[case.pk for case in cases]).order_by(*_IN_ORDER)
    for case, at, before in events.values_list("case_id", "at", "before"):
        steps.setdefault(case, []).append((at, FeverState(before)))
    return {case.pk: spells(steps.get(case.pk, []), FeverState(case.state)) for case in cases}


def steps_known(ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` that are steps of some case already."""
    return set(FeverEvent.objects.filter(pk__in=ids).values_list("pk", flat=True))


def measured_in(cases: Collection[FeverCase]) -> set[int]:
    """Every second temperature that these cases tell of, in tenths of a degree. No query for none."""
    again = FeverEvent.objects.filter(case__in=[case.pk for case in cases], step__in=MEASURED - {FeverStep.OPENED})
    return {facts["tenths"] for facts in again.values_list("facts", flat=True)}
