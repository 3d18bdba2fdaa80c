"""Persons and vehicles written down, changed, and a field of them shown in plain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access import exporting
from kakou.access.models import Staff
from kakou.access.queries import told_at
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.people import queries
from kakou.people.actions import rows
from kakou.people.actions.finding import count_met
from kakou.people.actions.rows import BATCH, DOCUMENT_KNOWN, AlreadyKnown, NewPerson, PeopleRefused
from kakou.people.events import tell_subjects_changed
from kakou.people.models import Person, Vehicle
from kakou.people.rules import Category, PlateKind, due_on, last_four, parse_plate
from kakou.vault.sealing import Purpose, blind, seal

VEHICLE = "people_vehicle"


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


def write_down(new: NewPerson, *, by: Staff, at: dt.datetime) -> Person:
    """The same for whoever types one person. Raises TooOften besides: told AlreadyKnown is found by a document."""
    try:
        return add_person(new, by=by, at=at)
    except AlreadyKnown:
        count_met(by=by, at=at)
        raise


@transaction.atomic
def add_people(people: Iterable[NewPerson], *, by: Staff | None, at: dt.datetime) -> list[Person]:
    """Register many, all or none; 20,000 take a few seconds. Raises PeopleRefused naming every bad one, AlreadyKnown
    when a document belongs to somebody who is registered, NotAllowed.
    """
    people = list(people)
    _require(by, {new.node for new in people})
    made, known = rows.add_all(people, at)
    if known:
        raise AlreadyKnown(DOCUMENT_KNOWN)
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
    as history, and what hangs on him goes along to another unit. Raises as `add_person`.
    """
    _require(by, {person.node_id, new.node})
    try:
        found = rows.change_all([(person, new)], by=by, at=at)
    except PeopleRefused as refused:
        raise refused.problems[0][1] from refused
    if found != 1:
        raise NotFound("This person is not known here.")
    audit.record("person.changed", subject=person.pk, by=_id(by), at=at, node=new.node)
    return queries.person_at(person.pk)


@transaction.atomic
def reveal(row: Person | Vehicle, field: str, *, reason: str, by: Staff, at: dt.datetime) -> str:
    """One sealed field in plain text: name, document, phone or address of a person, plate of a vehicle.

    Needs `reveal` over the unit; leaves an audit event with the reason; people count towards those who are handed out
    by one person alone. Raises NotAllowed, ReasonUnfit, SeenMany, NotFound for a field that is not there or was
    destroyed.
    """
    access.require(by, Permission.REVEAL, row.node_id)
    allowed = queries.PERSON_FIELDS if isinstance(row, Person) else ("plate",)
    if field not in allowed:
        raise NotFound("There is no such field.")
    kind = "person" if isinstance(row, Person) else "vehicle"
    if isinstance(row, Person):
        exporting.look(row.pk, node=row.node_id, by=by, at=at)
    audit.record(f"{kind}.revealed", subject=row.pk, by=by.pk, at=at, node=row.node_id, field=field, reason=reason)
    plain = queries.plain_field(row, field)
    if not plain:
        raise NotFound("This was never known, or was destroyed when it fell due.")
    return plain


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


def _require(by: Staff | None, nodes: set[int]) -> None:
    for node in nodes if by is not None else ():
        access.require(by, Permission.EDIT_PEOPLE, node)  # type: ignore[arg-type]  # by is there: see the loop


def _record(action: str, by: Staff | None, at: dt.datetime, nodes: set[int], *, count: int) -> None:
    """One event for all, at the lowest place at or below which they live: the chain tells of acts, not of rows."""
    audit.record(action, subject=None, by=_id(by), at=at, node=told_at(nodes, by), count=count)


def _id(by: Staff | None) -> int | None:
    return by.pk if by else None
