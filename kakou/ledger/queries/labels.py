"""What a list calls a subject: always masked, the same subject always the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kakou import vault
from kakou.ledger.lane.rows import unsealed
from kakou.ledger.models import Passage
from kakou.people import queries as people
from kakou.people.queries import PersonShown
from kakou.vault.keys import KeyDestroyed, KeyUnknown
from kakou.vault.rules import mask

PERSON, VEHICLE = 1, 2


@dataclass(frozen=True, slots=True)
class Label:
    """`text`: a masked name or plate; empty for a subject that is in no register. `mark`: tells two of them apart.
    `is_gone`: it was known, and its key was destroyed."""

    kind: int
    text: str
    mark: str
    is_gone: bool = False


def labels(subjects: Iterable[tuple[UUID, int]]) -> dict[UUID, Label]:
    """(subject, kind) pairs → labels: by the registers, else by what was shown at the gate. Three queries."""
    wanted = dict(subjects)
    shown = people.shown_many(wanted.keys()) if wanted else {}
    texts: dict[UUID, str | None] = {id: _text(one) or None for id, one in shown.items()}
    if strangers := [id for id in wanted if not texts.get(id)]:
        texts |= {id: text for id, text in _told_at_the_gate(strangers).items() if text or id not in texts}
    return {
        id: Label(kind, texts.get(id) or "", id.hex[-4:], is_gone=texts.get(id, "") is None)
        for id, kind in wanted.items()
    }


def _text(shown: people.PersonShown | people.VehicleShown) -> str:
    return shown.name if isinstance(shown, PersonShown) else shown.plate


def _told_at_the_gate(subjects: list[UUID]) -> dict[UUID, str | None]:
    """Subject → name, plate or phone of the latest passage that has any of them, masked; None: destroyed."""
    rows = Passage.objects.filter(subject__in=subjects, sealed__isnull=False).order_by("subject", "-happened_at")
    latest = rows.distinct("subject").values_list("subject", "id", "sealed")
    return {subject: _masked(passage, bytes(sealed)) for subject, passage, sealed in latest if sealed}


def _masked(passage: UUID, sealed: bytes) -> str | None:
    try:
        subject = unsealed(vault.store(), passage, sealed).subject
    except KeyDestroyed:
        return None
    except KeyUnknown:
        return ""
    known = (("name", subject.name), ("plate", subject.plate), ("phone", subject.phone))
    return next((mask(kind, text) for kind, text in known if text), "")
