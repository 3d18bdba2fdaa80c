"""Finding somebody by what a clerk knows: initials, last four, plate, document, phone, or the whole name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from kakou.kernel.errors import Refusal
from kakou.ledger.models import Passage
from kakou.ledger.queries.labels import PERSON, VEHICLE
from kakou.people import queries as people
from kakou.people.queries import PersonShown, VehicleShown
from kakou.people.rules import PlateKind, check_document, normalise_phone, parse_plate

MOST = people.MOST_FOUND


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found. `shown` None: no register knows them, but they passed a gate."""

    subject: UUID
    kind: int
    shown: PersonShown | VehicleShown | None


def find(text: str) -> list[Found]:
    """Whom `text` may mean, within the reader's scope: the registers first, then who only passed a gate."""
    persons = [Found(shown.id, PERSON, shown) for shown in people.search(text)]
    vehicles = [Found(shown.id, VEHICLE, shown) for shown in people.search_vehicles(text)]
    known = {found.subject for found in persons + vehicles}
    strangers = [found for found in _strangers(text) if found.subject not in known]
    return (persons + vehicles + strangers)[:MOST]


def _strangers(text: str) -> Iterable[Found]:
    """A passage of somebody in no register is kept under the blind index of what was shown at the gate."""
    keys = [UUID(bytes=key) for key in _keys(text)]
    if not keys:
        return []
    rows = Passage.objects.filter(subject__in=keys).values_list("subject", "subject_kind").distinct()
    return [Found(subject, kind, None) for subject, kind in rows]


def _keys(text: str) -> list[bytes]:
    def plate() -> bytes:
        return people.index_of_plate(parse_plate(text, declared=PlateKind.OTHER).text)

    def phone() -> bytes:
        return people.index_of_phone(normalise_phone(text))

    def document() -> bytes:
        return people.index_of_document(check_document("10", text))

    return [key for read in (plate, phone, document) if (key := _or_none(read)) is not None]


def _or_none(read: Callable[[], bytes]) -> bytes | None:
    try:
        return read()
    except Refusal:
        return None
