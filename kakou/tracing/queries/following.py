"""What is due today, for whom, and what came of the days before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.tracing.models import FollowUp, Involved
from kakou.tracing.rules.following import Finding, Item, Task, Told
from kakou.tracing.rules.standing import Standing


def follow_up_at(id: UUID) -> FollowUp:
    """One thing that is due. Raises NotFound, also outside the reader's scope."""
    found = FollowUp.objects.select_related("involved").filter(pk=id).first()
    if found is None:
        raise NotFound("This is not due for anybody here.")
    return found


def due(*, until: dt.date, node: int | None) -> QuerySet[FollowUp]:
    """Everything due up to a day and not told, at `node` and below (None: all in scope), the oldest day first."""
    found = FollowUp.objects.filter(finding=Finding.DUE, day__lte=until, involved__standing=Standing.FOLLOWED)
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.select_related("involved").order_by("day", "node_id", "involved_id", "task")


def told_on(day: dt.date, *, node: int | None) -> QuerySet[FollowUp]:
    """What was told of one day, the latest first."""
    found = FollowUp.objects.filter(day=day).exclude(finding__in=[Finding.DUE, Finding.DROPPED])
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.select_related("involved", "told_by").order_by("-told_at", "pk")


def items_of(people: Collection[Involved]) -> dict[UUID, list[FollowUp]]:
    """Person of an outbreak → what is and was due, by day. One query."""
    found: dict[UUID, list[FollowUp]] = {one.pk: [] for one in people}
    rows = FollowUp.objects.filter(involved__in=list(found)).exclude(finding=Finding.DROPPED)
    for row in rows.order_by("day", "task"):
        found[row.involved_id].append(row)
    return found


def told(rows: Collection[FollowUp]) -> list[Told]:
    """As the rules take it."""
    return [Told(Item(row.day, Task(row.task), row.samples), Finding(row.finding)) for row in rows]


def how_many(*, today: dt.date, node: int | None) -> Counter[str]:
    """due: today's not told; late: of days before; done: told of today."""
    waiting = due(until=today, node=node)
    late = waiting.filter(day__lt=today).count()
    return Counter({"late": late, "due": waiting.count() - late, "done": told_on(today, node=node).count()})
