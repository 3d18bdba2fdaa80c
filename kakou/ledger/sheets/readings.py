"""Rows → readings: each cell by its mapping, each problem by its row and column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kakou.ledger.sheets import wording
from kakou.ledger.sheets.mapping import Mapping, folded
from kakou.ledger.sheets.subjects import Subject, Subjects
from kakou.ledger.sheets.times import Clock, TimeRefused
from kakou.ledger.stays.shapes import Direction
from kakou.screening.rules import TEMPERATURE_RANGE
from kakou.web.sheets import Column, Problems, Row, Sheet, SheetRefused
from kakou.web.sheets import wording as sheets
from kakou.web.sheets.cells import shortened

_WAYS = {"in": Direction.IN, "out": Direction.OUT, "through": Direction.THROUGH}
Moment = dt.datetime | dt.time | str
EVERY = 1000  # rows between two reports of progress


class Reading(NamedTuple):
    """One row. `ms`: epoch milliseconds, UTC. `gate`: its text in the mapping file, folded. `way`: None where the
    alternating rule is to tell it. `homes`: units of the mapping file that its subject lives in. `temperature`: tenths
    of °C. `row`: the number Excel shows."""

    row: int
    ms: int
    gate: str
    way: Direction | None
    subject: Subject
    homes: tuple[str, ...]
    temperature: int | None


def read_passages(
    sheet: Sheet, mapping: Mapping, *, now_ms: int, problems: Problems, progress: Callable[[int], None] | None = None
) -> list[Reading]:
    """Every row as a reading, in the sheet's order; what is wrong goes into `problems`.

    Raises SheetRefused, also when there is no row.
    """
    reader = _Reader(sheet, mapping, now_ms)
    found = []
    with problems.collect():  # a cell that cannot even be kept ends the sheet
        for count, row in enumerate(sheet.rows(), start=1):
            with problems.collect():
                found.append(reader.read(row))
            if progress is not None and count % EVERY == 0:
                progress(count)
    if not found and not problems.count:
        raise SheetRefused(sheets.NO_ROWS)
    return found


class _Reader:
    def __init__(self, sheet: Sheet, mapping: Mapping, now_ms: int) -> None:
        at = sheet.find({field: (title,) for field, title in mapping.columns().items()})
        self._sheet = sheet
        self._times = [column for field, column in at.items() if field.startswith("time")]
        self._clock = Clock(mapping.zone(), mapping.time.formats, mapping.time.ambiguous, now_ms)
        self._subjects = Subjects(sheet, mapping, at)
        self._gate = at["gate"]
        self._gates = {folded(gate) for unit in mapping.units for gate in [*unit.gate_names(), *unit.reader_names()]}
        self._direction = at.get("direction")
        self._ways = _ways(mapping)
        self._homes = [
            (unit.name, at[f"home:{unit.name}"], frozenset(map(folded, unit.home_of.values)))
            for unit in mapping.units
            if unit.home_of
        ]
        self._temperature = at.get("temperature")

    def read(self, row: Row) -> Reading:
        """One row. Raises CellProblem at its first cell that is wrong."""
        return Reading(
            row.number,
            self._ms(row),
            self._gate_of(row),
            self._way_of(row) if self._direction is not None else None,
            self._subjects.of(row),
            self._homes_of(row) if self._homes else (),
            self._temperature_of(row, self._temperature) if self._temperature is not None else None,
        )

    def _ms(self, row: Row) -> int:
        cells = [self._sheet.cell(row, column) for column in self._times]
        values = [cell.moment() for cell in cells]
        for cell, value in zip(cells, values, strict=True):
            if value is None:
                raise cell.problem(sheets.EMPTY_CELL, fix=sheets.FIX_EMPTY, field="time")
        cell = cells[0]
        try:
            return self._clock.ms(_joined([value for value in values if value is not None]))
        except TimeRefused as refused:
            raise cell.problem(refused.text, fix=refused.fix, field="time", **refused.params) from refused

    def _gate_of(self, row: Row) -> str:
        cell = self._sheet.cell(row, self._gate)
        gate = folded(cell.required_text())
        if gate not in self._gates:
            raise cell.problem(wording.UNKNOWN_GATE, fix=wording.FIX_GATE, field="gate", gate=shortened(gate))
        return gate

    def _way_of(self, row: Row) -> Direction:
        assert self._direction is not None  # asked by `read`
        cell = self._sheet.cell(row, self._direction)
        value = folded(cell.required_text())
        if value not in self._ways:
            params = {"value": shortened(value), "known": ", ".join(self._ways)}
            raise cell.problem(wording.UNKNOWN_DIRECTION, fix=wording.FIX_DIRECTION, field="direction", **params)
        return self._ways[value]

    def _homes_of(self, row: Row) -> tuple[str, ...]:
        return tuple(
            name for name, column, values in self._homes if folded(self._sheet.cell(row, column).text()) in values
        )

    def _temperature_of(self, row: Row, column: Column) -> int | None:
        cell = self._sheet.cell(row, column)
        text = cell.text().rstrip("℃°Cc ")
        if not text:
            return None
        try:
            tenths = round(float(text) * 10)
        except (ValueError, OverflowError):
            tenths = 0
        coldest, hottest = TEMPERATURE_RANGE
        if not coldest <= tenths <= hottest:
            raise cell.problem(
                wording.NOT_A_TEMPERATURE, fix=wording.FIX_TEMPERATURE, field="temperature", value=shortened(text)
            )
        return tenths


def _ways(mapping: Mapping) -> dict[str, Direction]:
    if mapping.direction is None:
        return {}
    return {folded(value): _WAYS[way] for way, values in mapping.direction.values.items() for value in values}


def _joined(values: Sequence[Moment]) -> dt.datetime | str:
    """Date and time of two columns as one: cells of Excel put together, texts joined by a space."""
    day, *rest = values
    if isinstance(day, dt.datetime) and rest and isinstance(rest[0], dt.time):
        return dt.datetime.combine(day.date(), rest[0])
    if isinstance(day, dt.datetime) and not rest:
        return day
    return " ".join(map(_written, values))


def _written(value: Moment) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat("seconds") if isinstance(value, dt.time) else value
