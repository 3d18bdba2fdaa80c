"""A gate's ledger of a day on A4 across, and the blank form with the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import ceil
from typing import Final

from kakou.screening.printing.codes import drawn_code
from kakou.screening.printing.typesetting import typeset

# name → mm; 281 of the 297 of A4 lying across
PAPER_COLUMNS: Final[Mapping[str, int]] = {
    "number": 7, "date": 14, "time": 12, "name": 16, "document": 25, "phone": 17, "address": 26, "origin": 18,
    "plate": 15, "aboard": 8, "temperature": 10, "health": 10, "travel": 10, "doses": 13, "mask": 10, "way": 8,
    "passed": 12, "reason": 20, "recorder": 14, "correction": 16,
}  # fmt: skip
_BODY: Final = 158.0  # mm of rows on a page
_LINE, _ROOM, _CJK, _LATIN = 2.6, 1.1, 2.12, 1.21  # mm: a line, what stands around a row, a character, a letter
_PIECE: Final = 100  # characters of a text that is set as one


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Rows by the columns of `PAPER_COLUMNS`; which of them are struck through; totals in words, one line each."""

    rows: Sequence[Sequence[str]]
    struck: Sequence[bool]
    totals: Sequence[str]


@dataclass(frozen=True, slots=True)
class LedgerWords:
    """In one language: the heading, what stands beside it, the titles of the columns, the words of the foot with
    {page} and {pages} in it, what is written across the page."""

    title: str
    beside: str
    columns: Sequence[str]
    foot: str
    watermark: str
    language: str


def pages_of(rows: Iterable[Sequence[str]]) -> list[list[int]]:
    """Which rows, from 0, come onto which page: by how high they will be at most, so that no page flows over."""
    pages: list[list[int]] = []
    room = 0.0
    for number, row in enumerate(rows):
        height = _height(row)
        if not pages or height > room:
            pages.append([])
            room = _BODY
        pages[-1].append(number)
        room -= height
    return pages


def _height(row: Sequence[str]) -> float:
    lines = (_lines(text, wide) for text, wide in zip(row, PAPER_COLUMNS.values(), strict=True))
    return _ROOM + _LINE * max(lines)


def _lines(text: str, wide: int) -> int:
    drawn = sum(_LATIN if ord(char) < 0x2E80 else _CJK for char in text)
    return max(1, ceil(1.02 * drawn / (wide - 1.4)))


def ledger_sheet(pages: Sequence[LedgerPage], words: LedgerWords, *, made_on: date) -> bytes:
    """The PDF. Raises NotPrintable, TooMuchToPrint."""
    set_pages = [asdict(page) | {"rows": [[_pieces(cell) for cell in row] for row in page.rows]} for page in pages]
    data = asdict(words) | {"pages": set_pages, "wide": list(PAPER_COLUMNS.values())}
    return typeset("ledger_sheet", data, made_on=made_on, tagged=False)


def ledger_form(
    codes: Sequence[str], words: LedgerWords, *, day: str, lines: int, hints: Sequence[str], made_on: date
) -> bytes:
    """Blank sheets to write on, one for each of `codes`, which is printed on it for a phone and for people.

    Raises NotPrintable, TooMuchToPrint.
    """
    data = asdict(words) | {
        "sheets": [{"code": code, "drawn": drawn_code(code)} for code in codes],
        "wide": [wide for name, wide in PAPER_COLUMNS.items() if name != "correction"],
        "day": day, "lines": lines, "hints": list(hints),
    }  # fmt: skip
    return typeset("ledger_form", data, made_on=made_on, tagged=False)


def _pieces(text: str) -> str | list[str]:
    if len(text) <= _PIECE:
        return text
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
