"""Tasks go where their orders go: every step of one, by whatever page it was taken, is written beside the unit."""

from __future__ import annotations

from kakou.access.scope import acting_as_system
from kakou.directives.models import Task
from kakou.directives.rules import DIRECTIVE, DirectiveRefused
from kakou.workorders.actions import set_due
from kakou.workorders.events import Happened
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import STILL_OPEN, State, StepKind


def follow(happened: Happened) -> None:
    """After a step of their orders: state, receipt, end; and they fall due as the directive says. In the system's own
    scope: whoever an order was dispatched to does not see whose task it was. Raises DirectiveRefused for one that is
    opened again though its directive has ended."""
    if happened.kind != DIRECTIVE.name:
        return
    with acting_as_system():
        tasks = list(Task.objects.select_related("directive").filter(order_id__in=happened.orders))
        orders = WorkOrder.objects.in_bulk([task.order_id for task in tasks])
        if happened.step is StepKind.REOPENED and any(task.directive.ended_at for task in tasks):
            raise DirectiveRefused("This directive has ended already.")
        for task in tasks:
            _write(task, orders[task.order_id], happened)
        Task.objects.bulk_update(tasks, ["state", "acknowledged_at", "acknowledged_by", "done_at", "done_by"])
        set_due(DIRECTIVE.name, {
            task.pk: task.directive.acknowledge_by if task.state == State.REPORTED else task.directive.deadline
            for task in tasks if task.state in STILL_OPEN
        })  # fmt: skip


def _write(task: Task, order: WorkOrder, happened: Happened) -> None:
    task.state = order.state
    if happened.step is StepKind.ACCEPTED and task.acknowledged_at is None:
        step = Step.objects.filter(order=order, kind=StepKind.ACCEPTED).order_by("-id").first()
        assert step is not None
        task.acknowledged_at, task.acknowledged_by_id = step.at, step.by_id
    is_done = order.state == State.CLOSED and task.directive.ended_at is None
    task.done_at = order.closed_at if is_done else None
    task.done_by_id = order.closed_by_id if is_done else None
