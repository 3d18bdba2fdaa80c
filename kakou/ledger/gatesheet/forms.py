"""What names one sheet of paper and one line on it: printed on the form, typed in with the line. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, NamedTuple

FORM: Final = re.compile(r"KP([1-9][0-9]{0,9})-(20[0-9]{6})-([0-9]{2,3})", re.ASCII)
_LINE: Final = re.compile(r"(KP[0-9-]+)/([0-9]{1,2})", re.ASCII)
LINES: Final = 20  # of one sheet of paper
MOST_FORMS: Final = 999  # of one gate and day
PAPER: Final = "paper:"  # stands, with the line, where a phone names the rules it decided by: nobody decided by any


class FormRef(NamedTuple):
    """The `number`-th sheet of the gate on `gate` for a day. Written so that a cheap phone reads it as a code."""

    gate: int
    day: dt.date
    number: int

    def __str__(self) -> str:
        return f"KP{self.gate}-{self.day:%Y%m%d}-{self.number:02}"


class LineRef(NamedTuple):
    """One line of it, from 1."""

    form: FormRef
    line: int

    def __str__(self) -> str:
        return f"{self.form}/{self.line:02}"

    @property
    def pack(self) -> str:
        """How a passage says that it came from this line."""
        return f"{PAPER}{self}"


def form_of(text: str) -> FormRef | None:
    """The sheet that a text names; None for any other text."""
    found = FORM.fullmatch(text.strip().upper())
    try:
        return FormRef(int(found[1]), dt.datetime.strptime(found[2], "%Y%m%d").date(), int(found[3])) if found else None  # noqa: DTZ007
    except ValueError:
        return None


def line_of(text: str) -> LineRef | None:
    """The line that a text names; None for any other text, also for a line that no sheet has."""
    found = _LINE.fullmatch(text.strip().upper())
    form = form_of(found[1]) if found else None
    return LineRef(form, int(found[2])) if found and form and 1 <= int(found[2]) <= LINES else None
