"""Cells: typed values that know where they stand, and the questions that may be asked of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kakou.web.sheets import wording
from kakou.web.sheets.problems import CellProblem


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula cell: what it computes is not what somebody wrote down."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An error cell: #N/A, #REF! and their like."""

    text: str


Value = str | int | float | bool | dt.datetime | dt.time | Formula | Broken | None

EXCEL_DIGITS = 15  # significant digits of a number cell (IEEE 754 double as Excel shows it)
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{2,}")  # an identifier after a visit to a number cell
_RISKY = "=+-@\t\r＝＋－＠"
_SPACES = re.compile(r"\s+")


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Column:
    """One column: 0-based `index`, the title as written, whether Excel hides it."""

    index: int
    title: str
    hidden: bool = False

    @property
    def letter(self) -> str:
        """A, B … XFD."""
        return column_letters(self.index)


class Row(NamedTuple):
    """One row below the titles: the number Excel shows, what stands in it by column, how many columns the titles span.

    A row costs what is in it: a title far to the right does not make every row wide.
    """

    number: int
    cells: Mapping[int, Value]
    width: int
    hidden: bool = False

    @property
    def values(self) -> list[Value]:
        """One value for each column of the titles."""
        return [self.cells.get(index) for index in range(self.width)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with its address. The readers raise CellProblem."""

    row: int
    column: Column
    value: Value

    def problem(self, text: str, *, fix: str = "", field: str = "", **params: object) -> CellProblem:
        """A problem of this cell, to be raised or collected. `text` and `fix` are msgids."""
        at = self.column
        return CellProblem(text, row=self.row, letter=at.letter, title=at.title, field=field, fix=fix, **params)

    def plain(self) -> str | int | float | bool | dt.datetime | dt.time | None:
        """The value, unless it is a formula or an error."""
        if isinstance(self.value, Formula):
            raise self.problem(wording.FORMULA, fix=wording.FIX_FORMULA, formula=shortened(self.value.text))
        if isinstance(self.value, Broken):
            raise self.problem(wording.ERROR_VALUE, fix=wording.FIX_ERROR, error=self.value.text)
        return self.value

    def text(self) -> str:
        """The text as written without outer spaces, "" when empty; whole numbers of up to 15 digits are read too."""
        value = self.plain()
        if isinstance(value, str):
            return unguarded(value.strip()).strip()
        if value is None:
            return ""
        if isinstance(value, dt.datetime | dt.time):
            raise self.problem(wording.NOT_A_TEXT, fix=wording.FIX_TEXT, value=value.isoformat())
        return self._number_text(value)

    def required_text(self) -> str:
        """Like `text`, but an empty cell is a problem."""
        return self.text() or self._empty()

    def identifier(self) -> str:
        """A document number, phone or plate: text, or a whole number that cannot have lost digits. "" when empty."""
        value = self.plain()
        if isinstance(value, str):
            told = unguarded(value.strip()).strip()
            if _ROUNDED.fullmatch(told):
                raise self.problem(wording.LOST_DIGITS, fix=wording.FIX_DIGITS)
            return told
        if value is None:
            return ""
        if isinstance(value, bool | dt.datetime | dt.time) or value != int(value):
            raise self.problem(wording.NOT_WHOLE_IDENTIFIER, fix=wording.FIX_TEXT, value=str(value))
        return self._number_text(value)

    def required_identifier(self) -> str:
        """Like `identifier`, but an empty cell is a problem."""
        return self.identifier() or self._empty()

    def whole(self) -> int | None:
        """A whole number, None when empty."""
        value = self.plain()
        if value is None or value == "":
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
            return int(value)
        if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,15}", value.strip()):
            return int(value)
        raise self.problem(wording.NOT_A_NUMBER, fix=wording.FIX_NUMBER, value=shortened(str(value)))

    def moment(self) -> dt.datetime | dt.time | str | None:
        """A naive time of the sheet; text stays text (its format is the caller's to know); None when empty. A cell
        that shows only a time of day gives that."""
        value = self.plain()
        if isinstance(value, str):
            return unguarded(value.strip()).strip() or None
        if value is None or isinstance(value, dt.datetime | dt.time):
            return value
        raise self.problem(wording.NOT_A_TIME, fix=wording.FIX_TIME, value=str(value))

    def _number_text(self, value: float | bool) -> str:
        if isinstance(value, bool):
            return str(value).upper()
        if value != int(value):
            return repr(value)
        if abs(value) >= 10**EXCEL_DIGITS:
            raise self.problem(wording.LOST_DIGITS, fix=wording.FIX_DIGITS)
        return str(int(value))

    def _empty(self) -> str:
        raise self.problem(wording.EMPTY_CELL, fix=wording.FIX_EMPTY)


def filled(value: Value) -> bool:
    """Is there anything in the cell but spaces?"""
    return bool(value.strip()) if isinstance(value, str) else value is not None


def shortened(text: str, limit: int = 40) -> str:
    """At most `limit` characters, for a message."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plain_title(title: str) -> str:
    """A column title as it is compared: no spaces or line breaks, no case, no mark of a required column."""
    return _SPACES.sub("", title).strip("*＊").casefold()


def risky(text: str) -> bool:
    """Would a spreadsheet program take this text for a formula, in any of its languages?"""
    return text.lstrip(" \n\v\f\u00a0\u200b\ufeff\u3000").startswith(tuple(_RISKY))


def guarded(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet program would run it; reversible by `unguarded`."""
    return "'" + text if risky(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`: what we exported comes back as it was."""
    return text[1:] if text.startswith("'") and risky(text.lstrip("'")) else text
