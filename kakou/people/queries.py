"""Reads of the register, within the reader's scope. Every way out is masked: `PersonShown`, `VehicleShown`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet

from kakou import vault
from kakou.kernel.arrays import array
from kakou.kernel.errors import NotFound, Refusal
from kakou.people.models import Found, Person, SameSubject, SearchKey, Vehicle
from kakou.people.rules import (
    LIVES_HERE,
    Category,
    Document,
    DocumentKind,
    PlateKind,
    Special,
    check_document,
    last_four,
    name_initials,
    normalise_name,
    normalise_phone,
    parse_plate,
)
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import mask
from kakou.vault.sealing import Purpose, blind, key_id_of, unseal

T = TypeVar("T")
MOST_FOUND = 50
MOST_MERGES = 8  # of merged with merged: more would be a mistake
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
    texts = {field: mask(field, _said(field, plain_field(person, field))) for field in PERSON_FIELDS}
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
    rows = Person.objects.filter(node_id__in=nodes).order_by("pk")
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
  from people_person where node_id = any(%s)"""


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


def _said(field: str, text: str) -> str:
    """A mainland mobile number is said, and masked, without its country."""
    return text.removeprefix("+86") if field == "phone" and re.fullmatch(r"\+861\d{10}", text) else text


def search(text: str, *, limit: int = MOST_FOUND) -> list[PersonShown]:
    """Persons in scope whom `text` may mean: initials, last four, document number, phone, or name. Masked."""
    return [shown(person) for person in _persons_meant(text)[:limit]]


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


def index_of_plate(plate: str) -> bytes:
    """The same for a plate in its one form (`parse_plate(…).text`)."""
    return _blind(Purpose.PLATE, plate)


# of a document before that of a plate before that of a phone, which tells somebody only if he alone has it
_OWNERS = """select phone_index, min(id::text)::uuid from people_person where phone_index = any(%(keys)s)
    group by phone_index having count(*) = 1
  union all select plate_index, id from people_vehicle where plate_index = any(%(keys)s)
  union all select document_index, id from people_person where document_index = any(%(keys)s)"""


def canonical(subjects: Iterable[UUID]) -> dict[UUID, UUID]:
    """Subject of a passage → the one subject it belongs to, for those that belong to another than themselves.

    A blind index of a document or plate belongs to the person or vehicle that has it; one of a phone only when a single
    person has that phone, because families share one. Merged subjects belong to what they were merged with.
    """
    asked = set(subjects)
    found = _registered(asked)
    for _ in range(MOST_MERGES):
        ends = {found.get(subject, subject) for subject in asked}
        merged = dict(SameSubject.objects.filter(subject__in=ends, ended_at=None).values_list("subject", "same_as"))
        if not merged:
            break
        for subject in asked:
            if (end := merged.get(found.get(subject, subject))) is not None:
                found[subject] = end
    return found


def _registered(subjects: set[UUID]) -> dict[UUID, UUID]:
    # all of them: one blind index in 64 has by chance the shape of a UUIDv7, so the shape tells nothing
    keys = [subject.bytes for subject in subjects]
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, {"keys": keys})
        return {UUID(bytes=bytes(key)): id for key, id in cursor.fetchall()}


def residents_among(ids: Collection[UUID]) -> QuerySet[Person]:
    """Those of `ids` who live where they are registered."""
    return Person.objects.filter(pk__in=ids, category__in=LIVES_HERE)


def residents(nodes: Collection[int]) -> QuerySet[Person]:
    """Who lives at one of `nodes` (the caller adds the nodes below)."""
    return Person.objects.filter(node_id__in=nodes, category__in=LIVES_HERE)


def count_residents(nodes: Collection[int]) -> int:
    """How many live at one of `nodes`."""
    return residents(nodes).count()


def callable_among(ids: Collection[UUID]) -> dict[UUID, bool]:
    """Of those who are registered persons: may they be called? Never a child, and else who has a telephone; of whom no
    telephone is known is no key."""
    rows = Person.objects.filter(pk__in=ids).values_list("pk", "phone_index", "special")
    grown = {pk: (phone is not None, Special.MINOR not in special) for pk, phone, special in rows}
    return {pk: is_grown for pk, (has_phone, is_grown) in grown.items() if has_phone or not is_grown}


