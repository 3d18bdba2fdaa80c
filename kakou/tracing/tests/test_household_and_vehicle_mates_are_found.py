"""Who lives behind the same door and who sat in the same vehicle at a gate is proposed, as the plan says."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kakou.access.actions import grant_role
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.ledger.tests.deskwork import Phone, passage
from kakou.people.queries import person_at
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models.passes import PassKind
from kakou.tracing.actions.cases import CaseFacts, NewContact, involve, open_case, take_step
from kakou.tracing.actions.mates import MOST_IN_A_HOUSEHOLD, find_mates
from kakou.tracing.actions.outbreaks import open_outbreak
from kakou.tracing.models import Exposure, Involved, Step
from kakou.tracing.policy import Grade
from kakou.tracing.rules.addresses import same_address
from kakou.tracing.rules.standing import CaseState, Move, Origin
from kakou.tracing.tests.outbreakwork import DAY, HOUR, case, outbreak, people_in, places, registered
from tests.cast import AT, enrol, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["case", "outbreak", "places"]


@pytest.fixture
def gate(as_worker, places, cast):
    """The phone of the garden's gate."""
    return Phone(enrol(cast.lead, places.garden_gate)[0])


def find(case, by, at=AT):
    with acting_as(by):
        return find_mates(Involved.objects.get(pk=case.pk), by=by, at=at)


def aboard(gate, subject, vehicle, at, **more):
    """Somebody's passage that rides in a vehicle's."""
    return gate.send(passage(subject, at=at, rides=vehicle["id"], who="resident", **more), at=AT)[0]


def van(gate, at, number=1, **more):
    made = passage({"kind": "vehicle", "plate": f"苏C1234{number}"}, at=at, checks={}, who="visitor", aboard=3, **more)
    gate.send(made, at=AT)
    return made


def test_who_lives_behind_the_same_door_is_a_close_contact(cast, outbreak, case, places):
    registered(places.garden, "甲", address="３栋２单元501室")
    registered(places.garden, "乙", address="阳光小区3幢2-501")
    registered(places.garden, "丙", address="3-2-502")
    registered(places.garden, "丁")
    registered(places.orchard, "戊", address="3-2-501")
    mates = find(case, cast.investigator)
    assert (len(mates.household), len(mates.vehicle), mates.crowd) == (2, 0, 0)
    assert people_in(outbreak) == [("乙", "proposed", "close"), ("甲", "proposed", "close")]
    with acting_as_system():
        one = Involved.objects.filter(number=None).first()
        assert (one.origin, one.last_at) == ("household", AT - HOUR), "until the case was isolated"
        assert Exposure.objects.get(target=one).source_id == case.pk


def test_asked_twice_it_proposes_nobody_twice_and_overturns_no_decision(cast, outbreak, case, places):
    registered(places.garden, "甲", address="3-2-501")
    (one,) = find(case, cast.investigator).household
    with acting_as(cast.investigator):
        take_step(one, Move.DISMISSED, reason="was away", by=cast.investigator, at=AT)
    assert find(case, cast.investigator).household == []
    assert people_in(outbreak) == [("甲", "dismissed", "close")]
    with acting_as_system():
        assert Step.objects.filter(involved=one, move="found").count() == 1


def test_an_address_of_a_whole_building_is_no_household(cast, outbreak, case, places):
    for number in range(MOST_IN_A_HOUSEHOLD + 1):
        registered(places.garden, f"住户{number}", address="3-2-501")
    mates = find(case, cast.investigator)
    assert (mates.household, mates.crowd) == ([], MOST_IN_A_HOUSEHOLD + 1)


def test_who_has_a_pass_for_the_same_door_is_of_the_household(transactional_db, cast, outbreak, case, places):
    other = registered(places.garden, "甲")
    with acting_as(cast.worker):
        for person in (person_at(case.subject), other):
            issue_pass(person, NewPass(PassKind.RESIDENT, "3栋2单元501", AT.date(), None), by=cast.worker, at=AT)
    assert [one.subject for one in find(case, cast.investigator).household] == [other.pk]


def test_addresses_are_compared_as_one_event_with_a_count(transactional_db, cast, outbreak, case, places):
    registered(places.garden, "甲", address="3-2-501")
    registered(places.garden, "乙", address="9-9-999")
    find(case, cast.investigator)
    with acting_as_system():
        event = Event.objects.get(action="addresses.compared")
        assert (event.facts["many"], event.facts["same"]) == (2, 1)


def test_who_sat_in_the_same_vehicle_at_a_gate_is_a_close_contact(gate, cast, outbreak, case, places):
    wang, li = {"id": case.subject}, registered(places.garden, "李国强", phone="13800138002")
    vehicle, other = van(gate, AT - DAY), van(gate, AT - DAY, 2)
    aboard(gate, wang, vehicle, AT - DAY)
    aboard(gate, {"phone": "13800138002"}, vehicle, AT - DAY)
    aboard(gate, {"name": "访客", "phone": "13900139001"}, vehicle, AT - DAY)
    aboard(gate, {"phone": "13900139002"}, other, AT - DAY)
    mates = find(case, cast.investigator)
    assert len(mates.vehicle) == 2
    with acting_as_system():
        rows = {row.subject: row for row in Involved.objects.filter(number=None)}
    assert rows[li.pk].node_id == places.garden.pk
    assert rows[li.pk].last_at == AT - DAY
    (stranger,) = (row for subject, row in rows.items() if subject != li.pk)
    assert stranger.node_id == places.garden_gate.pk, "in no register: where he was met"
    assert {row.origin for row in rows.values()} == {"vehicle"}


