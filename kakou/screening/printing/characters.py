"""Which characters paper can show: what the fonts have, and what of a text is invisible or can be broken.

typst prints a missing glyph as a box and says nothing, so it is looked up here before.
"""

from __future__ import annotations

import re
import unicodedata

from kakou.kernel.errors import Refusal
from kakou.screening.printing.fonts import covered

_JOINERS = "\u200c\u200d"  # they shape Khmer, Burmese and Persian; every other format character prints nothing
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # which shape of a character is meant; the usual one is drawn
_MARKS = f"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff{_SELECTORS}{_JOINERS}"
_ALWAYS = re.compile(f"[{_SELECTORS}{_JOINERS}]")
_LONG = re.compile("[\u0021-\u058f\u1e00-\u2e7f]{17,}")  # Latin, Greek, Cyrillic, digits and signs
_BETWEEN = re.compile(f"(?<=[^{_JOINERS}])(?=[^{_MARKS}])")


class NotPrintable(Refusal):
    """A text has characters that none of the fonts has."""

    code = "not-printable"


def printable(text: str) -> str:
    """The text as it can be set: white space as single spaces, without invisible format characters, and with places to
    break a long word at. Raises NotPrintable with the characters that no font has.
    """
    seen = " ".join("".join(c for c in text if c in _JOINERS or unicodedata.category(c) != "Cf").split())
    missing = _missing(seen)
    if missing:
        raise NotPrintable(
            "No font here has these characters: %(characters)s. Print without them and write them in by hand.",
            characters=", ".join(f"{c} (U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in missing),
        )
    return _LONG.sub(lambda word: _BETWEEN.sub("\u200b", word[0]), seen)


def _missing(text: str) -> list[str]:
    """Characters that no font has, each once. A letter and its accents may be there as one (NFC)."""
    lacking = [c for c in dict.fromkeys(text) if ord(c) not in covered() and not _ALWAYS.match(c)]
    if not lacking:
        return []
    composed = set(unicodedata.normalize("NFC", text))
    return [c for c in lacking if c in composed]
