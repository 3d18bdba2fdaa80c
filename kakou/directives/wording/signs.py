"""A text on an LED sign of so many columns: a Chinese character takes two of them, a Latin letter one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_PIECES = re.compile(r"[!-~]+|\s+|.", re.DOTALL)  # a Latin word, a gap, any other sign alone
_NEVER_FIRST = frozenset("，。！？；：、）》”’…,.!?;:)")


def width(text: str) -> int:
    """Columns. Ambiguous signs (· “ ”) are drawn wide by Chinese signs."""
    return sum(_columns(sign) for sign in text)


def screens(text: str, *, columns: int, lines: int) -> list[list[str]]:
    """The text as one screen after the other, each of at most `lines` lines of at most `columns` columns. No Latin word
    that fits a line is broken, and no line begins with a closing mark where there is another way. Raises ValueError for
    a sign on which no Chinese character fits."""
    if columns < 2 or lines < 1:
        raise ValueError("a sign has a line, and two columns at least")
    wrapped = list(_lines(text, columns))
    return [wrapped[first : first + lines] for first in range(0, len(wrapped), lines)]


def _lines(text: str, columns: int) -> Iterator[str]:
    line = ""
    for piece in _pieces(text, columns):
        if width(line) + width(piece) <= columns:
            line += piece if line or not piece.isspace() else ""
            continue
        kept, line = _kept(line, piece)
        yield kept
    if line.strip():
        yield line.rstrip()


def _kept(line: str, piece: str) -> tuple[str, str]:
    """What of a full line stays on it, and how the next begins."""
    if piece.isspace():
        return line.rstrip(), ""
    takes_along = piece[0] in _NEVER_FIRST and len(line) > 1 and line[-1] not in _NEVER_FIRST and not line[-1].isascii()
    if takes_along and width(line[-1]) + width(piece) <= width(line):
        return line[:-1].rstrip(), line[-1] + piece
    return line.rstrip(), piece


def _pieces(text: str, columns: int) -> Iterator[str]:
    for piece in _PIECES.findall(" ".join(text.split())):
        if width(piece) <= columns:
            yield piece
        else:  # a word longer than the sign
            yield from (piece[at : at + columns] for at in range(0, len(piece), columns))


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WFA" else 1
