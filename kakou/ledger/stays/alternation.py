"""Directions for readings that carry none: the alternating rule of an import mapping.

Many old systems write only "plate, gate, time". Where a gate is read once on the way in and once on the way out, the
direction follows from where the subject stands: at a gate of an enclosure he is in, he goes out; else he comes in.
Where he stands is known from his last reading anywhere, so a reading missed once does not turn all later ones round:
a patrol car read once at a camp site and next on the road comes in again at its next reading there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kakou.ledger.stays.shapes import Direction
from kakou.ledger.stays.topology import OUTSIDE, Topology

_NOBODY: frozenset[int] = frozenset()


class GateRule(StrEnum):
    """What a mapping file says of each gate."""

    ALTERNATE = "alternate"  # in, out, in, out, as described above
    THROUGH = "through"  # an inner reader: passes by, opens nothing
    HOME = "home"  # alternates for who lives behind it, first out; others pass by


def directions(
    gates: Iterable[int],
    rules: Mapping[int, GateRule],
    topology: Topology,
    homes: frozenset[int] = _NOBODY,
    start: int | None = None,
) -> list[Direction]:
    """The direction of each of one subject's readings, given their gates in order of time.

    `rules`: gate → rule, `THROUGH` where it says nothing. `homes`: enclosures the subject lives in, so where he is
    before his first reading, unless `start` says otherwise (the innermost enclosure, OUTSIDE for none). A gate unknown
    to `topology` is THROUGH and moves nobody.
    """
    position = _home_position(topology, homes) if start is None else start
    found = []
    for gate in gates:
        enclosure = topology.gates.get(gate)
        direction = Direction.THROUGH
        if enclosure is not None:
            if gate not in topology.readers and _alternates(rules.get(gate, GateRule.THROUGH), enclosure, homes):
                direction = Direction.OUT if enclosure in topology.path(position) else Direction.IN
            position = position_after(gate, direction, topology)
        found.append(direction)
    return found


def position_after(gate: int, direction: Direction, topology: Topology) -> int:
    """Where somebody stands who passed `gate`, which the topology knows."""
    enclosure = topology.gates[gate]
    return topology.outer.get(enclosure, OUTSIDE) if direction is Direction.OUT else enclosure


def _alternates(rule: GateRule, enclosure: int, homes: frozenset[int]) -> bool:
    if enclosure == OUTSIDE:
        return False
    return rule is GateRule.ALTERNATE or (rule is GateRule.HOME and enclosure in homes)


def _home_position(topology: Topology, homes: frozenset[int]) -> int:
    """The innermost home (of several, the one with the least id)."""
    known = [home for home in homes if home in topology.paths]
    return max(known, key=lambda home: (len(topology.path(home)), -home), default=OUTSIDE)
