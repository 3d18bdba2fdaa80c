"""Sheets of passes to cut out: ten of the size of a bank card on A4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kakou.screening.passes import spaced
from kakou.screening.printing.codes import drawn_code
from kakou.screening.printing.typesetting import TooMuchToPrint, typeset
from kakou.screening.printing.words import ON_A_PASS, Language, Words

MOST_PASSES: Final = 500  # 50 sheets: some seconds, and as much as one stack of paper


@dataclass(frozen=True, slots=True)
class PrintedPass:
    """What stands on one pass. Whatever names the holder was masked before."""

    text: str  # the 30 characters of `passes.pass_text`
    kind: Words  # of `KINDS`, or others
    holder: str  # masked name or plate; "" where none is to be printed
    door: str  # "" where there is none
    valid_from: date
    valid_to: date | None  # None: until it is cancelled


def pass_sheet(
    passes: Sequence[PrintedPass], *, unit: str, made_on: date, languages: tuple[Language, ...] = ("zh", "en")
) -> bytes:
    """A PDF of A4 sheets in the order given, `languages` in theirs. Raises TooMuchToPrint for more than 500 passes or a
    text longer than its place, NotPrintable for a character that no font has.
    """
    if not passes:
        raise TooMuchToPrint("There is no pass to print.")
    if len(passes) > MOST_PASSES:
        raise TooMuchToPrint(
            "At most %(most)d passes are printed at once. Print the others after them.", most=MOST_PASSES
        )
    assert languages
    assert set(languages) <= set(Words._fields)
    words = {name: said.in_order(languages) for name, said in ON_A_PASS.items()}
    data = {
        "unit": unit,
        "languages": languages,
        "words": words | {"count": [told % len(passes) for told in words["count"]]},
        "passes": [_card(one, languages) for one in passes],
    }
    return typeset("pass_sheet", data, made_on=made_on, tagged=False)


def _card(one: PrintedPass, languages: tuple[Language, ...]) -> Mapping[str, Any]:
    since = one.valid_from.isoformat()
    return {
        "code": drawn_code(one.text),
        "typed": spaced(one.text),
        "kind": one.kind.in_order(languages),
        "holder": one.holder,
        "door": one.door,
        "from": [told % since for told in ON_A_PASS["from"].in_order(languages)],
        "to": one.valid_to.isoformat() if one.valid_to else "",
    }
