"""What a stay remembers of passages that are forgotten by retention: its own ends, as crossings. Pure.

Without this the exit that is still there would look like one without an entry, and open an order, ninety days late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kakou.ledger.stays.shapes import ABSENCE, NO_ALLOWANCE, Crossing, Direction, Flag, Stay


def passages_of(stays: Iterable[Stay]) -> set[int]:
    """The passages at the ends of these stays."""
    return {passage for stay in stays for passage in (stay.enter_id, stay.leave_id) if passage}


def ends_remembered(stays: Iterable[Stay], forgotten: Collection[int]) -> list[Crossing]:
    """The forgotten ends of stays of which one end is still known, or which are open. A stay all of whose ends are
    forgotten is not remembered."""
    found: list[Crossing] = []
    for stay in stays:
        known = passages_of([stay]) - set(forgotten)
        if not known and not (stay.enter_id and stay.leave_ms is None and stay.bound_ms is None):
            continue
        into, out = (Direction.OUT, Direction.IN) if stay.kind == ABSENCE else (Direction.IN, Direction.OUT)
        overridden = bool(stay.flags & Flag.OVERRIDDEN)
        if stay.enter_id in forgotten and stay.enter_ms is not None:
            limit = NO_ALLOWANCE if stay.due_ms is None else stay.due_ms - stay.enter_ms
            found.append((stay.enter_ms, stay.enter_id, stay.enter_gate, into, True, 0, limit, overridden))
        if stay.leave_id in forgotten and stay.leave_ms is not None:
            found.append((stay.leave_ms, stay.leave_id, stay.leave_gate, out, True, 0, NO_ALLOWANCE, overridden))
    return found
