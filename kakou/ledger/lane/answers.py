"""What the intake answers."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from msgspec import Struct


class Answer(Struct, omit_defaults=True, gc=False):
    """What became of one item. The phone forgets it on any of the three results, and only then."""

    id: UUID | None
    result: Literal["stored", "duplicate", "quarantined"]
    verdict: str | None = None
    reason: str | None = None


class Answers(Struct, omit_defaults=True, gc=False):
    """One entry for each item in the order sent. `new`: how many this request added; `server_time`: epoch ms.

    `carried`: likewise of what other phones made.
    """

    items: list[Answer]
    new: int
    server_time: int
    carried: list[Answer] = []


class NotTaken(Struct, omit_defaults=True, gc=False):
    """The request as a whole was not taken, and nothing of it stored. `where`: the path of what could not be read."""

    code: str
    where: str | None = None
