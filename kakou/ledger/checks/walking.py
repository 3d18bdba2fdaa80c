"""体温异常者及时处理: who went through a gate while his fever was not settled. Pure.

Source: article line 21; nobody leaves the ladder of a fever by accident, and whoever walks off it is looked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from kakou.ledger.checks.rows import Checked
from kakou.ledger.rules import Direction
from kakou.screening.rules.fever import FeverState, Spell

SAME_FEVER = dt.timedelta(days=1)  # a second temperature belongs to a first one of the day before it


class Fever(NamedTuple):
    """One case: the passage it began with, and where it stood when."""

    case: UUID
    passage: UUID
    spells: Sequence[Spell]

    @property
    def began(self) -> dt.datetime:
        """When he was too warm for the first time."""
        return self.spells[0].since

    def is_unsettled(self, at: dt.datetime) -> bool:
        """Should he stay where he is at that moment?"""
        return any(spell.is_unsettled(at) for spell in self.spells)

    def begun(self, rows: Iterable[Checked]) -> Fever:
        """A case that a second temperature opened began with the first one, if that is among his `rows`."""
        opening = next((row for row in rows if row.id == self.passage), None)
        if opening is None or opening.first_temperature is None:
            return self
        first = next((row for row in rows if is_told_of(row, opening)), opening)
        resting = Spell(FeverState.RESTING, first.happened_at, self.began)
        return self._replace(passage=first.id, spells=[resting, *self.spells])


def is_told_of(first: Checked, retest: Checked) -> bool:
    """Is it the first temperature that a retest of the same person names?"""
    near = first.happened_at <= retest.happened_at <= first.happened_at + SAME_FEVER
    return first.first_temperature is None and first.temperature == retest.first_temperature and near


def walked(fevers: Iterable[Fever], rows: Sequence[Checked], held: Container[UUID]) -> dict[UUID, UUID]:
    """Passage → case: of one person's passages those by which he went on, each with the earliest case it was in.

    `rows`: all of his in order of time, replaced ones too; `held`: the ids of those that nothing replaced. Not the
    passage that opened a case, nor what corrects it: whether somebody may be let in with a fever is a matter of the
    verdict.
    """
    found: dict[UUID, UUID] = {}
    begun = [fever.begun(rows) for fever in fevers]
    for fever in sorted(begun, key=lambda each: (each.began, each.case)):
        opening = _corrections_of(fever.passage, rows)
        for row in rows:
            if row.id in held and row.id not in opening and _went(row) and fever.is_unsettled(row.happened_at):
                found.setdefault(row.id, fever.case)
    return found


def _went(row: Checked) -> bool:
    return row.crossed and row.direction in (Direction.IN, Direction.OUT)


def _corrections_of(passage: UUID, rows: Sequence[Checked]) -> set[UUID]:
    """The passage, what corrects it, what corrects that …"""
    chain = {passage}
    while more := {row.id for row in rows if row.corrects in chain} - chain:
        chain |= more
    return chain
