"""How much passed in each unit on each day, by the tree of the moment: what was counted in a community stays counted
there when the compound goes to another, and nothing is counted twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kakou.access.queries import moves, tree_of_now
from kakou.access.scope import acting_as_system
from kakou.access.scope.former import parents_at, shares, unchanged
from kakou.ledger.queries.day import Flow, per_gate, window
from kakou.places.queries import openings

Days = Sequence[tuple[dt.datetime, dt.datetime]]


@dataclass(slots=True)
class UnitDays:
    """The flow of one unit, a day each. `now`: does it stand there still?"""

    node: int
    flows: list[Flow]
    now: bool = True
    total: Flow = field(default_factory=Flow)


def units_by_day(node: int | None, tops: Collection[int], days: Days) -> list[UnitDays]:
    """The units directly inside the unit on `node` at any of these moments, and itself for entrances of its own; with
    None the units on `tops`. Counts leave that lie outside of the caller's scope, of units that stood inside then: the
    caller asks for the permission over `node` or `tops`.
    """
    with acting_as_system():
        now, known = tree_of_now(), moves()
        gates = {opening.node for opening in openings()}
        found: dict[int, UnitDays] = {}
        for number, (start, end) in enumerate(days):
            for begin, until in unchanged(known, start, end):
                tree = parents_at(now, known, begin)
                whose = {gate: unit for gate, unit in _whose(tree, node, tops).items() if gate in gates}
                for gate, (flow, _last) in per_gate(window(list(whose), begin, until)).items():
                    row = found.setdefault(whose[gate], UnitDays(whose[gate], [Flow() for _ in days]))
                    row.flows[number].join(flow)
                    row.total.join(flow)
        for unit, row in found.items():
            row.now = node is None or unit == node or now.get(unit) == node
        return list(found.values())


def _whose(tree: Mapping[int, int | None], node: int | None, tops: Collection[int]) -> dict[int, int]:
    """Node → the row it is counted in: an entrance that hangs right there is its unit's own."""
    if node is None:
        return shares(tree, frozenset(tops))
    inside = {child for child, parent in tree.items() if parent == node}
    units = inside.intersection(tree.values())  # an entrance has nothing below it
    return shares(tree, {node, *units})
