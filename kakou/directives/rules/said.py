"""What a directive says, checked before anybody is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from kakou.kernel.errors import Refusal
from kakou.notices.rules import masked, one_line, plain

MOST_UNITS = 2_000
LONGEST = {"number": 64, "issuer": 80, "title": 120, "text": 4_000}
FURTHEST = dt.timedelta(days=366)


class DirectiveRefused(Refusal):
    """A directive cannot be handed down, or a task not be taken on, as wished."""

    code = "directive-refused"


@dataclass(frozen=True, slots=True)
class Said:
    """`number` as the office above counts it (文号), `issuer` that office; until when each unit acknowledges it and has
    done it."""

    number: str
    issuer: str
    title: str
    text: str
    acknowledge_by: dt.datetime
    deadline: dt.datetime


def checked(said: Said, at: dt.datetime) -> Said:
    """The same, trimmed. Raises DirectiveRefused naming what to mend."""
    kept = replace(
        said, number=one_line(said.number), issuer=one_line(said.issuer), title=one_line(said.title),
        text=plain(said.text),
    )  # fmt: skip
    for name, most in LONGEST.items():
        value: str = getattr(kept, name)
        if not value or len(value) > most:
            raise DirectiveRefused("Number, issuing office, title and text are each needed and have a longest length.")
        if masked(value).count("*") > value.count("*"):
            raise DirectiveRefused("A number of a person stands in it. Take it out: every unit told can read it.")
    if not at < kept.acknowledge_by <= kept.deadline <= at + FURTHEST:
        raise DirectiveRefused("It is to be acknowledged later than now, and done no sooner than that, within a year.")
    return kept
