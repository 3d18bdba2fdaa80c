"""The shapes the fold takes and gives. Plain tuples, because a year of a city passes through them."""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum
from typing import Final, NamedTuple, TypeAlias

Crossing: TypeAlias = tuple[int, int, int, int, bool, int, int, bool]
"""One passage as the fold sees it: (happened_ms, id, gate, direction, crossed, corrects, allowance_ms, overridden).

`happened_ms`: epoch milliseconds, UTC, clock already corrected. `id`, `corrects`: the passage's UUID as int (0 =
corrects nothing). `gate`: node id. `direction`: a `Direction`. `crossed`: false when persuaded back or held (no effect
on stays). `allowance_ms`: how long the loop this crossing opens may last, `NO_ALLOWANCE` = as the enclosure says.
`overridden`: let pass against the verdict. Natural order (time, then id) is the order of folding.
"""

NO_ALLOWANCE: Final = -1
VISIT: Final = "visit"
ABSENCE: Final = "absence"


class Direction(IntEnum):
    """Which way; `THROUGH` is an inner reading: a sign of life that opens nothing."""

    IN = 1
    OUT = 2
    THROUGH = 3


class StayState(StrEnum):
    """Exclusive. For an absence read "exit" as the crossing that ends it: the way home."""

    OPEN = "open"
    CLOSED = "closed"
    CLOSED_LATE = "closed_late"
    MISSED_EXIT = "missed_exit"
    ORPHAN_EXIT = "orphan_exit"


class Flag(IntFlag):
    """What else is worth knowing about a stay."""

    CROSS_GATE = 1  # left by another gate than entered
    CENSUS = 2  # rests on the register: he lives here, so being here needs no entry (all absences)
    OVERRIDDEN = 4  # let pass against the verdict at either end
    UNCERTAIN = 8  # orphan whose end was missed too: seen inside once, then elsewhere; no crossing of either end


class Stay(NamedTuple):
    """One loop of one subject in one enclosure. Times in epoch ms (UTC); ids are passages' UUIDs as int, 0 = none.

    `bound_ms`: the moment by which the *missing* crossing must have happened (the exit of a missed-exit, the entry of
    an orphan), else None; `bound_id` is the passage that says so. `due_ms`: end of the allowance, None = no limit.
    An orphan with neither `leave_ms` nor UNCERTAIN is presumed to be inside still.
    """

    enclosure: int
    kind: str
    enter_ms: int | None
    leave_ms: int | None
    enter_id: int
    leave_id: int
    enter_gate: int
    leave_gate: int
    state: StayState
    flags: int
    bound_ms: int | None
    bound_id: int
    due_ms: int | None

    @property
    def key(self) -> tuple[int, str, int]:
        """What names this stay among its subject's: the enclosure, the kind and the passage that began the row."""
        return self.enclosure, self.kind, self.enter_id or self.bound_id
