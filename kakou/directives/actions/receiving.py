"""What a unit does about its task: acknowledge it with one tap, say what was done."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.directives import queries
from kakou.directives.actions.papers import keep_paper
from kakou.directives.models import Task
from kakou.directives.rules import Paper
from kakou.workorders import actions as orders
from kakou.workorders.queries import order_at
from kakou.workorders.rules import State


@transaction.atomic
def acknowledge(task: Task, *, by: Staff, at: dt.datetime) -> None:
    """It was read and is taken on; once more changes nothing. Raises NotAllowed, OrderRefused when it has ended."""
    order = order_at(task.order_id)
    if order.state == State.REPORTED:
        orders.accept(order, by=by, at=at)
    else:
        access.require(by, Permission.CLOSE_ORDERS, task.node_id)


@transaction.atomic
def finish(task: Task, *, text: str, by: Staff, at: dt.datetime, paper: Paper | None = None) -> None:
    """It is done: what, and perhaps a paper or photo that shows it. What was not acknowledged is with it. Raises
    NotAllowed, OrderRefused, ReasonUnfit."""
    acknowledge(task, by=by, at=at)
    if paper is not None:
        keep_paper(paper, directive=queries.directive_of(task), task=task, by=by, at=at)
    orders.close(order_at(task.order_id), evidence={"finding": text}, by=by, at=at)
