"""The poster of something announced: heading and text in one language or two, and a code to the page of requests."""

from __future__ import annotations

import re
from datetime import date

from kakou.screening.printing.codes import drawn_address
from kakou.screening.printing.typesetting import MOST_CHARACTERS, typeset
from kakou.screening.printing.words import ON_AN_ANNOUNCEMENT

_PIECES = re.compile(rf".{{1,{MOST_CHARACTERS - 20}}}", re.DOTALL)


def announcement(*, zh: tuple[str, str], en: tuple[str, str], address: str, made_on: date) -> bytes:
    """A PDF of one page A4; (heading, text) of each language, "" where nothing is said in it. `address`: what the code
    opens. Raises NotPrintable, TooMuchToPrint."""
    parts = [{"title": title, "text": _PIECES.findall(text)} for title, text in (zh, en) if title or text]
    data = {"parts": parts, "address": address, "drawn": drawn_address(address), "words": ON_AN_ANNOUNCEMENT}
    return typeset("announcement", data, made_on=made_on, tagged=True)
