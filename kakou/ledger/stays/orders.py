"""Which open loops a stay leaves behind: the work orders it wants. Pure.

Only a missed exit, an orphan exit and an allowance run out want one; a resident at home, an open stay within its time
and a closed one (late or not: the loop is closed) want none.
"""

from __future__ import annotations

from enum import StrEnum

from kakou.ledger.stays.shapes import Stay, StayState


class OrderKind(StrEnum):
    """The kinds of work order that stays open and close."""

    MISSING_EXIT = "missing_exit"
    ORPHAN_EXIT = "orphan_exit"
    PAST_ALLOWANCE = "past_allowance"
    TWO_GATES = "two_gates_at_once"
    NOT_FOLDED = "not_folded"
    OUTLASTING = "open_past_retention"


OF_A_STAY = frozenset({OrderKind.MISSING_EXIT, OrderKind.ORPHAN_EXIT, OrderKind.PAST_ALLOWANCE})


def wanted(stay: Stay, now_ms: int) -> OrderKind | None:
    """The one order that must be open for `stay` at `now_ms`."""
    if stay.state is StayState.MISSED_EXIT:
        return OrderKind.MISSING_EXIT
    if stay.state is StayState.ORPHAN_EXIT:
        return OrderKind.ORPHAN_EXIT
    if stay.state is StayState.OPEN and stay.due_ms is not None and stay.due_ms < now_ms:
        return OrderKind.PAST_ALLOWANCE
    return None


def evidence(stay: Stay) -> int:
    """The passage (UUID as int) that a closing step points at: the latest that shaped this stay."""
    return stay.leave_id or stay.bound_id or stay.enter_id
