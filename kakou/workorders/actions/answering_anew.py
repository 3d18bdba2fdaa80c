"""The tree was cut anew: an open order goes to whoever answers there now, if who did may see it no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kakou.access.models import Closure, Staff
from kakou.access.queries import holders_over
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system
from kakou.workorders import queries
from kakou.workorders.actions.opening import add_steps, changed_of, moved, tell
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import ENDED, Answering, StepKind


@transaction.atomic
def answer_anew(nodes: Collection[int], about: Mapping[UUID, int], *, by: Staff | None, at: dt.datetime) -> int:
    """Open orders at `nodes`, which hang elsewhere now, and those that are `about` a place there (order → node) and
    stand at a unit that is no more around it: whoever received these first sees them still. How many changed hands, in
    the system's own scope: who cuts the tree need not see an order.
    """
    with acting_as_system():
        found = WorkOrder.objects.select_for_update(of=("self",)).exclude(state__in=ENDED)
        orders = list(found.filter(Q(node_id__in=nodes) | Q(pk__in=list(about))).order_by("pk"))
        answers = queries.who_answers_for({about.get(order.pk, order.node_id) for order in orders})
        around = _around(set(about.values()))
        changed = [order for order in orders if _set(order, answers, about.get(order.pk), around)]
        WorkOrder.objects.bulk_update(changed, ["node", "owner", "answers_node"])
        facts = [(changed_of(one), {"owner": one.owner_id, "unit": one.answers_node_id}) for one in changed]
        add_steps(StepKind.OWNER_NAMED, facts, at, by)
        for kind in {order.kind for order in changed}:
            told = [changed_of(order) for order in changed if order.kind == kind]
            tell(kind, told)
            moved(kind, StepKind.OWNER_NAMED, told, at)
        return len(changed)


def _around(places: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {place: set() for place in places}
    for node, above in Closure.objects.filter(descendant_id__in=places).values_list("descendant_id", "ancestor_id"):
        found[node].add(above)
    return found


def _set(order: WorkOrder, answers: Mapping[int, Answering], place: int | None, around: Mapping[int, set[int]]) -> bool:
    """Put the order where it belongs now; is anything changed?"""
    found = answers.get(order.node_id if place is None else place)
    if place is not None and order.node_id in around[place]:
        return False
    if place is not None and found is not None:
        order.node_id = found.node
    elif order.owner_id is None or _may_still(order):
        return False
    order.owner_id, order.answers_node_id = (found.staff, found.node) if found else (None, order.node_id)
    return True


def _may_still(order: WorkOrder) -> bool:
    return any(staff.pk == order.owner_id for staff, _ in holders_over(Permission.CLOSE_ORDERS, [order.node_id]))
