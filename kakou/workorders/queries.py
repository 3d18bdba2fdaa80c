"""Reads of work orders, all within the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from kakou.access.models import Closure
from kakou.access.rules import ROLES, Permission, Role
from kakou.kernel.errors import NotFound
from kakou.web.queries import site_zone
from kakou.workorders.clocks import Calendar, calendar_of
from kakou.workorders.models import Exhibit, Helper, SiteDay, Step, WorkOrder
from kakou.workorders.rules import STILL_OPEN, Answering, Proof, StepKind

NOBODY = 0  # as an owner: the orders that nobody answers for

# the one responsible person of a community comes first, then whoever works nearest (article lines 13, 33)
_CLOSERS = [role.value for role, what in ROLES.items() if Permission.CLOSE_ORDERS in what.permissions]
# every unit above a node: its own line, and the line of whoever manages it, or what is around it, on behalf
_LINES = """with lines (node, above, is_second, depth) as (
  select descendant_id, ancestor_id, false, depth::int from access_closure where descendant_id = any(%(nodes)s)
  union all
  select c.descendant_id, up.ancestor_id, true, c.depth * 1000 + up.depth from access_closure c
  join access_node managed on managed.id = c.ancestor_id
  join access_closure up on up.descendant_id = managed.second_superior_id
  where c.descendant_id = any(%(nodes)s))"""
WHO_ANSWERS = f"""{_LINES} select distinct on (l.node) l.node, g.staff_id, l.above, l.is_second
  from lines l join access_grant g on g.node_id = l.above and g.ended_at is null
  join access_staff s on s.id = g.staff_id and s.is_active
  where g.role = any(%(closers)s)
  order by l.node, l.is_second, (g.role = %(first)s) desc, l.depth, g.granted_at, g.id"""  # noqa: S608 - texts of ours alone
# of each node every unit above it, the nearest first, with the one who answers there, if there is one
WHO_ANSWERS_ABOVE = f"""{_LINES} select distinct on (l.node, l.is_second, l.depth) l.node, s.id, l.above, l.is_second
  from lines l
  left join access_grant g on g.node_id = l.above and g.ended_at is null and g.role = any(%(closers)s)
  left join access_staff s on s.id = g.staff_id and s.is_active
  where l.is_second or l.depth > 0
  order by l.node, l.is_second, l.depth, s.id is null, (g.role = %(first)s) desc, g.granted_at, g.id"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An open order with its age at the moment of asking; `late` past its due time."""

    order: WorkOrder
    age: dt.timedelta
    late: bool


def who_answers_for(nodes: Collection[int]) -> dict[int, Answering]:
    """Node → who answers for it: the secretary around it, else the nearest who may close orders; where nobody does in
    its own line, such a one of its second superior."""
    return dict(_answering(WHO_ANSWERS, nodes))


def who_answers_above(nodes: Collection[int]) -> dict[int, list[Answering]]:
    """Node → the units above it, the nearest first, each with whoever answers there; those of its second superior
    last."""
    found: dict[int, list[Answering]] = {node: [] for node in nodes}
    for node, answers in _answering(WHO_ANSWERS_ABOVE, nodes):
        found[node].append(answers)
    return found


def _answering(query: str, nodes: Collection[int]) -> list[tuple[int, Answering]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"nodes": list(nodes), "closers": _CLOSERS, "first": Role.COMMUNITY_SECRETARY.value})
        return [(node, Answering(staff, above, is_second)) for node, staff, above, is_second in cursor.fetchall()]


def site_calendar(at: dt.datetime) -> Calendar:
    """Which days the site works, around a moment: those of its country, and what it says of its own days."""
    years = range(at.year - 1, at.year + 3)
    known = calendar_of(settings.SITE_COUNTRY, site_zone(), years)
    own = SiteDay.objects.filter(day__year__gte=years[0], day__year__lte=years[-1])
    return known.with_days(dict(own.values_list("day", "is_worked")))


def open_orders(
    *,
    at: dt.datetime,
    node: int | None = None,
    kind: str | None = None,
    owner: int | None = None,
    limit: int | None = None,
) -> list[OpenOrder]:
    """Open orders in scope, soonest due first; with `node` those at it and below, with `owner` (id of staff, or NOBODY)
    those that this one answers for."""
    return [as_open(order, at) for order in still_open(node=node, kind=kind, owner=owner)[:limit]]


def still_open(
    *, node: int | None = None, kind: str | None = None, owner: int | None = None, among: Q | None = None
) -> QuerySet[WorkOrder]:
    """As `open_orders`, to be cut into pages; `among`: only those that fulfil it besides."""
    return _open(node, kind, owner, among).select_related("owner").order_by("due_at", "id")


def as_open(order: WorkOrder, at: dt.datetime) -> OpenOrder:
    """The order with its age at `at`."""
    return OpenOrder(order, at - order.opened_at, at > order.due_at)


def counts(
    *, at: dt.datetime, node: int | None = None, owner: int | None = None, among: Q | None = None
) -> dict[str, tuple[int, int]]:
    """Kind → (open, late of these); `node`, `owner` and `among` as of `still_open`."""
    rows = (
        _open(node, None, owner, among)
        .values("kind")
        .annotate(n=Count("id"), late=Count("id", filter=Q(due_at__lt=at)))
    )
    return {row["kind"]: (row["n"], row["late"]) for row in rows}


