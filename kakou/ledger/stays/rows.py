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


_COLUMNS = {
    "id": "%032x", "node_id": "%d", "subject": "%s", "subject_kind": "%d", "kind": "%d", "state": "%d", "flags": "%d",
    "entered_at": "%s", "left_at": "%s", "bound_at": "%s", "due_at": "%s", "since_at": "%s", "until_at": "%s",
    "enter_passage": "%s", "leave_passage": "%s", "bound_passage": "%s", "enter_gate": "%s", "leave_gate": "%s",
}  # fmt: skip
_TEXT = {"id", "subject"}
_LINE = (
    "{" + ",".join(f'"{name}":"{how}"' if name in _TEXT else f'"{name}":{how}' for name, how in _COLUMNS.items()) + "}"
)
_NULL = "null"


def json_of(subject: UUID, subject_kind: int, stay: Stay) -> str:
    """One JSON object with every column: times in epoch ms, ids as hex. By template, five times as fast as `json`."""
    (enclosure, kind, enter_ms, leave_ms, enter_id, leave_id, enter_gate, leave_gate, state, flags, bound_ms, bound_id,
     due_ms) = stay  # fmt: skip
    since, until = span(stay)
    return _LINE % (
        stay_id(subject, stay).int, enclosure, subject.hex, subject_kind, KINDS[kind], STATES[state], flags,
        _NULL if enter_ms is None else enter_ms, _NULL if leave_ms is None else leave_ms,
        _NULL if bound_ms is None else bound_ms, _NULL if due_ms is None else due_ms,
        since, _NULL if until is None else until,
        f'"{enter_id:032x}"' if enter_id else _NULL, f'"{leave_id:032x}"' if leave_id else _NULL,
        f'"{bound_id:032x}"' if bound_id else _NULL, enter_gate or _NULL, leave_gate or _NULL,
    )  # fmt: skip


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


def _int(passage: bytes | None) -> int:
    return int.from_bytes(passage, "big") if passage else 0
