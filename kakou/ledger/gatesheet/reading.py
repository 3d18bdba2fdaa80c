"""A sheet that comes in, row by row: one of the ledger as it was handed out, or a line of paper typed in. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kakou.ledger.gatesheet import words
from kakou.ledger.gatesheet.forms import FormRef, LineRef, line_of
from kakou.ledger.gatesheet.words import COLUMNS, OF_A_FORM
from kakou.ledger.gatesheet.written import Hand, Site, read_line
from kakou.web.sheets import Cell, Column, Problems, Row, Sheet
from kakou.web.sheets.cells import filled, plain_title, unguarded

NEEDED: Final = ("time", "way")
_PRINTED: Final = frozenset({"number", "id", "date", "correction"})  # what stands in a line that nobody wrote in


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row with the number of one in the ledger."""

    row: int
    id: UUID
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A line of a form as it was typed in."""

    row: int
    ref: LineRef
    hand: Hand
    cells: Mapping[str, Cell]


class SheetReader:
    """Reads the rows of one sheet. Raises SheetRefused when it has no time or no way in or out. `form`: the one that
    rows belong to which name none."""

    def __init__(self, sheet: Sheet, site: Site, form: FormRef | None) -> None:
        self._sheet, self._site, self._form = sheet, site, form
        self._columns: dict[str, Column] = sheet.find({name: COLUMNS[name] for name in NEEDED})
        for name, titles in COLUMNS.items():
            if name not in self._columns and (column := sheet.column(*titles)) is not None:
                self._columns[name] = column

    @property
    def titles(self) -> list[str]:
        """As they stand in the sheet."""
        return [column.title for column in self._columns.values()]

    def read(self, row: Row, problems: Problems) -> KnownRow | PaperRow | None:
        """None for a line that nobody wrote in, and where a cell is wrong: each is noted in `problems`."""
        cells = {name: self._sheet.cell(row, column) for name, column in self._columns.items()}
        if all(name in _PRINTED or _is_empty(cell) for name, cell in cells.items()):
            return None
        with problems.collect():
            id = _known(cells.get("id"))
            if id is not None:
                return KnownRow(row.number, id, cells)
            ref = self._ref(cells)
            hand = read_line(cells, ref, self._site, problems)
            return None if hand is None else PaperRow(row.number, ref, hand, cells)
        return None

    def _ref(self, cells: Mapping[str, Cell]) -> LineRef:
        text = cells["id"].identifier() if "id" in cells else ""
        named = line_of(text)
        if named is None and not text and self._form is not None and "number" in cells:
            named = line_of(f"{self._form}/{cells['number'].identifier()}")
        if named is None:
            at = cells.get("id", cells.get("number", cells["time"]))
            raise at.problem(words.NO_LINE, fix=words.FIX_LINE, field="id")
        return named


def said_in(cell: Cell) -> str:
    """What a cell shows, however Excel or a copy by hand keeps it. Raises CellProblem for formulas and errors."""
    value = cell.plain()
    if isinstance(value, dt.datetime):
        whole = value.time() == dt.time()
        return value.date().isoformat() if whole else value.isoformat(" ", "seconds")
    if isinstance(value, dt.time):
        return value.isoformat("seconds")
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return same("" if value is None else str(value))


def same(text: str) -> str:
    """A text as two of them are compared: what a sheet may add or lose on its way is left out."""
    plain = " ".join(text.split())
    while (less := " ".join(unguarded(plain).split())) != plain:
        plain = less
    return plain


def changed(cells: Mapping[str, Cell], *written: Mapping[str, str]) -> list[Cell]:
    """The cells that say nothing that one of `written` says (column → text): of a row that came back as it went out,
    masked or in plain, none."""
    names = [name for name in cells if name != "id"]
    return [cells[name] for name in names if said_in(cells[name]) not in {same(one[name]) for one in written}]


def _is_empty(cell: Cell) -> bool:
    return not filled(cell.value)


def _known(cell: Cell | None) -> UUID | None:
    text = cell.identifier() if cell is not None else ""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def titled(pasted: str) -> str:
    """Rows from the clipboard with a row of titles above them: their own, or those of the form."""
    first = pasted.splitlines()[0].split("\t") if pasted.strip() else []
    told = set(map(plain_title, first))
    if all(told & set(map(plain_title, COLUMNS[name])) for name in NEEDED):
        return pasted
    return "\t".join(COLUMNS[name][0] for name in OF_A_FORM) + "\n" + pasted
