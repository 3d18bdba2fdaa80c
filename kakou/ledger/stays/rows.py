"""A stay as a row of `ledger_stay`, and back. Pure; the only place that knows both shapes."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from kakou.ledger.stays.diff import stay_id
from kakou.ledger.stays.shapes import ABSENCE, VISIT, Flag, Stay, StayState

KINDS: Final = {VISIT: 1, ABSENCE: 2}
STATES: Final = {state: number for number, state in enumerate(StayState, 1)}
_KIND_OF = {number: kind for kind, number in KINDS.items()}
_STATE_OF = {number: state for state, number in STATES.items()}

# times in epoch ms, ids of passages as bytes: see `stay_of`
READ: Final = """node_id, kind::int4, (extract(epoch from entered_at) * 1000)::int8,
  (extract(epoch from left_at) * 1000)::int8, uuid_send(enter_passage), uuid_send(leave_passage),
  enter_gate, leave_gate, state::int4, flags::int4, (extract(epoch from bound_at) * 1000)::int8,
  uuid_send(bound_passage), (extract(epoch from due_at) * 1000)::int8"""


def row_of(subject: UUID, subject_kind: int, stay: Stay) -> dict[str, Any]:
    """Columns by name, ready for JSON: times in epoch ms, ids as hex."""
    since, until = span(stay)
    return {
        "id": stay_id(subject, stay).hex,
        "node_id": stay.enclosure,
        "subject": subject.hex,
        "subject_kind": subject_kind,
        "kind": KINDS[stay.kind],
        "state": STATES[stay.state],
        "flags": stay.flags,
        "entered_at": stay.enter_ms,
        "left_at": stay.leave_ms,
        "bound_at": stay.bound_ms,
        "due_at": stay.due_ms,
        "since_at": since,
        "until_at": until,
        "enter_passage": _hex(stay.enter_id),
        "leave_passage": _hex(stay.leave_id),
        "bound_passage": _hex(stay.bound_id),
        "enter_gate": stay.enter_gate or None,
        "leave_gate": stay.leave_gate or None,
    }


def span(stay: Stay) -> tuple[int | None, int | None]:
    """From when to when (epoch ms, None = still) this stay counts. A missed exit counts until its bound, an orphan from
    its bound on; an orphan both of whose ends were missed counts for that one moment."""
    since = stay.bound_ms if stay.enter_ms is None else stay.enter_ms
    if stay.leave_ms is not None or stay.state is StayState.OPEN:
        return since, stay.leave_ms
    if stay.state is StayState.MISSED_EXIT or stay.flags & Flag.UNCERTAIN:
        return since, stay.bound_ms
    return since, None


def stay_of(row: tuple[Any, ...]) -> Stay:
    """The columns of `READ` → the stay they came from."""
    (enclosure, kind, enter_ms, leave_ms, enter_id, leave_id, enter_gate, leave_gate, state, flags, bound_ms, bound_id,
     due_ms) = row  # fmt: skip
    return Stay(
        enclosure, _KIND_OF[kind], enter_ms, leave_ms, _int(enter_id), _int(leave_id), enter_gate or 0, leave_gate or 0,
        _STATE_OF[state], flags, bound_ms, _int(bound_id), due_ms,
    )  # fmt: skip


def _hex(passage: int) -> str | None:
    return f"{passage:032x}" if passage else None


def _int(passage: bytes | None) -> int:
    return int.from_bytes(passage, "big") if passage else 0
