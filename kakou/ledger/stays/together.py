"""One subject at two gates at once: a pass or plate in two hands, a clone, or a clock gone wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kakou.ledger.stays.corrections import effective
from kakou.ledger.stays.shapes import Crossing, Direction
from kakou.ledger.stays.topology import OUTSIDE, Topology

SAME_MOMENT_MS = 5_000  # nobody is read at two gates within this, whatever the directions
TOO_SOON_MS = 30_000  # nor within this, where the first leaves him elsewhere than the second finds him (54 s was real)


class TwoGates(NamedTuple):
    """The later of the two passages (id) at `gate`, and the one before it."""

    passage: int
    gate: int
    happened_ms: int
    other_passage: int
    other_gate: int
    apart_ms: int


def two_gates_at_once(crossings: Iterable[Crossing], topology: Topology) -> list[TwoGates]:
    """Neighbouring crossings of one subject (any order, duplicates, corrections) that no one body can have made."""
    found = []
    last: Crossing | None = None
    for crossing in effective(crossings):
        if not crossing[4] or crossing[2] not in topology.gates:
            continue
        if last is not None and last[2] != crossing[2]:
            apart = crossing[0] - last[0]
            if apart <= SAME_MOMENT_MS or (
                apart <= TOO_SOON_MS and _after(last, topology) != _before(crossing, topology)
            ):
                found.append(TwoGates(crossing[1], crossing[2], crossing[0], last[1], last[2], apart))
        last = crossing
    return found


def _before(crossing: Crossing, topology: Topology) -> int:
    enclosure = topology.gates[crossing[2]]
    comes_in = crossing[3] == Direction.IN and crossing[2] not in topology.readers
    return topology.outer.get(enclosure, OUTSIDE) if comes_in else enclosure


def _after(crossing: Crossing, topology: Topology) -> int:
    enclosure = topology.gates[crossing[2]]
    goes_out = crossing[3] == Direction.OUT and crossing[2] not in topology.readers
    return topology.outer.get(enclosure, OUTSIDE) if goes_out else enclosure
