"""Official query services: what an authority's own server says of somebody's health code or travel code.

Owns: the interface that an adapter fulfils, and what may come back through it. Promises: an answer is a result that
packs know, or nothing. Pure. Never: asks by itself, keeps an answer, or guesses when a service is silent; then a gate
goes on with what people show, which is recorded as observed.

Kakou ships no adapter: the services of provinces differ, and none is public. One is a class of some twenty lines that
fulfils `OfficialService`; docs/how-to/official-codes.md shows a whole one.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Protocol

from kakou.kernel.errors import Refusal
from kakou.screening.rules import RESULTS, Look

LOOKS = frozenset({Look.HEALTH, Look.TRAVEL})
_DIVISION = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?", re.ASCII)


class OfficialUnavailable(Refusal):
    """No answer came from the service, or none that means anything. The gate looks at what is shown."""

    code = "official-unavailable"
    status = 503


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose code is asked for: by the text of the code that is `shown`, or by document number and name."""

    look: Look
    shown: str | None = None
    document_kind: str | None = None
    document_no: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service says: a result of the look (`rules.RESULTS`), when the code was made, its division code."""

    result: str
    made_at: dt.datetime | None = None
    region: str | None = None


class OfficialService(Protocol):
    """An adapter. Made once per process, asked from several threads at once; keeps no answer and logs no person."""

    name: str
    """Of the authority, as pages show it."""
    looks: frozenset[Look]
    """What it answers about: health, travel or both."""

    def ask(self, asked: Asked) -> Answer | None:
        """What is known; None: the service knows nothing of this one. A queue waits: answer or raise within 3 seconds.
        Whatever it raises is told to the gate as "no answer".
        """


def checked_answer(look: Look, answer: Answer) -> Answer:
    """The answer, if packs know its result and its times and region can be recorded. Raises OfficialUnavailable."""
    known = answer.result in RESULTS[look]
    timed = answer.made_at is None or answer.made_at.tzinfo is not None
    placed = answer.region is None or _DIVISION.fullmatch(answer.region) is not None
    if not (known and timed and placed):
        raise OfficialUnavailable("The official service said what means nothing here. Look at what is shown.")
    return answer
