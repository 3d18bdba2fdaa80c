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
from kakou.tracing.queries.numbers import telephones_of
from kakou.tracing.rules.following import Finding, Item, Task, Told
from kakou.tracing.rules.standing import Standing
from kakou.web.queries import site_zone


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
    """What was told on one day of the site, of that day or of one before; the latest first."""
    begin = dt.datetime.combine(day, dt.time.min, site_zone())
    found = FollowUp.objects.filter(told_at__gte=begin, told_at__lt=begin + dt.timedelta(days=1))
    found = found.exclude(finding__in=[Finding.DUE, Finding.DROPPED])
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.select_related("involved", "told_by").order_by("-told_at", "pk")


def followed_between(first: dt.date, last: dt.date, *, node: int | None) -> QuerySet[Involved]:
    """Everybody of whom something was or is due within these days, by unit, the latest exposed first."""
    due_then = FollowUp.objects.filter(day__range=(first, last)).exclude(finding=Finding.DROPPED)
    found = Involved.objects.filter(pk__in=due_then.values("involved_id"))
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("node_id", "-last_at", "pk")


def households(rows: Collection[FollowUp]) -> list[list[FollowUp]]:
    """Rows of one unit and telephone together, each household by its oldest day; one query. Who has no telephone
    stands alone."""
    phones = telephones_of({row.involved.subject for row in rows})
    found: dict[tuple[int, object], list[FollowUp]] = {}
    for row in rows:
        key = row.node_id, phones.get(row.involved.subject, row.involved_id)
        found.setdefault(key, []).append(row)
    return sorted(found.values(), key=lambda house: (min(row.day for row in house), house[0].node_id))


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


def how_many(*, today: dt.date, node: int | None, among: Collection[int]) -> Counter[str]:
    """due: today's not told; late: of days before; done: told today. On the nodes `among`."""
    waiting = due(until=today, node=node).filter(node_id__in=among)
    late = waiting.filter(day__lt=today).count()
    done = told_on(today, node=node).filter(node_id__in=among).count()
    return Counter({"late": late, "due": waiting.count() - late, "done": done})
