"""The slow, obvious twin of `fold.py`: the oracle of its tests. Each enclosure is read on its own, from the rule in the
package's docstring, without any memory of where the subject stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kakou.ledger.stays.shapes import ABSENCE, VISIT, Crossing, Direction, Flag, Stay, StayState
from kakou.ledger.stays.topology import OUTSIDE, Topology


def reference_fold(crossings: Iterable[Crossing], topology: Topology, homes: frozenset[int]) -> set[Stay]:
    """The same stays as `fold`, as a set. Cost: crossings x enclosures, and the square of the number of corrections."""
    holding = [row for row in sorted(reference_effective(crossings)) if row[4] and row[2] in topology.gates]
    lives = {around for home in homes if home in topology.paths for around in topology.path(home)}
    return {stay for enclosure in topology.outer for stay in _loops(enclosure, holding, topology, enclosure in lives)}


def reference_effective(crossings: Iterable[Crossing]) -> set[Crossing]:
    """One row of each chain: not replaced by another, and the latest of those. Only rows of one gate make a chain."""
    known = set(crossings)
    rows = {(*row[:5], _corrected(row, known), *row[6:]): row for row in known}
    return {rows[row] for row in _chained(set(rows))}


def _corrected(row: Crossing, rows: set[Crossing]) -> Any:
    """What the row corrects, as its gate alone would know it."""
    here = any(other[1] == row[5] and other[2] == row[2] for other in rows)
    return row[5] if here or not row[5] else (row[5], row[2])


def _chained(rows: set[Any]) -> set[Any]:
    holding = set()
    for row in rows:
        chain = {row[1], row[5]} - {0}
        while True:  # grow the chain until it grows no more
            touching = [{other[1], other[5]} for other in rows if {other[1], other[5]} & chain]
            grown = chain.union(*touching) - {0}
            if grown == chain:
                break
            chain = grown
        members = [other for other in rows if other[1] in chain]
        free = [other for other in members if not any(another[5] == other[1] for another in members)]
        holding.add(max(free or members))
    return holding


def _passes_by(crossing: Crossing, topology: Topology) -> bool:
    gate = crossing[2]
    return crossing[3] == Direction.THROUGH or topology.gates[gate] == OUTSIDE or gate in topology.readers


def _positions(crossing: Crossing, topology: Topology) -> tuple[int, int]:
    enclosure = topology.gates[crossing[2]]
    around = topology.outer.get(enclosure, OUTSIDE)
    if _passes_by(crossing, topology):
        return enclosure, enclosure
    return (around, enclosure) if crossing[3] == Direction.IN else (enclosure, around)


def _loops(enclosure: int, crossings: list[Crossing], topology: Topology, resident: bool) -> Iterable[Stay]:
    row: Stay | None = None
    for crossing in crossings:
        before, after = ((enclosure in topology.path(p)) != resident for p in _positions(crossing, topology))
        opens_rows = not _passes_by(crossing, topology)
        if row and not before:
            yield _missed(row, crossing)
            row = None
        if before and not row and opens_rows:
            row = _orphan(enclosure, crossing, resident)
        if after and not before:
            row = _opened(enclosure, crossing, topology, resident)
        if row and before and not after:
            yield _closed(row, crossing)
            row = None
    if row:
        yield row


def _missed(row: Stay, crossing: Crossing) -> Stay:
    if row.state is StayState.ORPHAN_EXIT:
        return row._replace(flags=row.flags | Flag.UNCERTAIN)
    return row._replace(state=StayState.MISSED_EXIT, bound_ms=crossing[0], bound_id=crossing[1])


def _orphan(enclosure: int, crossing: Crossing, resident: bool) -> Stay:
    flags = int(Flag.CENSUS if resident else 0)
    kind = ABSENCE if resident else VISIT
    state = StayState.ORPHAN_EXIT
    return Stay(enclosure, kind, None, None, 0, 0, 0, 0, state, flags, crossing[0], crossing[1], None)


def _opened(enclosure: int, crossing: Crossing, topology: Topology, resident: bool) -> Stay:
    happened, passage, gate, _, _, _, allowance, overridden = crossing
    usual = topology.absence_ms if resident else topology.visit_ms
    limit = allowance if allowance >= 0 else usual.get(enclosure)
    flags = (Flag.CENSUS if resident else 0) | (Flag.OVERRIDDEN if overridden else 0)
    due = None if limit is None else happened + limit
    kind = ABSENCE if resident else VISIT
    return Stay(enclosure, kind, happened, None, passage, 0, gate, 0, StayState.OPEN, int(flags), None, 0, due)


def _closed(row: Stay, crossing: Crossing) -> Stay:
    happened, passage, gate, overridden = crossing[0], crossing[1], crossing[2], crossing[7]
    flags = row.flags | (Flag.OVERRIDDEN if overridden else 0)
    state = row.state
    if state is StayState.OPEN:
        late = row.due_ms is not None and happened > row.due_ms
        state = StayState.CLOSED_LATE if late else StayState.CLOSED
        flags |= Flag.CROSS_GATE if gate != row.enter_gate else 0
    return row._replace(leave_ms=happened, leave_id=passage, leave_gate=gate, state=state, flags=int(flags))