class Identity(NamedTuple):
    """One key that passages may carry, the subject it belongs to, and where that subject lives (None: nowhere here)."""

    key: UUID
    subject: UUID
    home: int | None


# The inverse of `canonical` besides it, in one statement: every late passage asks. `registered` is the same rule:
# a document or plate, else a phone that one person alone has. One index in 16 has by chance the 7 of our own ids in its
# place, so the shape of a key tells nothing and all are looked up
_REGISTERED = """coalesce(
  (select id from people_person where document_index = uuid_send({0})),
  (select id from people_vehicle where plate_index = uuid_send({0})),
  (select min(id::text)::uuid from people_person where phone_index = uuid_send({0}) having count(*) = 1), {0})"""
_IDENTITIES = f"""with recursive
  asked(key) as (select distinct unnest(%s::uuid[])),
  up(key, subject, n) as (
    select key, {_REGISTERED.format("key")}, 0 from asked
    union all select up.key, m.same_as, n + 1 from up join people_samesubject m on m.subject = up.subject
      and m.ended_at is null where n < {MOST_MERGES}),
  subjects(subject) as (select distinct subject from (
    select distinct on (key) subject from up order by key, n desc) ends),
  down(subject, key, n) as (
    select subject, subject, 0 from subjects
    union all select down.subject, m.subject, n + 1 from down join people_samesubject m on m.same_as = down.key
      and m.ended_at is null where n < {MOST_MERGES} and m.subject = {_REGISTERED.format("m.subject")}),
  keys(subject, key) as (
    select subject, key from down
    union select d.subject, encode(p.document_index, 'hex')::uuid from down d join people_person p on p.id = d.key
      where p.document_index is not null
    union select d.subject, encode(p.phone_index, 'hex')::uuid from down d join people_person p on p.id = d.key
      where p.phone_index is not null
      and (select count(*) from people_person q where q.phone_index = p.phone_index) = 1
    union select d.subject, encode(v.plate_index, 'hex')::uuid from down d join people_vehicle v on v.id = d.key)
  select key, subject, coalesce(
    (select node_id from people_person where id = subject and category = any(%s)),
    (select node_id from people_vehicle where id = subject and lives_here)) from keys"""  # noqa: S608


def identities(keys: Collection[UUID]) -> list[Identity]:
    """Every key of the subjects that `keys` belong to (`canonical`), these included, within the present scope."""
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITIES, [list(keys), [category.value for category in LIVES_HERE]])
        return [Identity(*row) for row in cursor.fetchall()]


def homes_of(ids: Collection[UUID]) -> dict[UUID, int]:
    """Person or vehicle → node of the unit where they live; blind indexes and merges are not looked through."""
    homes: dict[UUID, int] = dict(residents_among(ids).values_list("pk", "node_id"))
    return homes | dict(Vehicle.objects.filter(pk__in=ids, lives_here=True).values_list("pk", "node_id"))


def registered(ids: Collection[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Persons and vehicles among `ids`: id → node where they are registered."""
    found = []
    with connection.cursor() as cursor:  # an array of ids, which Django's own `in` would spell out one by one
        for table in ("people_person", "people_vehicle"):
            cursor.execute(f"select id, node_id from {table} where id = any(%s::uuid[])", [array(ids)])  # noqa: S608
            found.append(dict(cursor.fetchall()))
    return found[0], found[1]


def sharing_a_phone(keys: Collection[UUID]) -> set[UUID]:
    """Everybody in scope whose phone is one of `keys`."""
    return set(Person.objects.filter(phone_index__in=[key.bytes for key in keys]).values_list("pk", flat=True))


def at_home(nodes: Collection[int]) -> list[UUID]:
    """Persons and vehicles that live at one of `nodes`."""
    vehicles = Vehicle.objects.filter(node_id__in=nodes, lives_here=True)
    return [*residents(nodes).values_list("pk", flat=True), *vehicles.values_list("pk", flat=True)]
