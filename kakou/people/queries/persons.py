"""Reads of the register, within the reader's scope. Every way out is masked: `PersonShown`, `VehicleShown`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet

from kakou import vault
from kakou.kernel.errors import NotFound, Refusal
from kakou.people.models import Found, Person, SearchKey, Vehicle
from kakou.people.queries.merged import standing, stands_alone
from kakou.people.rules import (
    Category,
    Document,
    DocumentKind,
    PlateKind,
    check_document,
    last_four,
    name_initials,
    normalise_name,
    normalise_phone,
    parse_plate,
)
from kakou.people.rules.doors import same_door
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import mask
from kakou.vault.sealing import Purpose, blind, key_id_of, unseal

T = TypeVar("T")
MOST_FOUND = 50
PERSON_FIELDS = ("name", "document", "phone", "address")


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A person as anyone allowed on the page may see them: every text masked. Empty: not known, or destroyed."""

    id: UUID
    node_id: int
    category: Category
    special: tuple[str, ...]
    document_kind: str
    name: str
    document: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class VehicleShown:
    """A vehicle as anyone allowed on the page may see it."""

    id: UUID
    node_id: int
    kind: PlateKind
    lives_here: bool
    plate: str


def person_at(id: UUID) -> Person:
    """One person. Raises NotFound, also when they lie outside the reader's scope."""
    person = Person.objects.filter(pk=id).first()
    if person is None:
        raise NotFound("This person is not known here.")
    return person


def vehicle_at(id: UUID) -> Vehicle:
    """One vehicle. Raises NotFound, also when it lies outside the reader's scope."""
    vehicle = Vehicle.objects.filter(pk=id).first()
    if vehicle is None:
        raise NotFound("This vehicle is not known here.")
    return vehicle


def shown(person: Person) -> PersonShown:
    """The only way a person reaches a page, a sheet or an answer without being revealed."""
    texts = {field: mask(field, said(field, plain_field(person, field))) for field in PERSON_FIELDS}
    return PersonShown(
        id=person.pk,
        node_id=person.node_id,
        category=Category(person.category),
        special=tuple(person.special),
        document_kind=person.document_kind,
        **texts,
    )


def shown_vehicle(vehicle: Vehicle) -> VehicleShown:
    """The only way a vehicle reaches a page, a sheet or an answer."""
    plate = mask("plate", plain_field(vehicle, "plate"))
    return VehicleShown(vehicle.pk, vehicle.node_id, PlateKind(vehicle.kind), vehicle.lives_here, plate)


def shown_many(ids: Collection[UUID]) -> dict[UUID, PersonShown | VehicleShown]:
    """Id → masked person or vehicle, for those in scope. Two queries."""
    found: dict[UUID, PersonShown | VehicleShown] = {}
    for person in Person.objects.filter(pk__in=ids):
        found[person.pk] = shown(person)
    for vehicle in Vehicle.objects.filter(pk__in=set(ids) - set(found)):
        found[vehicle.pk] = shown_vehicle(vehicle)
    return found


class Brief(NamedTuple):
    """Of a person no more than whoever checks at a gate needs to know him again: the name masked, what he may be found
    by, the ends of document and phone that masks show too. `keys`: the data keys by which this was read.
    """

    id: UUID
    name: str
    initials: tuple[str, ...]
    document: str
    phone: str
    category: str
    special: tuple[str, ...]
    keys: frozenset[int]


def briefs(nodes: Collection[int]) -> list[Brief]:
    """Everybody registered on one of `nodes` whose name can still be read, by id."""
    rows = Person.objects.filter(stands_alone(), node_id__in=nodes).order_by("pk")
    return [brief for person in rows.only(*_OF_BRIEFS) if (brief := _brief(person)).name]