def order_at(id: UUID) -> WorkOrder:
    """One order. Raises NotFound, also when it lies outside the reader's scope."""
    order = WorkOrder.objects.select_related("owner", "closed_by").filter(pk=id).first()
    if order is None:
        raise NotFound("This order is not known here.")
    return order


def orders_at(ids: Collection[UUID]) -> list[WorkOrder]:
    """Those of several orders that the reader sees, open or not."""
    return list(WorkOrder.objects.filter(pk__in=ids).select_related("owner").order_by("due_at", "id"))


def steps_of(order: WorkOrder) -> list[Step]:
    """What happened to the order, first to last."""
    return list(Step.objects.filter(order=order).select_related("by").order_by("id"))


def last_by(order: WorkOrder, kind: StepKind) -> int | None:
    """Who took the last step of that kind (id of staff)."""
    steps = Step.objects.filter(order=order, kind=kind).order_by("-id")
    return steps.values_list("by_id", flat=True).first()


def last_passed_on(order: WorkOrder) -> Step | None:
    """The step by which it was last passed on since its clocks began."""
    steps = Step.objects.filter(order=order, kind=StepKind.ESCALATED, at__gte=order.begun_at)
    return steps.order_by("-id").first()


def helpers_of(order: WorkOrder) -> list[Helper]:
    """Who helps with the order now."""
    return list(Helper.objects.filter(order=order, left_at=None).select_related("staff").order_by("joined_at", "id"))


def proofs_of(order: WorkOrder) -> frozenset[Proof]:
    """What was added as proof since the order was opened, or opened again."""
    steps = Step.objects.filter(order=order, kind=StepKind.PROVED, at__gte=order.begun_at)
    return frozenset(Proof(proof) for proof in steps.values_list("facts__proof", flat=True))


def exhibits_of(order: WorkOrder) -> list[Exhibit]:
    """Its photos and signatures, the first first, without their content."""
    return list(Exhibit.objects.filter(order=order).defer("sealed").order_by("added_at", "id"))


def open_causes(*kinds: str) -> dict[str, set[str]]:
    """Kind → the causes for which an order is open in scope."""
    found: dict[str, set[str]] = {kind: set() for kind in kinds}
    for kind, cause in _open(None, None).filter(kind__in=kinds).values_list("kind", "cause"):
        found[kind].add(cause)
    return found


def closed_by_hand(kind: str, causes: Collection[str]) -> set[str]:
    """Those of `causes` whose latest order of `kind` somebody closed with evidence."""
    latest = WorkOrder.objects.filter(kind=kind, cause__in=causes).order_by("cause", "-opened_at").distinct("cause")
    return {order.cause for order in latest if order.closed_by_id is not None}


def settled_by_hand(kind: str, since: Mapping[str, dt.datetime]) -> set[str]:
    """Those of the causes whose latest order of `kind` somebody closed with evidence after that moment: the condition
    that began then was looked into."""
    latest = WorkOrder.objects.filter(kind=kind, cause__in=since).order_by("cause", "-opened_at").distinct("cause")
    return {
        order.cause
        for order in latest
        if order.closed_by_id is not None and order.closed_at is not None and order.closed_at > since[order.cause]
    }


def facts_closed_by_hand(kind: str, causes: Collection[str]) -> dict[str, dict[str, object]]:
    """Cause → the facts of its latest order of `kind`, of those that somebody closed with evidence."""
    latest = WorkOrder.objects.filter(kind=kind, cause__in=causes).order_by("cause", "-opened_at").distinct("cause")
    return {order.cause: order.facts for order in latest if order.closed_by_id is not None}


def open_among(kind: str, causes: Iterable[UUID | str]) -> set[str]:
    """Those of `causes` for which an order of `kind` is open in scope."""
    found = _open(None, kind).filter(cause__in=[str(cause) for cause in causes])
    return set(found.values_list("cause", flat=True))


def ever_about(kind: str, causes: Collection[str]) -> set[str]:
    """Those of `causes` about which an order of `kind` was opened, whatever became of it."""
    return set(WorkOrder.objects.filter(kind=kind, cause__in=causes).values_list("cause", flat=True))


def is_answered(kind: str, column: str) -> Exists:
    """For a query of other rows: does what stands in their uuid `column` have an order of `kind` that is open, or that
    somebody closed by hand? One that closed of itself opens again when its matter does."""
    about = WorkOrder.objects.filter(kind=kind, cause=Cast(OuterRef(column), CharField()))
    return Exists(about.filter(Q(state__in=STILL_OPEN) | Q(closed_by__isnull=False)))


def _open(node: int | None, kind: str | None, owner: int | None = None, among: Q | None = None) -> QuerySet[WorkOrder]:
    found = WorkOrder.objects.filter(among or Q(), state__in=STILL_OPEN)
    if owner is not None:
        found = found.filter(owner_id=None if owner == NOBODY else owner)
    if node is not None:
        found = found.filter(at_or_below(node))
    return found.filter(kind=kind) if kind else found


def at_or_below(node: int) -> Q:
    """What is handled there or further down, or was received there."""
    below = Closure.objects.filter(ancestor_id=node).values("descendant_id")
    return Q(node_id__in=below) | Q(first_node_id__in=below)
