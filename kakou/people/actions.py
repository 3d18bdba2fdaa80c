"""The only writes of the register, and the only way in which personal data leaves it in plain text.

`by=None` is the installation itself (set-up, drill): no role is asked, both walls must be set all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.people import queries
from kakou.people.events import tell_subjects_changed
from kakou.people.models import Found, Person, SameSubject, SearchKey, Vehicle
from kakou.people.rules import Category, Checked, Facts, PlateKind, Special, check_facts, due_on, last_four, parse_plate
from kakou.vault.sealing import Purpose, blind, seal

PERSON, VEHICLE = "people_person", "people_vehicle"
BATCH = 2000


class AlreadyKnown(Refusal):
    """The document or plate belongs to somebody who is registered, here or where the reader may not look."""

    code = "already-known"
    status = 409


class PeopleRefused(Refusal):
    """Some of many could not be taken, so none was. `problems` holds (position from 0, refusal)."""

    code = "people-refused"

    def __init__(self, problems: Sequence[tuple[int, Refusal]]) -> None:
        super().__init__("%(count)d of the people given cannot be taken.", count=len(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who shall be registered at the unit on `node`. With `id` (UUIDv7) the caller names the key, as the drill does."""

    node: int
    facts: Facts
    category: Category = Category.UNKNOWN
    special: frozenset[Special] = frozenset()
    due_on: dt.date | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewVehicle:
    """Which vehicle shall be registered at the unit on `node`; `other` for a foreign plate."""

    node: int
    plate: str
    other: bool = False
    lives_here: bool = False
    due_on: dt.date | None = None
    id: UUID | None = None


def add_person(new: NewPerson, *, by: Staff | None, at: dt.datetime) -> Person:
    """Register one person. Raises the refusal of what is wrong with the facts, AlreadyKnown, NotAllowed."""
    try:
        return add_people([new], by=by, at=at)[0]
    except PeopleRefused as refused:
        raise refused.problems[0][1] from refused


@transaction.atomic
def add_people(people: Iterable[NewPerson], *, by: Staff | None, at: dt.datetime) -> list[Person]:
    """Register many, all or none; 20,000 take a few seconds. Raises PeopleRefused naming every bad one, AlreadyKnown
    when a document belongs to somebody who is registered, NotAllowed.
    """
    people = list(people)
    _require(by, {new.node for new in people})
    checked = _check_all(people, at)
    made = [_person(new, facts, at) for new, facts in zip(people, checked, strict=True)]
    keys = [key for person, facts in zip(made, checked, strict=True) for key in _keys(person, facts)]
    _insert(made, keys)
    tell_subjects_changed(_known_by(made))  # perhaps they passed before they were registered
    _record("people.added", by, at, {new.node for new in people}, count=len(made))
    return made


@transaction.atomic
def add_vehicles(vehicles: Iterable[NewVehicle], *, by: Staff | None, at: dt.datetime) -> list[Vehicle]:
    """Register many vehicles, all or none. Raises PlateRefused, AlreadyKnown, NotAllowed."""
    vehicles = list(vehicles)
    _require(by, {new.node for new in vehicles})
    made = [_vehicle(new, at) for new in vehicles]
    try:
        with transaction.atomic():
            Vehicle.objects.bulk_create(made, batch_size=BATCH)
    except IntegrityError as error:
        raise AlreadyKnown("A vehicle with this plate is registered already, perhaps at another unit.") from error
    tell_subjects_changed([UUID(bytes=bytes(vehicle.plate_index)) for vehicle in made])
    _record("vehicles.added", by, at, {new.node for new in vehicles}, count=len(made))
    return made


def add_vehicle(new: NewVehicle, *, by: Staff | None, at: dt.datetime) -> Vehicle:
    """Register one vehicle. Raises PlateRefused, AlreadyKnown, NotAllowed."""
    return add_vehicles([new], by=by, at=at)[0]


