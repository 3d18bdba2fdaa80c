"""What a list calls a subject: always masked, the same subject always the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kakou.people import queries as people
from kakou.people.queries import PersonShown

PERSON, VEHICLE = 1, 2


@dataclass(frozen=True, slots=True)
class Label:
    """`text`: a masked name or plate; empty for a subject that is in no register. `mark`: tells two of them apart."""

    kind: int
    text: str
    mark: str


def labels(subjects: Iterable[tuple[UUID, int]]) -> dict[UUID, Label]:
    """(subject, kind) pairs → labels. Two queries."""
    wanted = dict(subjects)
    found = people.shown_many(wanted.keys()) if wanted else {}
    return {id: Label(kind, _text(found.get(id)), id.hex[-4:]) for id, kind in wanted.items()}


def _text(shown: people.PersonShown | people.VehicleShown | None) -> str:
    if shown is None:
        return ""
    return shown.name if isinstance(shown, PersonShown) else shown.plate
