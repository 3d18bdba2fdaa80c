"""The fold itself: one subject's crossings → stays. The rule is in the package's docstring, its plain reading in
`reference.py`; this twin is the fast one (>= 200,000 crossings a second of pure Python on one core).

The trick: after a crossing the rows agree with where the subject now stands. If the next crossing starts from there
(nearly all do), nothing is missed and only the gate's own enclosure changes; signs are judged only when it does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kakou.ledger.stays.corrections import effective
from kakou.ledger.stays.shapes import ABSENCE, NO_ALLOWANCE, VISIT, Crossing, Flag, Stay, StayState
from kakou.ledger.stays.topology import OUTSIDE, Topology

_OPEN, _CLOSED, _LATE = StayState.OPEN, StayState.CLOSED, StayState.CLOSED_LATE
_MISSED, _ORPHAN = StayState.MISSED_EXIT, StayState.ORPHAN_EXIT
_IN, _THROUGH = 1, 3  # plain ints: comparing members of an enum costs a third of the loop
_CROSS_GATE, _CENSUS, _OVERRIDDEN, _UNCERTAIN = (int(flag) for flag in Flag)
_UNKNOWN = -1
_NOBODY: frozenset[int] = frozenset()


class _Row(NamedTuple):
    """A row not yet ended; `enter_id` 0 = an orphan, then `bound_*` is the sign that he is in the region."""

    enter_ms: int | None
    enter_id: int
    enter_gate: int
    flags: int
    bound_ms: int | None
    bound_id: int
    due_ms: int | None


def fold(crossings: Iterable[Crossing], topology: Topology, homes: frozenset[int] = _NOBODY) -> list[Stay]:
    """Stays of one subject who lives in `homes` (enclosures; empty: nowhere here). Ended ones in the order they ended,
    then the open ones. Depends only on the *set* of `crossings`: order and duplicates change nothing.
    """
    walk = _Walk(topology, topology.homes(homes) if homes else _NOBODY)
    gates, outer, readers, step = topology.gates, topology.outer, topology.readers, walk.step
    here = _UNKNOWN  # where he stands, as long as all rows agree with it
    for crossing in effective(crossings):
        direction = crossing[3]
        enclosure = gates.get(crossing[2])
        if enclosure is None or not crossing[4]:
            continue
        if direction == _THROUGH or enclosure == OUTSIDE or crossing[2] in readers:
            if enclosure != here:
                walk.end_what_is_elsewhere(enclosure, crossing)
                here = _UNKNOWN
            continue
        around = outer[enclosure]
        before, after = (around, enclosure) if direction == _IN else (enclosure, around)
        if before != here:
            walk.end_what_is_elsewhere(before, crossing)
            walk.begin_what_was_missed(before, crossing)
        step(enclosure, crossing)
        here = after
    return walk.stays()


class _Walk:
    """The rows of one subject while his crossings are read in order."""

    def __init__(self, topology: Topology, homes: frozenset[int]) -> None:
        self.topology = topology
        self.homes = homes
        self.rows: dict[int, _Row] = {}
        self.ended: list[Stay] = []

    def step(self, enclosure: int, crossing: Crossing) -> None:
        """Open or close the loop of the gate's own enclosure."""
        if (crossing[3] == _IN) == (enclosure in self.homes):
            self._leave(enclosure, crossing)
        else:
            self._enter(enclosure, crossing)

    def _enter(self, enclosure: int, crossing: Crossing) -> None:
        happened, passage, gate, _, _, _, allowance, overridden = crossing
        flags = _OVERRIDDEN if overridden else 0
        usual = self.topology.visit_ms
        if enclosure in self.homes:
            flags |= _CENSUS
            usual = self.topology.absence_ms
        if allowance < 0:
            allowance = usual.get(enclosure, NO_ALLOWANCE)
        due = happened + allowance if allowance >= 0 else None
        self.rows[enclosure] = _Row(happened, passage, gate, flags, None, 0, due)

    def _leave(self, enclosure: int, crossing: Crossing) -> None:
        happened, passage, gate, _, _, _, _, overridden = crossing
        enter_ms, enter_id, enter_gate, flags, bound_ms, bound_id, due = self.rows.pop(enclosure)
        if overridden:
            flags |= _OVERRIDDEN
        state = _CLOSED if due is None or happened <= due else _LATE
        if enter_id == 0:
            state = _ORPHAN
        elif gate != enter_gate:
            flags |= _CROSS_GATE
        self.ended.append(
            Stay(
                enclosure, self._kind(enclosure), enter_ms, happened, enter_id, passage, enter_gate, gate,
                state, flags, bound_ms, bound_id, due,
            )
        )  # fmt: skip

    def _kind(self, enclosure: int) -> str:
        return ABSENCE if enclosure in self.homes else VISIT

    def end_what_is_elsewhere(self, position: int, crossing: Crossing) -> None:
        """He stands at `position`: every open row whose region he is not in had its end missed."""
        path = self.topology.paths[position]
        for enclosure in [e for e in self.rows if (e in path) == (e in self.homes)]:
            row = self.rows.pop(enclosure)
            if row.enter_id:
                row = row._replace(bound_ms=crossing[0], bound_id=crossing[1])
                self.ended.append(self._unended(enclosure, row, _MISSED))
            else:
                row = row._replace(flags=row.flags | _UNCERTAIN)
                self.ended.append(self._unended(enclosure, row, _ORPHAN))

    def begin_what_was_missed(self, position: int, crossing: Crossing) -> None:
        """He stands at `position` by a crossing of his own: a region he is in with no row had its beginning missed."""
        path = self.topology.paths[position]
        for enclosure in sorted(((path - self.homes) | (self.homes - path)) - self.rows.keys()):
            flags = _CENSUS if enclosure in self.homes else 0
            self.rows[enclosure] = _Row(None, 0, 0, flags, crossing[0], crossing[1], None)

    def stays(self) -> list[Stay]:
        for enclosure, row in self.rows.items():
            self.ended.append(self._unended(enclosure, row, _OPEN if row.enter_id else _ORPHAN))
        return self.ended

    def _unended(self, enclosure: int, row: _Row, state: StayState) -> Stay:
        enter_ms, enter_id, enter_gate, flags, bound_ms, bound_id, due = row
        return Stay(
            enclosure, self._kind(enclosure), enter_ms, None, enter_id, 0, enter_gate, 0,
            state, flags, bound_ms, bound_id, due,
        )  # fmt: skip
