"""Who is inside or away past the allowance: the one thing about stays that happens although nobody passes a gate."""

from __future__ import annotations

import datetime as dt

from kakou.access.scope import acting_as_system
from kakou.ledger.actions.backlog import Backlog
from kakou.ledger.models import Stay
from kakou.ledger.stays.orders import OrderKind
from kakou.ledger.stays.rows import STATES
from kakou.ledger.stays.shapes import StayState
from kakou.workorders.actions import Matter, open_many
from kakou.workorders.queries import is_answered

AT_ONCE = 2_000


def open_overdue(*, at: dt.datetime, backlog: Backlog | None = None) -> int:
    """Open an order for every open stay past its time that has none; how many.

    Looks at what the fold made of all that arrived, never at a state in between: while passages wait, or a phone is
    still telling of hours ago, the exit may be on its way, and whoever left in time is nobody's matter. What is really
    open then is found by a later look. An exit that comes after the order closes it, and both stay on record.
    """
    backlog = backlog or Backlog()
    if backlog.behind:
        return 0
    waiting, opened = backlog.waiting(at), 0
    while True:
        with acting_as_system():
            matters = _unanswered(at, waiting)
            new = len(open_many(OrderKind.PAST_ALLOWANCE, matters, at=at))
        opened += new
        if not new or len(matters) < AT_ONCE:
            return opened


def _unanswered(at: dt.datetime, waiting: set[int]) -> list[Matter]:
    late = Stay.objects.filter(until_at=None, state=STATES[StayState.OPEN], due_at__lt=at)
    left = late.exclude(node_id__in=waiting).exclude(is_answered(OrderKind.PAST_ALLOWANCE, "id"))
    rows = left.order_by("due_at", "id").values_list("id", "node_id", "enter_passage")[:AT_ONCE]
    return [Matter(stay, node, {"passage": str(passage)}) for stay, node, passage in rows]
