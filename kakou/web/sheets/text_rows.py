"""Rows of a CSV file: delimiter found by itself, every record bounded before it is parsed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from kakou.kernel.errors import Refusal
from kakou.web.sheets import wording
from kakou.web.sheets.cells import Value, column_letters
from kakou.web.sheets.limits import Limits
from kakou.web.sheets.problems import CellProblem, SheetRefused

_DELIMITERS = ",\t;|"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_QUOTED = re.compile(r'"[^"]*("|$)')
_LINES_BACK = 4  # what a quotation mark that is never closed may swallow, in cells


def delimiter_of(head: str) -> str:
    """The delimiter of the first line that has one (outside quotes); a comma when none has."""
    for line in head.splitlines()[:20]:
        bare = _QUOTED.sub("", line)
        best = max(_DELIMITERS, key=bare.count)
        if best in bare:
            return best
    return ","


def text_rows(stream: IO[bytes], encoding: str, limits: Limits) -> Iterator[tuple[int, list[Value], str]]:
    """(row number as Excel shows it, values, delimiter) of every record that is not empty.

    Raises SheetRefused, or CellProblem for a cell that cannot be kept in memory or holds a control character.
    """
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield from _records(text, limits)
    finally:
        text.detach()  # the stream is its opener's to close, also when the rows are left unread


def _records(text: io.TextIOWrapper, limits: Limits) -> Iterator[tuple[int, list[Value], str]]:
    lines = _Lines(text, limits)
    delimiter = lines.delimiter
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        lines.start_record(number + 1)
        try:
            record = next(reader, None)
        except csv.Error as error:
            cut = "end of data" in str(error)
            raise SheetRefused(wording.OPEN_QUOTE if cut else wording.STRAY_QUOTE, row=number + 1) from error
        if record is None:
            return
        number += 1
        if any(map(str.strip, record)):
            yield number, _checked(record, number, limits), delimiter


class _Lines:
    """Lines for the csv module: of bounded length, a record no longer than `_LINES_BACK` of the longest cells."""

    def __init__(self, text: io.TextIOWrapper, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._longest = limits.cell_chars * _LINES_BACK
        self._waiting: str | None = text.readline(self._longest)
        self.delimiter = delimiter_of(self._waiting or "")
        self._number = 1
        self._record: list[str] = []
        self._chars = 0

    def start_record(self, number: int) -> None:
        """The next line begins record `number`."""
        self._number = number
        self._record = []
        self._chars = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting if self._waiting is not None else self._text.readline(self._longest)
        self._waiting = None
        if not line:
            raise StopIteration
        self._record.append(line)
        self._chars += len(line)
        if self._chars >= self._longest:
            raise self._too_long()
        if _CONTROL.search(line):
            raise self._control_character()
        return line

    def _too_long(self) -> Refusal:
        if len(self._record) > 1:
            return SheetRefused(wording.OPEN_QUOTE, row=self._number)
        start = 0
        bounds = [*_bounds(self._record[0], self.delimiter), self._chars]
        for index, end in enumerate(bounds):
            if end - start > self._limits.cell_chars:
                return _too_long(self._number, index, self._limits)
            start = end + 1
        return SheetRefused(wording.ROW_TOO_LONG, row=self._number, limit=self._longest)

    def _control_character(self) -> CellProblem:
        record = "".join(self._record)
        found = next(_CONTROL.finditer(record))
        index = sum(bound < found.start() for bound in _bounds(record, self.delimiter))
        code = f"U+{ord(found.group()):04X}"
        return CellProblem(
            wording.CONTROL_CHARACTER,
            row=self._number,
            letter=column_letters(index),
            fix=wording.FIX_CONTROL,
            code=code,
        )


def _bounds(record: str, delimiter: str) -> list[int]:
    """Where the delimiters outside quotes stand."""
    bounds, quoted = [], False
    for found in re.finditer(f'["{re.escape(delimiter)}]', record):
        if found.group() == '"':
            quoted = not quoted
        elif not quoted:
            bounds.append(found.start())
    return bounds


def _too_long(row: int, index: int, limits: Limits) -> CellProblem:
    letter = column_letters(index)
    return CellProblem(wording.CELL_TOO_LONG, row=row, letter=letter, fix=wording.FIX_LENGTH, limit=limits.cell_chars)


def _checked(record: list[str], number: int, limits: Limits) -> list[Value]:
    if len(record) > limits.columns:
        raise SheetRefused(wording.TOO_MANY_COLUMNS, row=number, limit=limits.columns)
    if max(map(len, record)) > limits.cell_chars:
        index = next(i for i, field in enumerate(record) if len(field) > limits.cell_chars)
        raise _too_long(number, index, limits)
    return [field or None for field in record]
