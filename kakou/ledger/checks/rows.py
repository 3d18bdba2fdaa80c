"""A passage as the checks read it: one row of the table, and what of it was looked at. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from kakou.kernel.time import to_ms
from kakou.ledger.rules import Purpose, SubjectKind
from kakou.ledger.stays.shapes import NO_ALLOWANCE, Crossing, Direction
from kakou.screening.rules import Verdict


class Checked(NamedTuple):
    """What a passage says, in the order of COLUMNS; codes are numbers of `ledger.rules` and `screening.rules`."""

    id: UUID
    node: int
    device: int | None
    direction: int
    crossed: bool
    subject: UUID
    subject_kind: int
    purpose: int
    happened_at: dt.datetime
    device_at: dt.datetime
    recorded_at: dt.datetime
    health: int
    travel: int
    vaccination: int
    origin: int
    mask: int
    temperature: int | None
    verdict: int
    reasons: Sequence[str]
    pack: str
    recorder: int | None
    corrects: UUID | None
    detail: Mapping[str, Any]
    sealed: bytes | None

    @property
    def first_temperature(self) -> int | None:
        """Of who was measured again after a rest: what was measured before."""
        found: int | None = self.detail.get("temperature_before")
        return found

    @property
    def is_judged(self) -> bool:
        """Did a gate judge somebody who came in or went out? In passing nobody is checked, and a vehicle is not ill."""
        person = self.subject_kind == SubjectKind.PERSON
        return person and self.verdict != Verdict.NONE and self.direction in (Direction.IN, Direction.OUT)

    @property
    def is_emergency(self) -> bool:
        """Was somebody let through because of an emergency, by the verdict's word or by that of the purpose?"""
        return self.crossed and (self.verdict == Verdict.EMERGENCY or self.purpose == Purpose.EMERGENCY)

    def crossing(self) -> Crossing:
        """As the rules of corrections read it."""
        corrects = self.corrects.int if self.corrects else 0
        at, way = to_ms(self.happened_at), self.direction
        return at, self.id.int, self.node, way, self.crossed, corrects, NO_ALLOWANCE, False


# of ledger_passage, in the order of Checked
COLUMNS = (
    "id", "node_id", "device_id", "direction", "crossed", "subject", "subject_kind", "purpose", "happened_at",
    "device_at", "recorded_at", "health", "travel", "vaccination", "origin", "mask", "temperature", "verdict",
    "reasons", "pack", "recorder", "corrects", "detail", "sealed",
)  # fmt: skip
