"""A unit's board: how many orders of each kind stand in each state."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Min, Q

from kakou.workorders import queries
from kakou.workorders.rules import STILL_OPEN, State


class Cell(NamedTuple):
    """The open orders of a kind in a state: how many, how many of them late, and since when the oldest is open."""

    state: State
    kind: str
    many: int
    late: int
    oldest: dt.datetime


def board(*, at: dt.datetime, node: int | None = None) -> dict[State, list[Cell]]:
    """State → its cells, most first, every open state in its order; empty ones too. One query."""
    rows = (
        queries.still_open(node=node)
        .order_by()
        .values_list("state", "kind")
        .annotate(many=Count("id"), late=Count("id", filter=Q(due_at__lt=at)), oldest=Min("opened_at"))
    )
    found: dict[State, list[Cell]] = {state: [] for state in State if state in STILL_OPEN}
    for state, *rest in sorted(rows, key=lambda row: (-row[2], row[1])):
        found[State(state)].append(Cell(State(state), *rest))
    return found
