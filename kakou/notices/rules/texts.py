"""Texts as receivers take them: control characters out, cut on characters with a note."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_KEPT = {"\n", "\t"}
_JOINS = {"\u200d", "\ufe0e", "\ufe0f"}  # what makes one sign of several


def plain(text: str) -> str:
    """Without control characters and lone surrogates, lines ended by \\n, nothing around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def one_line(text: str) -> str:
    """The same as one line: a header has no second."""
    return " ".join(plain(text).split())


def cut(text: str, most: int, size: Callable[[str], int], note: str) -> str:
    """`text` if `size` of it is at most `most`, else its longest beginning that with `note` behind it is; a character
    and what is joined to it stay together. `size` grows with the text. Raises ValueError when the note alone is too
    long.
    """
    if size(text) <= most:
        return text
    if size(note) > most:
        raise ValueError("the note alone is longer than the text may be")
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle] + note) <= most else (low, middle - 1)
    while low > 0 and _joined(text, low):
        low -= 1
    return text[:low] + note


def utf8(text: str) -> int:
    """Bytes."""
    return len(text.encode())


def utf16(text: str) -> int:
    """Characters as an SMS counts them."""
    return len(text.encode("utf-16-le")) // 2


def _joined(text: str, at: int) -> bool:
    """Do the characters before and behind `at` belong together?"""
    behind = text[at]
    return behind in _JOINS or text[at - 1] == "\u200d" or bool(unicodedata.combining(behind))
