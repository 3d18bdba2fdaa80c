"""The door for sheets: what kind of file is it, which sheet, which row holds the titles; then rows, streamed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kakou.web.sheets import wording
from kakou.web.sheets.cells import Cell, Column, Row, Value, filled, plain_title, shortened, unguarded
from kakou.web.sheets.encoding import encoding_of
from kakou.web.sheets.limits import Limits
from kakou.web.sheets.package import open_package
from kakou.web.sheets.problems import Notice, SheetRefused
from kakou.web.sheets.source import Source, unpacked
from kakou.web.sheets.text_rows import text_rows
from kakou.web.sheets.workbook import SheetPart, Workbook, read_workbook
from kakou.web.sheets.worksheet import Layout, sheet_rows

_ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}
_TOLD_RANGES = 10
_LOOK_FOR_TITLES = 20  # rows


@dataclass(frozen=True, slots=True)
class _Raw:
    number: int
    cells: Mapping[int, Value]
    hidden: bool = False
    delimiter: str = ""


@dataclass(slots=True)
class Sheet:
    """One table: its titles now, its rows when asked for. `notices` grow while rows pass: show them afterwards."""

    name: str
    columns: list[Column]
    header_row: int
    source: Source
    limits: Limits
    notices: list[Notice]
    _part: str | None = None
    _encoding: str = "utf-8"
    _book: Workbook = field(default_factory=Workbook)

    def cell(self, row: Row, column: Column) -> Cell:
        """The value of `row` in `column`, with its address."""
        return Cell(row.number, column, row.cells.get(column.index))

    def column(self, *titles: str) -> Column | None:
        """The column with one of these titles, compared without spaces, case and the star of required columns."""
        wanted = {plain_title(title) for title in titles}
        return next((column for column in self.columns if column.title and plain_title(column.title) in wanted), None)

    def find(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, Column]:
        """Field → column by its accepted titles. Raises SheetRefused naming all the missing ones."""
        found = {name: self.column(*titles) for name, titles in wanted.items()}
        missing = [titles[0] for name, titles in wanted.items() if found[name] is None]
        if missing:
            present = [shortened(column.title) for column in self.columns if column.title]
            raise SheetRefused(wording.MISSING_COLUMNS, missing=", ".join(missing), present=", ".join(present))
        return {name: column for name, column in found.items() if column is not None}

    def rows(self) -> Iterator[Row]:
        """Rows below the titles that are not empty; may be asked for again. Raises SheetRefused, at the end too."""
        width = len(self.columns)
        layout = Layout()
        hidden: list[int] = []
        count = 0
        for raw in _raw_rows(self.source, self._part, self._encoding, self._book, self.limits, layout):
            if raw.number <= self.header_row:
                continue
            count += 1
            if count > self.limits.rows:
                raise SheetRefused(wording.TOO_MANY_ROWS, limit=self.limits.rows)
            if raw.hidden:
                hidden.append(raw.number)
            if raw.delimiter:
                _check_width(raw, width)
            cells = {index: value for index, value in raw.cells.items() if index < width}
            yield Row(raw.number, cells, width, raw.hidden)
        if hidden:
            self.notices.append(Notice(wording.HIDDEN_ROWS, {"count": len(hidden), "row": hidden[0]}))
        _check_merged(layout.merged, self.header_row)


def read_sheet(
    data: Path | bytes,
    *,
    filename: str,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
) -> Sheet:
    """Open a CSV (also .gz) or an XLSX, from a path or from memory.

    `filename` is the name its sender gave it, `sheet` the name of a worksheet (else the first visible one),
    `header_row` the number of the row of titles (else the first that looks like one). Raises SheetRefused.
    """
    limits = limits or Limits()
    source = Source(data, filename)
    if source.size() == 0:
        raise SheetRefused(wording.EMPTY_FILE)
    if source.size() > limits.file_bytes:
        raise SheetRefused(wording.FILE_TOO_LARGE, limit=limits.file_bytes >> 20)
    if _is_workbook(source, limits):
        return _open_workbook(source, sheet, header_row, limits)
    encoding = encoding_of(source, limits)
    opened = Sheet(filename, [], 0, source, limits, [], _encoding=encoding)
    if encoding in _ENCODINGS:
        opened.notices.append(Notice(wording.READ_AS, {"encoding": _ENCODINGS[encoding]}))
    _find_titles(opened, header_row, Layout())
    return opened


def _is_workbook(source: Source, limits: Limits) -> bool:
    """A workbook (True) or text (False), by content and not by name. Raises SheetRefused for anything else."""
    head = source.head()
    named = source.filename.lower()
    if head.startswith(b"PK"):
        if named.endswith((".csv", ".txt", ".tsv")):
            raise SheetRefused(wording.XLSX_NAMED_TEXT, name=shortened(source.filename))
        return True
    if head.startswith(b"\x1f\x8b"):
        with unpacked(source, limits) as stream:
            head = stream.read(4096)
    if head.startswith(b"PK"):
        raise SheetRefused(wording.NOT_A_WORKBOOK)
    _refuse_other_kinds(head)
    if named.endswith((".xlsx", ".xls", ".xlsm")):
        raise SheetRefused(wording.TEXT_NAMED_XLSX, name=shortened(source.filename))
    return False


def _refuse_other_kinds(head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused(wording.OLD_EXCEL)
    if head.startswith(b"%PDF"):
        raise SheetRefused(wording.PDF)
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<style", b"<meta", b"mime-version:")):
        raise SheetRefused(wording.WEB_PAGE)


def _open_workbook(source: Source, sheet: str | None, header_row: int | None, limits: Limits) -> Sheet:
    with open_package(source, limits) as package:
        book = read_workbook(package, limits)
    chosen = _chosen(book.sheets, sheet)
    opened = Sheet(chosen.name, [], 0, source, limits, [], _part=chosen.part, _book=book)
    others = [part.name for part in book.sheets if part is not chosen]
    if others and sheet is None:
        names = ", ".join(shortened(name) for name in others)
        opened.notices.append(Notice(wording.OTHER_SHEETS, {"sheet": chosen.name, "others": names}))
    layout = Layout()
    _find_titles(opened, header_row, layout)
    hidden = [column for column in opened.columns if column.hidden]
    if hidden:
        told = ", ".join(f"{column.letter} {column.title}".strip() for column in hidden[:_TOLD_RANGES])
        opened.notices.append(Notice(wording.HIDDEN_COLUMNS, {"columns": told}))
    return opened


def _chosen(sheets: Sequence[SheetPart], wanted: str | None) -> SheetPart:
    if wanted is not None:
        for part in sheets:
            if part.name == wanted:
                return part
        names = ", ".join(part.name for part in sheets)
        raise SheetRefused(wording.NO_SUCH_SHEET, sheet=wanted, sheets=names)
    for part in sheets:
        if part.visible:
            return part
    raise SheetRefused(wording.NO_VISIBLE_SHEET)


@contextmanager
def _opened_rows(source: Source, encoding: str, limits: Limits) -> Iterator[Iterator[_Raw]]:
    with unpacked(source, limits) as stream:
        yield (
            _Raw(number, dict(enumerate(values)), delimiter=delimiter)
            for number, values, delimiter in text_rows(stream, encoding, limits)
        )


def _raw_rows(
    source: Source, part: str | None, encoding: str, book: Workbook, limits: Limits, layout: Layout
) -> Iterator[_Raw]:
    if part is None:
        with _opened_rows(source, encoding, limits) as rows:
            yield from rows
        return
    with open_package(source, limits) as package:
        for row in sheet_rows(package, part, book, limits, layout):
            yield _Raw(row.number, row.cells, row.hidden)


def _find_titles(sheet: Sheet, header_row: int | None, layout: Layout) -> None:
    """Fill in columns and header row."""
    raws = _raw_rows(sheet.source, sheet._part, sheet._encoding, sheet._book, sheet.limits, layout)
    if header_row is not None:
        raws = itertools.dropwhile(lambda raw: raw.number < header_row, raws)
    seen = list(itertools.islice(raws, 1 if header_row is not None else _LOOK_FOR_TITLES))
    if not seen or (header_row is not None and seen[0].number != header_row):
        raise SheetRefused(wording.NO_HEADER)
    titles = seen[0]
    wider = next((raw for raw in seen if _filled(raw) > 1), None)
    if wider is not None and _filled(titles) == 1 and header_row is None:  # 某某小区出入登记表 above the titles
        sheet.notices.append(Notice(wording.TITLE_SKIPPED, {"row": titles.number, "header": wider.number}))
        titles = wider
    sheet.header_row = titles.number
    sheet.columns = _columns(titles, layout)


def _filled(raw: _Raw) -> int:
    return sum(map(filled, raw.cells.values()))


def _columns(titles: _Raw, layout: Layout) -> list[Column]:
    columns: list[Column] = []
    seen: dict[str, str] = {}
    for index in range(max(titles.cells) + 1):
        title = unguarded(str(Cell(titles.number, Column(index, ""), titles.cells.get(index)).plain() or "").strip())
        hidden = any(first <= index + 1 <= last for first, last in layout.hidden_columns)
        column = Column(index, title, hidden)
        plain = plain_title(title)
        if plain and plain in seen:
            raise SheetRefused(wording.TITLE_TWICE, title=shortened(title), first=seen[plain], second=column.letter)
        seen[plain] = column.letter
        columns.append(column)
    return columns


def _check_width(raw: _Raw, width: int) -> None:
    """A text row wider than the titles was torn apart by a delimiter inside a text."""
    filled = max((index + 1 for index, value in raw.cells.items() if value is not None), default=0)
    if filled > width:
        raise SheetRefused(wording.BEYOND_HEADER, row=raw.number, cells=filled, columns=width, delimiter=raw.delimiter)


def _check_merged(ranges: Sequence[str], header_row: int) -> None:
    below = [text for text in ranges if _last_row(text) > header_row]
    if below:
        told = ", ".join(text[:20] for text in below[:_TOLD_RANGES])
        raise SheetRefused(wording.MERGED, ranges=told + (" …" if len(below) > _TOLD_RANGES else ""))


def _last_row(text: str) -> int:
    digits = text.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0
