"""The poster of a place code: one large code, and the same address to type."""

from __future__ import annotations

from datetime import date

from kakou.screening.printing.codes import drawn_address
from kakou.screening.printing.typesetting import typeset
from kakou.screening.printing.words import ON_A_PLACE_CODE


def place_poster(*, name: str, address: str, code: str, made_on: date) -> bytes:
    """A PDF of one page A4. `address`: what the code opens; `code`: its last part in groups, to be read out.

    Raises NotPrintable, TooMuchToPrint.
    """
    data = {"name": name, "address": address, "code": code, "drawn": drawn_address(address), "words": ON_A_PLACE_CODE}
    return typeset("place_code", data, made_on=made_on, tagged=True)
