"""What whoever reported is told of his request, and by which step of its order: one table. Never what he wrote, never a
name, never the end of his number, which with the code opens his page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kakou.workorders.rules import StepKind


class Word(StrEnum):
    """What is told."""

    RECEIVED = "received"
    ANSWERED = "answered"
    CLOSED = "closed"
    RETURNED = "returned"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Told:
    """`text` (a msgid) is sent, `short` stands on the desk's page. `follows`: those hear it too whose request was
    joined with this one: they follow it; `theirs` is sent to them."""

    text: str
    short: str
    follows: bool = False
    theirs: str = ""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


_SETTLED = N_("Your request %(code)s is settled.")
_BACK = N_("Your request %(code)s is with the office again that received it first. It goes on.")
WORDS: Mapping[Word, Told] = {
    Word.RECEIVED: Told(N_("Your request was received. Its code: %(code)s"), N_("Received")),
    Word.ANSWERED: Told(
        N_("Your request %(code)s was answered. Please read the answer and rate it."), N_("Answered"), True,
        N_("Your request %(code)s was answered. Please read the answer."),
    ),
    Word.CLOSED: Told(_SETTLED, N_("Settled"), True, _SETTLED),
    Word.RETURNED: Told(_BACK, N_("given back"), True, _BACK),
    Word.JOINED: Told(
        N_("Somebody else reported the same as your request %(code)s. You see what becomes of that."), N_("Joined")
    ),
}  # fmt: skip
AFTER: Mapping[StepKind, Word] = {
    StepKind.ANSWERED: Word.ANSWERED, StepKind.CLOSED: Word.CLOSED, StepKind.RETURNED: Word.RETURNED,
    StepKind.DUPLICATE: Word.JOINED,
}  # fmt: skip
OVER = frozenset({StepKind.REOPENED})  # what was to be told before is not so any more
