"""`identities` is the inverse of `canonical`: every key a subject's passages may carry, and the home of the subject."""

import datetime as dt
from uuid import UUID

import pytest

from kakou.access.scope import acting_as_system
from kakou.people import queries
from kakou.people.actions import NewPerson, NewVehicle, add_person, add_vehicle, merge_subjects
from kakou.people.rules import Category, Facts

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
AT = dt.datetime(2021, 8, 10, tzinfo=dt.UTC)
UNKNOWN = UUID(int=77)
DOCUMENT = ("10", "11010519491231002X")


@pytest.fixture
def register(tree, cast):
    with acting_as_system():
        resident = add_person(
            NewPerson(
                node=tree.garden.pk,
                facts=Facts(name="王小明", document=DOCUMENT, phone="13800138000"),
                category=Category.RESIDENT_REGISTERED,
            ),
            by=None,
            at=AT,
        )
        wife = add_person(
            NewPerson(node=tree.garden.pk, facts=Facts(name="李小红", phone="13900139000")), by=None, at=AT
        )
        car = add_vehicle(NewVehicle(node=tree.garden.pk, plate="苏C12345", lives_here=True), by=None, at=AT)
        yield resident, wife, car


def keys(*asked):
    return {identity.key: (identity.subject, identity.home) for identity in queries.identities(asked)}


def index(row, field):
    return UUID(bytes=bytes(getattr(row, f"{field}_index")))


def test_it_knows_every_key_of_a_person(register, tree):
    resident, _, _ = register
    whole = dict.fromkeys(
        [resident.pk, index(resident, "document"), index(resident, "phone")], (resident.pk, tree.garden.pk)
    )
    for key in whole:
        assert keys(key) == whole


def test_it_knows_the_plate_of_a_vehicle(register, tree):
    car = register[2]
    assert keys(car.pk) == dict.fromkeys([car.pk, index(car, "plate")], (car.pk, tree.garden.pk))


def test_a_key_that_nobody_has_is_its_own_subject(register):
    assert keys(UNKNOWN) == {UNKNOWN: (UNKNOWN, None)}


def test_a_shared_phone_is_nobodys(register, tree):
    resident, _, _ = register
    add_person(NewPerson(node=tree.garden.pk, facts=Facts(name="王小小", phone="13800138000")), by=None, at=AT)
    phone = index(resident, "phone")
    assert keys(phone) == {phone: (phone, None)}
    assert phone not in keys(resident.pk)


def test_a_merge_takes_all_keys_along(register, cast):
    resident, wife, _ = register
    merge_subjects(resident, wife.pk, by=cast.secretary, at=AT)
    merge_subjects(resident, UNKNOWN, by=cast.secretary, at=AT)
    found = keys(UNKNOWN)
    assert {wife.pk, index(wife, "phone"), UNKNOWN, resident.pk, index(resident, "document")} <= set(found)
    assert {subject for subject, _ in found.values()} == {resident.pk}


def test_it_agrees_with_canonical(register, cast):
    resident, wife, car = register
    merge_subjects(resident, wife.pk, by=cast.secretary, at=AT)
    asked = [resident.pk, wife.pk, car.pk, UNKNOWN, index(wife, "phone"), index(resident, "document")]
    same = queries.canonical(asked)
    found = keys(*asked)
    for key in asked:
        assert found[key][0] == same.get(key, key)
