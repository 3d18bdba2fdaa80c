"""Sheets we hand out: every cell is text, and nothing in them runs when they are opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Sequence
from contextvars import ContextVar

import xlsxwriter

from kakou.web.sheets import wording
from kakou.web.sheets.cells import column_letters, guarded
from kakou.web.sheets.limits import EXCEL_CELL_CHARS, EXCEL_ROWS
from kakou.web.sheets.problems import CellProblem, SheetRefused

_WIDEST = 60
# who hands out what is written here and when, told by the middleware that knows: printed on every page of every sheet
MARK: ContextVar[str] = ContextVar("mark of sheets", default="")
_TITLES_ROW = 1


def write_xlsx(
    rows: Iterable[Sequence[str | int | None]],
    columns: Sequence[str],
    *,
    name: str = "Sheet1",
    struck: Container[int] = (),
) -> bytes:
    """A workbook with one sheet; identifiers, phones and numbers are text cells. `struck`: rows, from 0, that are
    struck through. Raises SheetRefused, CellProblem."""
    target = io.BytesIO()
    # in memory: XlsxWriter's temporary files would leave people's data on the disk
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(name)
        if mark := MARK.get():
            book.set_properties({"comments": mark})
            sheet.set_footer(f"&L{mark.replace('&', '&&')}&R&P / &N")
        as_text = book.add_format({"num_format": "@"})
        through = book.add_format({"num_format": "@", "font_strikeout": True})
        bold = book.add_format({"num_format": "@", "bold": True})
        sheet.freeze_panes(1, 0)
        for index, title in enumerate(columns):
            sheet.write_string(0, index, title, bold)
            sheet.set_column(index, index, min(_WIDEST, 4 + 2 * len(title)), as_text)
        for number, row in enumerate(rows, start=_TITLES_ROW + 1):
            if number > EXCEL_ROWS:
                raise SheetRefused(wording.TOO_MANY_ROWS, limit=EXCEL_ROWS)
            look = through if number - _TITLES_ROW - 1 in struck else as_text
            for index, value in enumerate(row):
                if value is not None and value != "":
                    sheet.write_string(number - 1, index, _fitting(str(value), number, index), look)
    return target.getvalue()


def write_csv(rows: Iterable[Sequence[str | int | None]], columns: Sequence[str]) -> bytes:
    """UTF-8 with its mark (Excel needs it), every field in quotes, texts that would run behind an apostrophe.

    Quotes everywhere, because an Excel whose delimiter is “;” would otherwise tear "a;=1+1" into a formula.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([guarded(title) for title in columns])
    for row in rows:
        writer.writerow(["" if value is None else _safe(value) for value in row])
    return target.getvalue().encode("utf-8-sig")


def _safe(value: str | int) -> str:
    return guarded(value.replace("\0", "")) if isinstance(value, str) else str(value)


def _fitting(text: str, row: int, column: int) -> str:
    if len(text) > EXCEL_CELL_CHARS:  # XlsxWriter would leave the cell empty without a word
        letter = column_letters(column)
        raise CellProblem(wording.CELL_TOO_LONG, row=row, letter=letter, fix=wording.FIX_LENGTH, limit=EXCEL_CELL_CHARS)
    return text
