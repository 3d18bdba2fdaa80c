"""Somebody's day: what he answers for or helps with, the soonest due first, and what he closed since midnight."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from kakou.workorders import queries
from kakou.workorders.models import Helper, WorkOrder


class Tally(NamedTuple):
    """How many are overdue, due before the day ends, due later, and done."""

    late: int
    today: int
    later: int
    done: int


def his(staff: int) -> Q:
    """What somebody answers for or helps with. The helped ones are few and looked up first, so that both halves are
    found by index."""
    helped = Helper.objects.filter(staff_id=staff, left_at=None).values_list("order_id", flat=True)
    return Q(owner_id=staff) | Q(pk__in=list(helped))


def to_do(whose: Q, *, node: int | None = None) -> QuerySet[WorkOrder]:
    """The open ones of `his`, the soonest due first; with `node` those at it and below."""
    return queries.still_open(node=node, among=whose)


def done(staff: int, *, since: dt.datetime, node: int | None = None) -> QuerySet[WorkOrder]:
    """What somebody closed since then, the latest first."""
    found = WorkOrder.objects.filter(closed_by_id=staff, closed_at__gte=since)
    if node is not None:
        found = found.filter(queries.at_or_below(node))
    return found.select_related("owner").order_by("-closed_at", "id")


def tally(whose: Q, staff: int, *, at: dt.datetime, since: dt.datetime, until: dt.datetime, node: int | None) -> Tally:
    """The counts of a day from `since` to `until`. Two queries."""
    open_ones = to_do(whose, node=node).order_by().aggregate(
        late=Count("id", filter=Q(due_at__lt=at)),
        today=Count("id", filter=Q(due_at__gte=at, due_at__lt=until)),
        later=Count("id", filter=Q(due_at__gte=max(at, until))),
    )  # fmt: skip
    return Tally(**open_ones, done=done(staff, since=since, node=node).count())
