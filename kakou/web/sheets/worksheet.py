"""Rows of an XLSX worksheet, streamed: memory holds about one MiB of the sheet at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kakou.web.sheets import wording
from kakou.web.sheets.cells import Broken, Formula, Value, column_letters, filled
from kakou.web.sheets.limits import EXCEL_COLUMNS, EXCEL_ROWS, Limits
from kakou.web.sheets.package import Package
from kakou.web.sheets.problems import CellProblem, SheetRefused
from kakou.web.sheets.workbook import Strings, Workbook, unescaped

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAYS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 — a sheet knows no zone
_LAST_SERIAL = {False: 2_958_466, True: 2_957_004}  # 10000-01-01
_MILLISECOND = 1 / 86_400_000  # what is nearer to the end than that is rounded past it
_LEAP_BUG = 60  # Excel's 1900 has a 29 February: serials before it are a day later than the base says
_KEEP_MERGED = 1_000


@dataclass(slots=True)
class Layout:
    """What stands around the rows: hidden columns come before them, merged cells after them."""

    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # 1-based, inclusive
    merged: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RawRow:
    """Row number, cells by 0-based column, whether the row is hidden."""

    number: int
    cells: dict[int, Value]
    hidden: bool


def sheet_rows(package: Package, part: str, book: Workbook, limits: Limits, layout: Layout) -> Iterator[RawRow]:
    """Rows with at least one filled cell, in order; `layout` fills while they pass."""
    handler = _Handler(book, limits, layout)
    for _ in package.parse(part, start=handler.start, end=handler.end, text=handler.text):
        yield from handler.ready
        handler.ready.clear()


class _Handler:
    def __init__(self, book: Workbook, limits: Limits, layout: Layout) -> None:
        self.ready: list[RawRow] = []
        self._limits = limits
        self._layout = layout
        self._values = _Values(book.strings, book.times, book.from_1904)
        self._row: RawRow | None = None
        self._last_row = 0
        self._told = 0
        self._column = -1
        self._cell: dict[str, str] | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._start_value,
            "t": self._start_value,
            "f": self._start_formula,
            "rPh": self._start_spoken,
            "col": self._start_column,
            "mergeCell": self._start_merged,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        begin = self._starts.get(name)
        if begin is not None:
            begin(attributes)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name in {"v", "t", "f"}:
            self._into = None

    def text(self, data: str) -> None:
        if self._into is None:
            return
        self._into.append(data)
        self._length += len(data)
        if self._length > self._limits.cell_chars:
            raise self._too_long()

    def _start_row(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r", "")
        number = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else self._last_row + 1
        if number <= self._last_row or number > EXCEL_ROWS or self._row is not None:
            raise SheetRefused(wording.DAMAGED, detail=f"row {told[:20]}")
        self._last_row = number
        self._row = RawRow(number, {}, attributes.get("hidden") in {"1", "true"})
        self._column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._row is None or self._cell is not None:
            raise SheetRefused(wording.DAMAGED, detail=f"cell {attributes.get('r', '')[:20]}")
        address = attributes.get("r")
        column = self._column + 1 if address is None else _column_of(address, self._row.number)
        if column <= self._column or column >= EXCEL_COLUMNS:
            raise SheetRefused(wording.DAMAGED, detail=f"cell {str(address)[:20]}")
        self._column = column
        self._cell = attributes
        self._pieces = []
        self._length = 0
        self._formula = None

    def _start_value(self, attributes: dict[str, str]) -> None:
        if self._cell is not None and "spoken" not in self._cell:
            self._into = self._pieces

    def _start_spoken(self, attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._cell["spoken"] = ""  # the phonetic hints come last in a cell

    def _start_formula(self, attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._formula = self._into = []

    def _start_column(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        kept = self._layout.hidden_columns
        if attributes.get("hidden") not in {"1", "true"} or len(kept) >= self._limits.columns:
            return
        kept.append((_whole(first), _whole(last)))

    def _start_merged(self, attributes: dict[str, str]) -> None:
        if len(self._layout.merged) < _KEEP_MERGED:
            self._layout.merged.append(attributes.get("ref", ""))

    def _end_cell(self) -> None:
        if self._row is None or self._cell is None:
            return
        if self._column >= self._limits.columns and (self._formula is not None or self._pieces):
            raise SheetRefused(wording.TOO_MANY_COLUMNS, row=self._row.number, limit=self._limits.columns)
        if self._formula is not None:
            self._row.cells[self._column] = Formula("=" + "".join(self._formula))
        elif self._pieces:
            self._row.cells[self._column] = self._value(self._cell)
        self._cell = None

    def _value(self, cell: dict[str, str]) -> Value:
        value = self._values.read("".join(self._pieces), cell.get("t", "n"), cell.get("s", "0"))
        if isinstance(value, str):
            self._count(len(value))
            found = _CONTROL.search(value)
            if found:
                code = f"U+{ord(found.group()):04X}"
                raise self._problem(wording.CONTROL_CHARACTER, wording.FIX_CONTROL, code=code)
            if len(value) > self._limits.cell_chars:
                raise self._too_long()
        return value

    def _count(self, chars: int) -> None:
        self._told += chars
        if self._told > self._limits.told_chars:
            raise SheetRefused(wording.INFLATES_TOO_FAR, limit=self._limits.told_chars >> 20)

    def _end_row(self) -> None:
        if self._row is not None and any(map(filled, self._row.cells.values())):
            self.ready.append(self._row)
        self._row = None

    def _too_long(self) -> CellProblem:
        return self._problem(wording.CELL_TOO_LONG, wording.FIX_LENGTH, limit=str(self._limits.cell_chars))

    def _problem(self, text: str, fix: str, **params: str) -> CellProblem:
        return CellProblem(text, row=self._last_row, letter=column_letters(self._column), fix=fix, **params)


@dataclass(frozen=True, slots=True)
class _Values:
    """The text between <v> and </v>, by the cell's type and style."""

    strings: Strings
    times: set[int]
    from_1904: bool

    def read(self, text: str, kind: str, style: str) -> Value:
        """One typed value. Raises SheetRefused for what no spreadsheet program writes."""
        if kind == "n":
            return self._number(text, style)
        if kind == "s":
            return self.strings[_whole(text)]
        if kind == "e":
            return Broken(text[:20])
        if kind == "b":
            return text.strip() in {"1", "true"}
        if kind == "d":
            return _iso(text)
        return unescaped(text)  # inlineStr, str

    def _number(self, text: str, style: str) -> Value:
        try:
            number = float(text)
            whole = number == int(number)
        except (ValueError, OverflowError) as error:
            raise SheetRefused(wording.DAMAGED, detail=f"number {text[:20]}") from error
        if _whole(style) in self.times and 0 <= number <= _LAST_SERIAL[self.from_1904] - _MILLISECOND:
            return self._time(number)
        return int(number) if whole else number

    def _time(self, serial: float) -> dt.datetime | dt.time:
        """A serial day number, rounded to milliseconds: doubles carry no more."""
        ms = round(serial * 86_400_000)
        if serial < 1 and not self.from_1904:
            return (_DAYS[False] + dt.timedelta(milliseconds=ms % 86_400_000)).time()
        if serial < _LEAP_BUG and not self.from_1904:
            ms += 86_400_000
        return _DAYS[self.from_1904] + dt.timedelta(milliseconds=ms)


def _column_of(address: str, row: int) -> int:
    """0-based column of "AB12"; the row in it must be the row it stands in."""
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found.group(2)) != row:
        raise SheetRefused(wording.DAMAGED, detail=f"cell {address[:20]}")
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return column - 1


def _whole(text: str) -> int:
    told = text.strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else -1


def _iso(text: str) -> Value:
    try:
        return dt.datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return text
