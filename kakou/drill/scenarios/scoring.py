"""What became of a training: which of the orders that were to be found stand in the ledger, closed or not, how late.

Nothing here is taken from the scenario but what is looked for: every count is of work orders that were opened since the
training began.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q

from kakou.access.models import Closure
from kakou.access.scope import acting_as_system
from kakou.drill.models import Settlement, Training
from kakou.drill.scenarios.reading import Find, read
from kakou.drill.world import World
from kakou.workorders.events import kind_of
from kakou.workorders.models import WorkOrder

NEVER = dt.timedelta(0)


class Standing(StrEnum):
    """How far one of the things to find is."""

    NOT_OPENED = "not_opened"  # fewer orders than there should be
    OPEN = "open"  # they are there, and some are open
    CLOSED = "closed"


class Score(NamedTuple):
    """Of one thing to find. `title` is the msgid of the kind of order; `late`: closed after they were due, or open and
    past due; `longest`: past due by so much at most. `healed`: closed by themselves."""

    find: Find
    title: str
    gate: str
    opened: int
    open: int
    by_hand: int
    healed: int
    late: int
    longest: dt.timedelta

    @property
    def standing(self) -> Standing:
        """How far it is."""
        if self.opened < self.find.at_least:
            return Standing.NOT_OPENED
        return Standing.OPEN if self.open else Standing.CLOSED


def scores(training: Training, settlement: Settlement, *, at: dt.datetime) -> list[Score]:
    """One for each thing to find, in the order of the file; of every place, whoever asks."""
    scenario, world = read(training.text), World(settlement.seed)
    with acting_as_system():
        return [_score(find, _where(find, settlement, world), training.at, world, at) for find in scenario.finds]


def _where(find: Find, settlement: Settlement, world: World) -> Q:
    if find.gate is None:
        return Q()
    unit = settlement.unit_nodes[world.land.entrances[find.gate].unit]
    below = Closure.objects.filter(ancestor_id=unit).values("descendant_id")
    return Q(node_id__in=below) | Q(first_node_id__in=below)


def _score(find: Find, where: Q, since: dt.datetime, world: World, at: dt.datetime) -> Score:
    orders = [*WorkOrder.objects.filter(where, kind=find.order, opened_at__gte=since)]
    closed = [order for order in orders if order.closed_at is not None]
    late = _late(orders, at)
    return Score(
        find=find,
        title=kind_of(find.order).title,
        gate="" if find.gate is None else world.gate_name(find.gate),
        opened=len(orders),
        open=len(orders) - len(closed),
        by_hand=sum(order.closed_by_id is not None for order in closed),
        healed=sum(order.closed_by_id is None for order in closed),
        late=len(late),
        longest=max(late, default=NEVER),
    )


def _late(orders: Iterable[WorkOrder], at: dt.datetime) -> Sequence[dt.timedelta]:
    past: Collection[dt.timedelta] = [(order.closed_at or at) - order.due_at for order in orders]
    return [one for one in past if one > NEVER]