@transaction.atomic
def change_person(person: Person, new: NewPerson, *, by: Staff | None, at: dt.datetime) -> Person:
    """Write a person anew under the same id: facts, unit, category; sealed and indexed again. The former row is kept
    as history. Raises as `add_person`.
    """
    _require(by, {person.node_id, new.node})
    facts = check_facts(new.facts, on=at.date())
    changed = _person(new, facts, at, id=person.pk)
    fields = [field.name for field in Person._meta.concrete_fields if field.name not in {"id", "recorded_at"}]
    former = list(Person.objects.filter(pk=person.pk))
    try:
        with transaction.atomic():
            found = Person.objects.filter(pk=person.pk).update(**{field: getattr(changed, field) for field in fields})
    except IntegrityError as error:
        raise AlreadyKnown(DOCUMENT_KNOWN) from error
    if found != 1:
        raise NotFound("This person is not known here.")
    SearchKey.objects.filter(person=person).delete()
    _insert_keys(_keys(changed, facts))
    tell_subjects_changed([person.pk, *_known_by([*former, changed])])
    audit.record("person.changed", subject=person.pk, by=_id(by), at=at, node=new.node)
    return queries.person_at(person.pk)


@transaction.atomic
def reveal(row: Person | Vehicle, field: str, *, reason: str, by: Staff, at: dt.datetime) -> str:
    """One sealed field in plain text: name, document, phone or address of a person, plate of a vehicle.

    Needs `reveal` over the unit; leaves an audit event with the reason. Raises NotAllowed, ReasonUnfit, NotFound for a
    field that is not there or was destroyed.
    """
    access.require(by, Permission.REVEAL, row.node_id)
    allowed = queries.PERSON_FIELDS if isinstance(row, Person) else ("plate",)
    if field not in allowed:
        raise NotFound("There is no such field.")
    kind = "person" if isinstance(row, Person) else "vehicle"
    audit.record(f"{kind}.revealed", subject=row.pk, by=by.pk, at=at, node=row.node_id, field=field, reason=reason)
    plain = queries.plain_field(row, field)
    if not plain:
        raise NotFound("This was never known, or was destroyed when it fell due.")
    return plain


@transaction.atomic
def merge_subjects(keep: Person | Vehicle, subject: UUID, *, by: Staff, at: dt.datetime) -> SameSubject:
    """Say that the passages of `subject` are those of `keep`; whoever keeps stays folds both anew. Reversible by
    `part_subjects`. Raises NotAllowed, AlreadyKnown when one of them is merged with another already.
    """
    access.require(by, Permission.EDIT_PEOPLE, keep.node_id)
    ends = queries.canonical([keep.pk, subject])
    if ends.get(keep.pk, keep.pk) in {subject, ends.get(subject, subject)} or subject == keep.pk:
        raise AlreadyKnown("These two are one already.")
    try:
        with transaction.atomic():
            same = SameSubject.objects.create(
                node_id=keep.node_id, subject=subject, same_as=keep.pk, merged_at=at, merged_by=by
            )
    except IntegrityError as error:
        raise AlreadyKnown("This one is merged with another already; part them first.") from error
    audit.record("subjects.merged", subject=keep.pk, by=by.pk, at=at, node=keep.node_id, other=subject)
    tell_subjects_changed([subject, keep.pk])
    return same


@transaction.atomic
def part_subjects(same: SameSubject, *, by: Staff, at: dt.datetime) -> None:
    """Take a merge back; doing it twice changes nothing. Raises NotAllowed."""
    access.require(by, Permission.EDIT_PEOPLE, same.node_id)
    if SameSubject.objects.filter(pk=same.pk, ended_at=None).update(ended_at=at, ended_by=by):
        audit.record("subjects.parted", subject=same.same_as, by=by.pk, at=at, node=same.node_id, other=same.subject)
        tell_subjects_changed([same.subject, same.same_as])


DOCUMENT_KNOWN = "Somebody with this document is registered already, perhaps at another unit."


def _known_by(people: Iterable[Person]) -> list[UUID]:
    """Under which keys their passages may stand besides their id."""
    indexes = (index for person in people for index in (person.document_index, person.phone_index))
    return [UUID(bytes=bytes(index)) for index in indexes if index]


