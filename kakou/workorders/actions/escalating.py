"""What is late is passed on, up the place tree, until somebody answers.

A unit in which nobody answers is passed over and becomes an open matter itself, until somebody does. Where nobody is
left in the own line, a second superior answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from kakou.access.scope import acting_as_system
from kakou.workorders import queries, rules
from kakou.workorders.actions.opening import Matter, add_steps, changed_of, close_causes, moved, open_many, tell
from kakou.workorders.events import KINDS, register_kind
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import AGAIN, Kind, Passed, StepKind, within

NOBODY_ANSWERS = register_kind(
    Kind("unit_without_owner", "Nobody answers for a unit", within(days=1), recurs=True, by_hand=False)
)
MOST = 500  # in one transaction


def pass_on(*, at: dt.datetime) -> int:
    """Pass on the orders whose time has run out longest ago, in the system's own scope; how many, at most `MOST`, and 0
    when none is left. A call that is broken off leaves no order half passed on."""
    with acting_as_system():
        _close_answered(at)
        return _pass_some(at)


@transaction.atomic
def _pass_some(at: dt.datetime) -> int:
    late = list(
        WorkOrder.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(escalate_at__lte=at)
        .order_by("escalate_at")[:MOST]
    )
    if not late:
        return 0
    above = queries.who_answers_above({_unit(order) for order in late})
    passed = [(order, rules.passed_up(above[_unit(order)])) for order in late]
    for order, to in passed:
        _set(order, to, at)
    WorkOrder.objects.bulk_update(late, ["owner", "answers_node", "escalate_at"])
    add_steps(StepKind.ESCALATED, [(changed_of(order), _facts(order, to)) for order, to in passed], at, None)
    _open_skipped([to for _, to in passed], at)
    for kind in {order.kind for order in late}:
        passed_on = [changed_of(order) for order in late if order.kind == kind]
        tell(kind, passed_on)
        moved(kind, StepKind.ESCALATED, passed_on, at)
    return len(late)


def _unit(order: WorkOrder) -> int:
    return order.answers_node_id or order.node_id


def _set(order: WorkOrder, passed: Passed, at: dt.datetime) -> None:
    if passed.to is not None:
        order.owner_id, order.answers_node_id = passed.to.staff, passed.to.node
    kind = KINDS.get(order.kind)  # None: opened by a version that had this kind; it goes up all the same
    order.escalate_at = None if passed.is_top else at + (kind.again if kind else AGAIN)


def _facts(order: WorkOrder, passed: Passed) -> dict[str, object]:
    told: dict[str, object] = {"clock": order.due_clock}
    if passed.to is None:
        return told | {"top": True}
    return told | {"unit": passed.to.node, "owner": passed.to.staff}


def _open_skipped(passed: Sequence[Passed], at: dt.datetime) -> None:
    nobody = {node for one in passed for node in one.skipped}
    if nobody:
        open_many(NOBODY_ANSWERS.name, [Matter(node, node) for node in sorted(nobody)], at=at)


def _close_answered(at: dt.datetime) -> None:
    """Somebody answers for a unit again."""
    units = [int(cause) for cause in queries.open_causes(NOBODY_ANSWERS.name)[NOBODY_ANSWERS.name]]
    if not units:
        return
    answers = queries.who_answers_for(units)
    if again := [unit for unit in units if unit in answers and answers[unit].node == unit]:
        close_causes(NOBODY_ANSWERS.name, again, at=at, healed="answered_for")
