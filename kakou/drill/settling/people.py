"""The residents' register of the drill, in portions: each is there whole and counted, or not at all."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator

from django.db import transaction

from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.drill.models import Settlement
from kakou.drill.world import Person, World
from kakou.people.actions import NewPerson, NewVehicle, add_people, add_vehicles
from kakou.people.rules import Category, Facts, Special

_PORTION = 1000  # a long transaction would hold up whoever follows the passages


def register_people(*, world: World, upto: int, at: dt.datetime, stop: threading.Event) -> Iterator[int]:
    """Residents up to number `upto` and their cars, by the installation; who is there already is left alone. Yields
    how many are there, after each portion."""
    there = Settlement.objects.get().people
    while there < upto and not stop.is_set():
        there = _register_portion(world, upto, at).people
        yield there


@transaction.atomic
def _register_portion(world: World, upto: int, at: dt.datetime) -> Settlement:
    settlement = Settlement.objects.select_for_update().get()
    until = min(upto, settlement.people + _PORTION)
    people = [world.person(number) for number in range(settlement.people, until)]
    nodes = settlement.unit_nodes
    homes = sorted({nodes[person.home] for person in people})
    with acting_for({Permission.SEE_PEOPLE: homes, Permission.EDIT_PEOPLE: homes}):
        add_people([_person(person, nodes) for person in people], by=None, at=at)
        cars = [person.car for person in people if person.car]
        add_vehicles(
            [NewVehicle(nodes[car.home], car.plate, lives_here=True, id=car.id) for car in cars], by=None, at=at
        )
    settlement.people = max(settlement.people, until)
    settlement.save(update_fields=["people"])
    return settlement


def _person(person: Person, nodes: list[int]) -> NewPerson:
    document = (person.document.kind, person.document.no) if person.document else None
    return NewPerson(
        nodes[person.home],
        Facts(person.name, document, person.phone, person.address),
        Category(person.category),
        frozenset(map(Special, person.special)),
        id=person.id,
    )