def _check_all(people: Sequence[NewPerson], at: dt.datetime) -> list[Checked]:
    checked: list[Checked] = []
    problems: list[tuple[int, Refusal]] = []
    seen: set[str] = set()
    for position, new in enumerate(people):
        try:
            facts = check_facts(new.facts, on=at.date())
        except Refusal as refusal:
            problems.append((position, refusal))
            continue
        if facts.document and facts.document.match in seen:
            problems.append((position, AlreadyKnown("The same document was given twice.")))
        seen |= {facts.document.match} if facts.document else set()
        checked.append(facts)
    if problems:
        raise PeopleRefused(problems)
    return checked


def _person(new: NewPerson, facts: Checked, at: dt.datetime, *, id: UUID | None = None) -> Person:
    store, key, due = vault.store(), id or new.id or new_id(), new.due_on or due_on(new.category, at)

    def sealed(field: str, text: str) -> bytes | None:
        return seal(store, due=due, table=PERSON, row=key, field=field, plain=text.encode()) if text else None

    document = facts.document
    return Person(
        id=key,
        node_id=new.node,
        category=new.category,
        special=sorted(special.value for special in new.special),
        document_kind=document.kind if document else "",
        name_sealed=sealed("name", facts.name),
        document_sealed=sealed("document", document.number if document else ""),
        phone_sealed=sealed("phone", facts.phone),
        address_sealed=sealed("address", facts.address),
        document_index=queries.index_of_document(document) if document else None,
        phone_index=queries.index_of_phone(facts.phone) if facts.phone else None,
        name_index=blind(store, Purpose.NAME, facts.matched_name),
        due_on=due,
        recorded_at=at,
    )


Key = tuple[UUID, int, int, bytes]  # person, node, by what it finds, value


def _keys(person: Person, facts: Checked) -> list[Key]:
    store = vault.store()
    values = [(Found.INITIALS, blind(store, Purpose.INITIALS, text)) for text in sorted(facts.initials)]
    values += [(Found.LAST_FOUR, blind(store, Purpose.LAST_FOUR, text)) for text in sorted(facts.last_fours)]
    return [(person.pk, person.node_id, found.value, value) for found, value in values]


def _insert_keys(keys: Sequence[Key]) -> None:
    """Four arrays instead of a hundred thousand objects: a third of the time of registering a sub-district."""
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 10 * BATCH):
            columns = [list(column) for column in zip(*keys[start : start + 10 * BATCH], strict=True)]
            cursor.execute(
                "insert into people_searchkey (person_id, node_id, found, value)"
                " select * from unnest(%s::uuid[], %s::int[], %s::smallint[], %s::bytea[])",
                columns,
            )


def _vehicle(new: NewVehicle, at: dt.datetime) -> Vehicle:
    store, key = vault.store(), new.id or new_id()
    plate = parse_plate(new.plate, declared=PlateKind.OTHER if new.other else None)
    due = new.due_on or due_on(Category.WORKER if new.lives_here else Category.DRIVER, at)
    return Vehicle(
        id=key,
        node_id=new.node,
        kind=plate.kind,
        lives_here=new.lives_here,
        plate_sealed=seal(store, due=due, table=VEHICLE, row=key, field="plate", plain=plate.text.encode()),
        plate_index=queries.index_of_plate(plate.text),
        last_four_index=blind(store, Purpose.LAST_FOUR, last_four(plate.text) or plate.text),
        due_on=due,
        recorded_at=at,
    )


def _insert(people: list[Person], keys: list[Key]) -> None:
    try:
        with transaction.atomic():
            Person.objects.bulk_create(people, batch_size=BATCH)
    except IntegrityError as error:
        raise AlreadyKnown(DOCUMENT_KNOWN) from error
    _insert_keys(keys)


def _require(by: Staff | None, nodes: set[int]) -> None:
    for node in nodes if by is not None else ():
        access.require(by, Permission.EDIT_PEOPLE, node)  # type: ignore[arg-type]  # by is there: see the loop


def _record(action: str, by: Staff | None, at: dt.datetime, nodes: set[int], *, count: int) -> None:
    """One event for one place, one without a place for many: the chain tells of acts, not of rows."""
    audit.record(action, subject=None, by=_id(by), at=at, node=nodes.pop() if len(nodes) == 1 else None, count=count)


def _id(by: Staff | None) -> int | None:
    return by.pk if by else None
