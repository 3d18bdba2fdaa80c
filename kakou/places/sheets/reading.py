"""One row of the sheet as what it says: every cell checked by itself, nothing looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kakou.kernel.errors import Refusal
from kakou.places import rules
from kakou.places.actions import UnitFacts
from kakou.places.rules import EntranceKind, EntranceState, UnitKind
from kakou.places.sheets import words
from kakou.web.sheets import Cell, Column, Row, Sheet

T = TypeVar("T")
EARLIEST = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says. `facts` for a unit; `state`, `seal`, `is_inner` for an entrance (state None: not said)."""

    row: int
    kind: UnitKind | EntranceKind
    name: str
    parent: str
    facts: UnitFacts
    state: EntranceState | None
    seal: str
    is_inner: bool
    cells: Mapping[str, Cell]


class Lines:
    """Reads rows of one sheet. Raises SheetRefused when a needed column is missing. `latest`: the last day on which
    anybody can have counted."""

    def __init__(self, sheet: Sheet, *, latest: dt.date) -> None:
        self._sheet, self._latest = sheet, latest
        self._columns: dict[str, Column] = sheet.find({name: words.COLUMNS[name] for name in words.REQUIRED})
        for name, titles in words.COLUMNS.items():
            if name not in self._columns and (column := sheet.column(*titles)) is not None:
                self._columns[name] = column

    def read(self, row: Row) -> Line:
        """Raises CellProblem at the first cell that cannot be used."""
        cells = {name: self._sheet.cell(row, column) for name, column in self._columns.items()}
        kind = _word(cells["kind"], words.KINDS, words.NO_KIND, words.FIX_KIND)
        name = _checked(cells["name"], cells["name"].required_text(), rules.check_unit_name)
        parent = cells["parent"].text()
        if isinstance(kind, UnitKind):
            _nothing_in(cells, words.OF_ENTRANCES, words.NOT_FOR_UNITS)
            return Line(row.number, kind, name, parent, _facts(cells, name, self._latest), None, "", False, cells)
        assert isinstance(kind, EntranceKind)
        _nothing_in(cells, words.OF_UNITS, words.NOT_FOR_ENTRANCES)
        state = _word(cells["state"], words.STATES, words.NO_STATE, words.FIX_STATE) if _said(cells, "state") else None
        assert state is None or isinstance(state, EntranceState)
        seal = cells["seal"].text() if "seal" in cells else ""
        if state is not None:
            _checked(cells["seal" if "seal" in cells else "state"], seal, lambda text: rules.check_seal(state, text))
        inner = _said(cells, "inner").lower() in words.YES
        return Line(row.number, kind, name, parent, {}, state, seal, inner, cells)


def _facts(cells: Mapping[str, Cell], name: str, latest: dt.date) -> UnitFacts:
    """Only what the file says: an empty cell leaves what the system knows."""
    facts: UnitFacts = {"name": name}
    if code := _said(cells, "code", number=True):
        facts["code"] = _checked(cells["code"], code, rules.check_code)
    if (residents := _count(cells, "residents")) is not None:
        facts["residents"] = residents
    if (nonlocals := _count(cells, "nonlocals")) is not None:
        facts["nonlocals"] = nonlocals
    if "residents" not in facts and "nonlocals" not in facts:
        return facts
    day, source = read_day(cells, "counted_on"), _said(cells, "counted_by")
    if day is None or not source:
        raise cells["residents" if "residents" in facts else "nonlocals"].problem(
            words.UNDATED, fix=words.FIX_UNDATED, field="counts"
        )
    if not EARLIEST <= day <= latest:
        raise cells["counted_on"].problem(words.NOT_THEN, fix=words.FIX_DATE, field="counted_on", day=day.isoformat())
    facts["counted_on"], facts["counted_by"] = day, _checked(cells["counted_by"], source, rules.check_unit_name)
    return facts


def _said(cells: Mapping[str, Cell], name: str, *, number: bool = False) -> str:
    if name not in cells:
        return ""
    return cells[name].identifier() if number else cells[name].text()


def _count(cells: Mapping[str, Cell], name: str) -> int | None:
    count = cells[name].whole() if name in cells else None
    if count is not None and not 0 <= count < 2**31:
        raise cells[name].problem(words.TOO_SMALL, fix=words.FIX_COUNT, field=name)
    return count


def read_day(cells: Mapping[str, Cell], column: str) -> dt.date | None:
    """The day in that column; None when nothing is said. Raises CellProblem."""
    if column not in cells:
        return None
    told = cells[column].moment()
    if isinstance(told, dt.datetime):
        return told.date()
    if not told:
        return None
    try:
        return dt.date.fromisoformat(str(told).strip().replace("/", "-"))
    except ValueError:
        raise cells[column].problem(words.BAD_DATE, fix=words.FIX_DATE, field=column) from None


def _nothing_in(cells: Mapping[str, Cell], names: tuple[str, ...], text: str) -> None:
    for name in names:
        if name in cells and cells[name].plain() not in (None, ""):
            raise cells[name].problem(text, fix=words.FIX_CLEAR, field=name)


def _word(cell: Cell, table: Mapping[str, object], text: str, fix: str) -> object:
    word = cell.required_text()
    meant = table.get(word.lower())
    if meant is None:
        raise cell.problem(text, fix=fix, field="kind", word=word[:40])
    return meant


def _checked(cell: Cell, text: str, check: Callable[[str], T]) -> T:
    try:
        return check(text)
    except Refusal as refusal:
        raise cell.problem(refusal.text, fix=words.FIX_CELL, **refusal.params) from refusal  # type: ignore[arg-type]