def state_of_briefs(nodes: Collection[int]) -> str:
    """Another text as soon as `briefs` would say something else, unless a key was destroyed. Told by the database
    alone: what is sealed anew is other bytes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [sorted(nodes)])
        told: str = cursor.fetchone()[0]
    return told


_OF_BRIEFS = ("id", "category", "special", "name_sealed", "document_sealed", "phone_sealed")
_STATE = """select encode(sha256(coalesce(string_agg(sha256(uuid_send(id) || name_sealed
    || coalesce(document_sealed, '') || 'd' || coalesce(phone_sealed, '') || 'p'
    || convert_to(category || array_to_string(special, ','), 'utf8')), '' order by id), '')), 'hex')
  from people_person where node_id = any(%s) and not exists (
    select from people_samesubject s where s.subject = people_person.id and s.ended_at is null)"""


def _brief(person: Person) -> Brief:
    name = plain_field(person, "name")
    sealed = (person.name_sealed, person.document_sealed, person.phone_sealed)
    return Brief(
        person.pk, mask("name", name), tuple(sorted(name_initials(name))),
        last_four(plain_field(person, "document")), last_four(plain_field(person, "phone")),
        person.category, tuple(sorted(person.special)),
        frozenset(key_id_of(bytes(one)) for one in sealed if one),
    )  # fmt: skip


def plain_field(row: Model, field: str) -> str:
    """A sealed field in plain text, for masking and for `actions.reveal` only; empty when unknown or destroyed."""
    sealed = getattr(row, f"{field}_sealed")
    if not sealed:
        return ""
    try:
        plain = unseal(vault.store(), table=row._meta.db_table, row=row.pk, field=field, sealed=bytes(sealed))
    except KeyDestroyed:
        return ""
    return plain.decode()


def said(field: str, text: str) -> str:
    """A mainland mobile number is said, and masked, without its country."""
    return text.removeprefix("+86") if field == "phone" and re.fullmatch(r"\+861\d{10}", text) else text


def search(text: str, *, limit: int = MOST_FOUND) -> list[PersonShown]:
    """Persons in scope whom `text` may mean: initials, last four, document number, phone, or name. Masked. Whoever was
    merged with another is found as that one."""
    found = list(_persons_meant(text)[:limit])
    merged = standing([person.pk for person in found])
    others = {person.pk: person for person in Person.objects.filter(pk__in=set(merged.values()))} if merged else {}
    meant = {merged.get(person.pk, person.pk): others.get(merged.get(person.pk, person.pk), person) for person in found}
    return [shown(person) for person in meant.values()]


def search_vehicles(text: str, *, limit: int = MOST_FOUND) -> list[VehicleShown]:
    """Vehicles in scope whose plate is `text` or ends in it (four places). Masked."""
    wanted = Q(pk__in=())
    if len(end := last_four(text)) == 4 and len(text.strip()) == 4:
        wanted |= Q(last_four_index=_blind(Purpose.LAST_FOUR, end))
    if (plate := _or_none(lambda: parse_plate(text, declared=PlateKind.OTHER).text)) is not None:
        wanted |= Q(plate_index=_blind(Purpose.PLATE, plate))
    return [shown_vehicle(vehicle) for vehicle in Vehicle.objects.filter(wanted).order_by("pk")[:limit]]


def _persons_meant(text: str) -> QuerySet[Person]:
    wanted, keys = Q(pk__in=()), Q(pk__in=())
    plain = text.strip()
    if name := normalise_name(plain):
        wanted |= Q(name_index=_blind(Purpose.NAME, name))
        if re.fullmatch(r"[a-z]{1,64}", name):
            keys |= Q(found=Found.INITIALS, value=_blind(Purpose.INITIALS, name))
    if len(plain) == 4 and len(end := last_four(plain)) == 4:
        keys |= Q(found=Found.LAST_FOUR, value=_blind(Purpose.LAST_FOUR, end))
    for document in _documents_meant(plain):
        wanted |= Q(document_index=index_of_document(document))
    if (phone := _or_none(lambda: normalise_phone(plain))) is not None:
        wanted |= Q(phone_index=_blind(Purpose.PHONE, phone))
    if keys != Q(pk__in=()):
        found = SearchKey.objects.filter(keys).order_by("person_id").values_list("person_id", flat=True)
        wanted |= Q(pk__in=list(found[: 4 * MOST_FOUND]))  # a person has several keys: enough for a full page
    return Person.objects.filter(wanted).order_by("pk")


def exactly_meant(text: str) -> list[str]:
    """As what `text` finds somebody by a whole value (name, document, phone, plate): whoever tries such values one by
    one learns what masks hide. Empty for initials and last four, which masks show anyway.
    """
    plain = text.strip()
    name = normalise_name(plain)
    meant = {
        "name": bool(name) and not re.fullmatch(r"[a-z0-9*]{1,4}|[a-z]{1,64}", name),
        "document": bool(_documents_meant(plain)),
        "phone": _or_none(lambda: normalise_phone(plain)) is not None,
        "plate": len(plain) > 4 and _or_none(lambda: parse_plate(plain, declared=PlateKind.OTHER)) is not None,
    }
    return [what for what, so in meant.items() if so]


def _documents_meant(text: str) -> list[Document]:
    """A number of a kind nobody named: every kind it can be."""
    if len(text) < 5:
        return []
    read = (_or_none(partial(check_document, kind, text)) for kind in DocumentKind)
    return [document for document in read if document is not None]


def _or_none(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Refusal:
        return None


def _blind(purpose: Purpose, text: str) -> bytes:
    return blind(vault.store(), purpose, text)


def index_of_document(document: Document) -> bytes:
    """16 bytes under which this document is found; `UUID(bytes=…)` is the subject of a passage that knows no more."""
    return _blind(Purpose.DOCUMENT, document.match)


def index_of_phone(phone: str) -> bytes:
    """The same for a phone in its one form (`normalise_phone`)."""
    return _blind(Purpose.PHONE, phone)


def index_of_name(name: str) -> bytes:
    """The same for a name in the form in which names are compared (`normalise_name`)."""
    return _blind(Purpose.NAME, name)


def index_of_door(node: int, door: str) -> bytes | None:
    """16 bytes that are equal for one door of the unit on `node`, however it is written; None for a text without letter
    or digit."""
    plain = same_door(door)
    return _blind(Purpose.HOUSEHOLD, f"{node} {plain}") if plain else None


def index_of_plate(plate: str) -> bytes:
    """The same for a plate in its one form (`parse_plate(…).text`)."""
    return _blind(Purpose.PLATE, plate)
