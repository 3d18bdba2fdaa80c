"""Where sealed fields lie, and where what is done to keys is told: by `kakou.config`, since the vault knows no tables
and no places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column of sealed fields.

    `key` is the primary key by which its table is walked; `row` the column (uuid or integer) to which each is bound;
    `place` the table and `field` the name under which it was sealed.
    """

    table: str
    column: str
    field: str
    row: str = "id"
    key: str = "id"
    place: str = ""

    @property
    def bound_to(self) -> str:
        """The table under whose name it was sealed: the table itself, but for tables of former states."""
        return self.place or self.table


Again = Callable[[str, UUID, str, bytes], bytes | None]
"""(table, row, field, sealed) → sealed under the newest key of its day; None where it is so, or opens no more."""

COLUMNS: dict[tuple[str, str], SealedColumn] = {}
ELSEWHERE: list[Callable[[Again], int]] = []
"""What seals otherwise than in a column of its own: moves all of it in one transaction, and says how many it moved."""


SEAT: list[Callable[[], int | None]] = [lambda: None]
"""The place at which the audit tells of what is done to keys: they are of the whole site. The last one counts."""


def register_sealed(*columns: SealedColumn) -> None:
    """Make columns known. Twice changes nothing."""
    COLUMNS.update({(column.table, column.column): column for column in columns})


def register_elsewhere(move: Callable[[Again], int]) -> None:
    """Make a mover known. Twice changes nothing."""
    if move not in ELSEWHERE:
        ELSEWHERE.append(move)
