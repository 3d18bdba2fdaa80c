"""Rows of a day at a gate → the order and numbers of the sheet, what was replaced beneath what replaced it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from kakou.ledger.stays import effective
from kakou.ledger.stays.corrections import Leaders
from kakou.ledger.stays.shapes import NO_ALLOWANCE, Direction


class State(Enum):
    """Does a row count?"""

    HOLDS = auto()
    REPLACED = auto()  # another row corrects it
    TAKEN_BACK = auto()  # it says that nobody was there (`rules.takes_back`)


class Told(NamedTuple):
    """What the order of rows follows from: `id` and `corrects` as numbers, 0 for none; `ms`: epoch milliseconds."""

    id: int
    ms: int
    corrects: int
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """One row in its place. `other`: of a replaced row the one that holds instead, of one that holds the row that it
    replaced last; None where there is none."""

    id: int
    number: int
    state: State
    other: int | None


class Totals(NamedTuple):
    """Rows that count, by what happened. `replaced`: rows that do not."""

    entered: int = 0
    left: int = 0
    passing: int = 0
    turned_back: int = 0
    replaced: int = 0

    @property
    def counted(self) -> int:
        """Everybody who passed or was turned back."""
        return self.entered + self.left + self.passing + self.turned_back

    def __add__(self, other: object) -> Totals:
        if not isinstance(other, Totals):
            return NotImplemented
        return Totals(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def numbered(rows: Iterable[Told], shown: set[int]) -> list[Placed]:
    """The rows of `shown` in order of time, numbered from 1; one number for a row and all that it replaced.

    `rows`: those, and all others of their chains of corrections, wherever they stand. A chain stands where its row that
    holds stands, or, where that is of another day, where the last row of it does that is shown.
    """
    by_id = {row.id: row for row in rows}
    holding = _holding(by_id)
    chains: dict[int, list[Told]] = {}
    leader = Leaders()
    for row in by_id.values():
        if row.corrects:
            leader.join(row.id, row.corrects)
    for row in by_id.values():
        chains.setdefault(leader.of(row.id), []).append(row)
    groups = [group for chain in chains.values() if (group := _group(chain, holding, shown))]
    groups.sort(key=lambda group: (group[0][0].ms, group[0][0].id))
    return [
        Placed(row.id, number, state, other) for number, group in enumerate(groups, 1) for row, state, other in group
    ]


def _holding(by_id: Mapping[int, Told]) -> set[int]:
    crossings = ((row.ms, row.id, 1, Direction.IN, True, row.corrects, NO_ALLOWANCE, False) for row in by_id.values())
    return {crossing[1] for crossing in effective(crossings)}


def _group(chain: Sequence[Told], holding: set[int], shown: set[int]) -> list[tuple[Told, State, int | None]]:
    holder = next(row for row in chain if row.id in holding)
    replaced = sorted((row for row in chain if row.id != holder.id), key=lambda row: (row.id, row.ms), reverse=True)
    found: list[tuple[Told, State, int | None]] = []
    if holder.id in shown:
        state = State.TAKEN_BACK if holder.is_taken_back else State.HOLDS
        found.append((holder, state, holder.corrects if replaced and holder.corrects else None))
    found += [(row, State.REPLACED, holder.id) for row in replaced if row.id in shown]
    return found


def totals_of(rows: Iterable[tuple[State, str, bool]]) -> Totals:
    """Of (state, way on the wire, did they pass?)."""
    figures = dict.fromkeys(Totals._fields, 0)
    for state, way, crossed in rows:
        figures[_column(state, way, crossed)] += 1
    return Totals(**figures)


def _column(state: State, way: str, crossed: bool) -> str:
    if state is not State.HOLDS:
        return "replaced"
    if not crossed:
        return "turned_back"
    return {"in": "entered", "out": "left", "through": "passing"}[way]