def test_a_ride_before_the_days_that_count_or_one_that_was_corrected_makes_nobody_a_contact(
    gate, cast, outbreak, case, places
):
    wang = {"id": case.subject}
    early = van(gate, AT - 9 * DAY)
    aboard(gate, wang, early, AT - 9 * DAY)
    aboard(gate, {"phone": "13900139001"}, early, AT - 9 * DAY)
    vehicle, right = van(gate, AT - DAY), van(gate, AT - DAY, 2)
    aboard(gate, wang, vehicle, AT - DAY)
    wrong = aboard(gate, {"phone": "13900139002"}, vehicle, AT - DAY)
    aboard(gate, {"phone": "13900139002"}, right, AT - DAY, corrects=wrong)
    assert find(case, cast.investigator).vehicle == []


def test_who_names_the_same_vehicle_at_the_same_gate_sat_in_it(gate, cast, outbreak, case, places):
    car = new_id()
    li = registered(places.garden, "李国强", phone="13800138002")
    gate.send(passage({"id": case.subject}, at=AT - DAY, vehicle=car, who="resident"), at=AT)
    gate.send(passage({"id": li.pk}, at=AT - DAY, vehicle=car, who="resident"), at=AT)
    gate.send(passage({"phone": "13900139001"}, at=AT - DAY + 5 * HOUR, vehicle=car), at=AT)
    assert [one.subject for one in find(case, cast.investigator).vehicle] == [li.pk], "five hours later is another ride"


def test_mates_who_belong_to_others_are_counted_and_left_to_them(cast, places, gate):
    own = staff("garden", Role.INVESTIGATOR, places.garden)
    grant_role(staff=own, role=Role.COMMUNITY_WORKER, node=places.west, by=None, at=AT)
    wang, li = registered(places.garden, "王晓梅"), registered(places.orchard, "李国强")
    with acting_as(own):
        theirs = open_outbreak(node=places.garden.pk, title="阳光小区", plan="cn-8", by=own, at=AT)
        facts = CaseFacts(CaseState.CONFIRMED, (AT - DAY).date(), AT - HOUR)
        case = open_case(theirs, wang.pk, facts, node=places.garden.pk, by=own, at=AT)
    vehicle = van(gate, AT - DAY)
    aboard(gate, {"id": wang.pk}, vehicle, AT - DAY)
    aboard(gate, {"id": li.pk}, vehicle, AT - DAY)
    mates = find(case, own)
    assert (mates.vehicle, mates.elsewhere) == ([], 1)


def test_a_case_of_an_outbreak_out_of_sight_is_not_asked_about(cast, outbreak, case, places):
    with pytest.raises(NotFound):
        find(case, staff("garden", Role.INVESTIGATOR, places.garden))


def test_the_household_of_a_close_contact_is_secondary_where_the_plan_follows_it(cast, outbreak, case, places):
    registered(places.garden, "甲", address="3-2-501")
    with acting_as_system():
        outsider = registered(places.orchard, "乙", address="1-1-101")
        registered(places.orchard, "丙", address="1-1-101")
    with acting_as(cast.investigator):
        (contact,) = involve(
            outbreak,
            [NewContact(outsider.pk, places.orchard.pk, Grade.CLOSE, Origin.INTERVIEW, last=AT - DAY, source=case.pk)],
            by=cast.investigator, at=AT,
        )  # fmt: skip
        take_step(contact, Move.ACCEPTED, grade=Grade.CLOSE, by=cast.investigator, at=AT)
    find(contact, cast.investigator)
    assert ("丙", "proposed", "secondary") in people_in(outbreak)


def test_nobody_without_the_permission_asks(cast, outbreak, case):
    with pytest.raises(NotAllowed):
        find(case, cast.worker)


@given(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3302))
def test_a_door_is_the_same_in_every_way_of_writing_it(building, stairs, room):
    ways = [
        "{}-{}-{}",
        "{}栋{}单元{}室",
        "{}号楼{}单元{}",
        "{}幢{}-{}",
        "阳光小区{}栋 {}单元 {}",
        "江苏省睢宁县阳光小区{}-{}-{}号",
    ]
    forms = {same_address(way.format(building, stairs, room), within=["东城社区", "阳光小区"]) for way in ways}
    assert len(forms) == 1
    assert same_address(f"{building}-{stairs}-{room + 1}") not in forms


@given(st.text(max_size=60))
@example("A´")  # the accent of its own stands behind a space, without which it goes onto the letter
def test_any_text_has_one_form_and_keeps_it(text):
    form = same_address(text)
    assert same_address(form) == form
