"""出入证: for somebody in the register, for so long, for one unit; cancelled it is known as cancelled."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.people import actions as people
from kakou.people.actions import NewPerson, NewVehicle
from kakou.people.queries import identities
from kakou.people.rules import Facts
from kakou.people.rules.doors import DoorRefused, check_door, same_door
from kakou.screening.actions.passes import NewPass, PassRefused, cancel_pass, household_of, issue_pass
from kakou.screening.models import Pass
from kakou.screening.models.passes import PassKind
from kakou.screening.queries import passes
from kakou.screening.rules import PASSES
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = dt.date(2021, 8, 10)
RESIDENT = NewPass(PassKind.RESIDENT, "3栋2单元501", DAY, DAY + dt.timedelta(days=30))


@pytest.fixture
def li(tree, cast):
    with acting_as(cast.worker):
        return people.add_person(NewPerson(tree.garden.pk, Facts("李 雷", phone="13800001111")), by=cast.worker, at=AT)


def issued(holder, cast, new=RESIDENT):
    with acting_as(cast.worker):
        return issue_pass(holder, new, by=cast.worker, at=AT)


def test_who_shows_it_is_known_as_the_one_it_was_issued_to(li, cast):
    made = issued(li, cast)
    with acting_as(cast.worker):
        assert made.pk in {one.key for one in identities([li.pk])}


def test_its_door_is_sealed_and_two_of_one_door_are_one_household(li, tree, cast):
    with acting_as(cast.worker):
        han = people.add_person(NewPerson(tree.garden.pk, Facts("韩 梅梅", phone="13800002222")), by=cast.worker, at=AT)
    one = issued(li, cast)
    other = issued(han, cast, NewPass(PassKind.RESIDENT, "３栋 2单元-501", DAY, None))
    assert bytes(one.household) == bytes(other.household)
    assert b"501" not in bytes(one.door_sealed)
    with acting_as(cast.worker):
        assert passes.door_of(passes.pass_at(other.pk)) == "３栋 2单元-501"
    assert household_of(tree.orchard.pk, "3栋2单元501") != bytes(one.household)  # another compound's, not the same


@given(st.text(max_size=80))
def test_a_door_is_refused_or_kept_as_written(text):
    try:
        door = check_door(text)
    except DoorRefused:
        return
    assert door == text.strip() and 0 < len(door) <= 60
    assert same_door(door) == same_door(f" {door} ")


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, "not_yet"), (0, "valid"), (30, "valid"), (31, "expired")],
)
def test_it_is_good_from_its_first_day_to_its_last(li, tree, cast, days, state):
    made = issued(li, cast)
    assert state in PASSES
    assert passes.state_of(made, nodes=[tree.garden.pk], day=DAY + dt.timedelta(days=days)) == state


def test_at_another_compound_it_is_no_pass_and_one_that_nobody_issued_is_none(li, tree, cast):
    made = issued(li, cast)
    assert passes.state_of(made, nodes=[tree.orchard.pk], day=DAY) == "other_unit"
    assert passes.state_of(None, nodes=[tree.garden.pk], day=DAY) == "unknown"


def test_cancelled_it_stays_on_record_with_the_reason_of_whoever_was_first(li, tree, cast):
    made = issued(li, cast)
    with acting_as(cast.worker):
        with pytest.raises(ReasonUnfit):
            cancel_pass(made, reason="", by=cast.worker, at=AT)
        cancel_pass(made, reason="lost", by=cast.worker, at=AT)
        cancel_pass(made, reason="again", by=cast.worker, at=AT + dt.timedelta(hours=1))
        kept = passes.pass_at(made.pk)
        assert (kept.cancel_reason, kept.cancelled_at) == ("lost", AT)
        assert passes.state_of(kept, nodes=[tree.garden.pk], day=DAY) == "cancelled"


def test_what_was_cancelled_comes_last_in_the_list(li, cast, tree):
    first, lost, gone = (issued(li, cast) for _ in range(3))
    with acting_as(cast.worker):
        for hours, one in enumerate((lost, gone)):
            cancel_pass(one, reason="lost", by=cast.worker, at=AT + dt.timedelta(hours=hours))
        assert [one.pk for one in passes.passes_below(tree.garden.pk)] == [first.pk, gone.pk, lost.pk]


@pytest.mark.parametrize(
    "new",
    [
        NewPass(PassKind.VEHICLE, "", DAY, None),
        NewPass(PassKind.RESIDENT, "", DAY, DAY - dt.timedelta(days=1)),
        NewPass(PassKind.RESIDENT, "", DAY, DAY + dt.timedelta(days=400)),
    ],
)
def test_what_makes_no_sense_is_refused(li, cast, new):
    with pytest.raises(PassRefused):
        issued(li, cast, new)
    assert not Pass.objects.exists()


def test_a_vehicle_has_a_pass_of_its_own_kind(tree, cast):
    with acting_as(cast.worker):
        van = people.add_vehicle(NewVehicle(tree.garden.pk, "苏C12345"), by=cast.worker, at=AT)
    made = issued(van, cast, NewPass(PassKind.VEHICLE, "", DAY, None))
    assert (made.vehicle_id, made.person_id) == (van.pk, None)
    with pytest.raises(PassRefused):
        issued(van, cast)


def test_who_may_not_issue_does_not_and_the_neighbour_sees_none(li, cast):
    made = issued(li, cast)
    with acting_as(cast.recorder), pytest.raises(NotAllowed):
        issue_pass(li, RESIDENT, by=cast.recorder, at=AT)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        passes.pass_at(made.pk)
    with acting_as(cast.liaison), pytest.raises(NotAllowed):
        cancel_pass(made, reason="lost", by=cast.liaison, at=AT)


def test_two_passes_are_never_alike():
    from kakou.screening.models.passes import random_id

    made = {random_id() for _ in range(1000)}
    assert len(made) == 1000
    assert len({one.version for one in made}) > 1  # all 128 bits are drawn, no version stands in them
