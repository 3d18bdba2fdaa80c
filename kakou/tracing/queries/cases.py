"""Outbreaks and the people in them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf

from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.tracing.models import ControlMeasure, Exposure, Involved, Outbreak, Step, Trace
from kakou.tracing.policy import STRENGTH
from kakou.tracing.rules.standing import Standing


def outbreaks() -> list[Outbreak]:
    """Those in scope: open ones first, the latest first."""
    return list(Outbreak.objects.order_by(F("closed_at").desc(nulls_first=True), "-opened_at"))


def outbreak_at(id: UUID) -> Outbreak:
    """One outbreak. Raises NotFound, also outside the reader's scope."""
    found = Outbreak.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This outbreak is not known here.")
    return found


def outbreak_seen(row: Involved | Trace) -> Outbreak | None:
    """The outbreak of a row; None for a reader who answers for the row and does not see all of the outbreak."""
    return Outbreak.objects.filter(pk=row.outbreak_id).first()


def involved_at(id: UUID) -> Involved:
    """One person of an outbreak. Raises NotFound, also outside the reader's scope."""
    found = Involved.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This person is not known in this outbreak.")
    return found


def trace_at(id: UUID) -> Trace:
    """One run. Raises NotFound, also outside the reader's scope."""
    found = Trace.objects.select_related("source", "asked_by").filter(pk=id).first()
    if found is None:
        raise NotFound("This trace is not known here.")
    return found


def measure_at(id: UUID) -> ControlMeasure:
    """One measure. Raises NotFound, also outside the reader's scope."""
    found = ControlMeasure.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This measure is not known here.")
    return found


def cases_of(outbreak: Outbreak) -> list[Involved]:
    """Its cases, by number."""
    return list(Involved.objects.filter(outbreak=outbreak, number__isnull=False).order_by("number"))


def contacts_of(
    outbreak: Outbreak | None,
    *,
    standing: Standing | None = None,
    grade: str = "",
    source: UUID | None = None,
    node: int | None = None,
) -> QuerySet[Involved]:
    """Contacts that are no cases, the strongest grade first, then the highest rank. `grade`: decided, or else proposed;
    `source`: only those whom that case exposed, all in one outbreak: to name that too would have the database go
    through all of it for each, as long as it has not counted the rows of a new one."""
    found = Involved.objects.filter(number=None)
    if outbreak is not None and source is None:
        found = found.filter(outbreak=outbreak)
    if standing is not None:
        found = found.filter(standing=standing)
    if grade:
        found = found.filter(Q(grade=grade) | Q(grade="", proposed=grade))
    if source is not None:
        found = found.filter(exposures__source=source)
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    weaker = [When(_grade=grade, then=Value(-rank)) for grade, rank in STRENGTH_OF.items()]
    return found.annotate(_grade=Coalesce(NullIf("grade", Value("")), "proposed")).order_by(
        Case(*weaker, default=Value(0)), "-rank", "pk"
    )


def counts_of(outbreak: Outbreak | None) -> dict[tuple[str, str], int]:
    """(standing, grade: decided or else proposed) → contacts in scope, of one outbreak or of all."""
    among = Involved.objects.filter(number=None).order_by()
    if outbreak is not None:
        among = among.filter(outbreak=outbreak)
    rows = among.values_list("standing", "grade", "proposed").annotate(many=Count("pk"))
    found: dict[tuple[str, str], int] = {}
    for standing, grade, proposed, many in rows:
        found[standing, grade or proposed] = found.get((standing, grade or proposed), 0) + many
    return found


def exposures_of(involved: Involved) -> list[Exposure]:
    """What exposed somebody, the strongest first."""
    found = Exposure.objects.filter(target=involved).select_related("source")
    return sorted(found, key=lambda one: (-STRENGTH_OF[one.grade], -one.rank, str(one.pk)))


def strongest_exposure(people: Collection[Involved], source: UUID | None = None) -> dict[UUID, Exposure]:
    """Of each of `people` the exposure that ranks first, of one source if it is named. One query."""
    found = Exposure.objects.filter(target__in=[one.pk for one in people]).select_related("source")
    if source is not None:
        found = found.filter(source=source)
    best: dict[UUID, Exposure] = {}
    for one in found:
        held = best.get(one.target_id)
        if held is None or (STRENGTH_OF[one.grade], one.rank) > (STRENGTH_OF[held.grade], held.rank):
            best[one.target_id] = one
    return best


def steps_of(involved: Involved) -> list[Step]:
    """What was done about somebody, first to last."""
    return list(Step.objects.filter(involved=involved).select_related("by").order_by("at", "pk"))


def traces_of(involved: Involved) -> list[Trace]:
    """Runs from somebody, the latest first."""
    found = Trace.objects.filter(source=involved).select_related("asked_by")
    return list(found.order_by("-asked_at", "-pk")[:20])


def measures_of(outbreak: Outbreak) -> list[ControlMeasure]:
    """Measures that belong to an outbreak, those that last first."""
    found = ControlMeasure.objects.filter(outbreak=outbreak).select_related("set_by")
    return list(found.order_by(F("until_at").desc(nulls_first=True), "-since_at"))


STRENGTH_OF = {grade.value: rank for grade, rank in STRENGTH.items()}
