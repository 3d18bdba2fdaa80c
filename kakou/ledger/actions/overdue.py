"""Who is inside or away past the allowance: the one thing about stays that happens although nobody passes a gate."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import connection

from kakou.access.scope import acting_as_system
from kakou.ledger.stays.orders import OrderKind
from kakou.ledger.stays.rows import STATES
from kakou.ledger.stays.shapes import StayState
from kakou.workorders.actions import Matter, open_many

CURSOR = "overdue"
LOOK_BACK_MS = 3_600_000  # a fold that began earlier may commit later; opening twice is opening once
# the cursor holds the moment, in epoch ms, up to which due times have been looked at
_FALLEN_DUE = """select id, node_id, enter_passage from ledger_stay
  where until_at is null and state = %s and due_at > to_timestamp(%s / 1000.0) and due_at < %s"""


def open_overdue(*, at: dt.datetime) -> int:
    """Open an order for every open stay that fell due since the last call; returns how many were opened. What falls due
    and is folded only later gets its order from the fold."""
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute("insert into ledger_foldcursor (name, xid) values (%s, 0) on conflict do nothing", [CURSOR])
        cursor.execute("select xid from ledger_foldcursor where name = %s for update", [CURSOR])
        (since,) = cursor.fetchone()
        cursor.execute(_FALLEN_DUE, [STATES[StayState.OPEN], since - LOOK_BACK_MS, at])
        matters = [_matter(*row) for row in cursor.fetchall()]
        opened = open_many(OrderKind.PAST_ALLOWANCE, matters, at=at)
        cursor.execute(
            "update ledger_foldcursor set xid = (extract(epoch from %s::timestamptz) * 1000)::bigint where name = %s",
            [at, CURSOR],
        )
    return len(opened)


def _matter(stay: UUID, node: int, passage: UUID) -> Matter:
    return Matter(stay, node, {"passage": str(passage)})
