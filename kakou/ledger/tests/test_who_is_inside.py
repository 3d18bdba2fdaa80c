"""Who is inside, now and at a past moment: residents less those away, plus visitors, and how sure that is."""

import datetime as dt
from uuid import UUID

import pytest

from kakou.access.models import Device, Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.ledger.queries.inside import Group, inside, lines
from kakou.ledger.queries.where import phones_of
from kakou.ledger.tests.gatework import IN, OUT, Crossing, fold_all, land, upload
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
VISITOR, GUEST = UUID(int=1 << 100), UUID(int=2 << 100)
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)


def at(minute):
    return NOON + dt.timedelta(minutes=minute)


@pytest.fixture
def wang(land):
    """Lives in the compound."""
    with acting_as_system():
        new = NewPerson(node=land.compound, facts=Facts(name="王小明"), category=Category.RESIDENT_REGISTERED)
        return add_person(new, by=None, at=NOON).pk


def counts(node, minute):
    with acting_as_system():
        found = inside(node, at=at(minute), now=at(600))
    return found.residents, found.away, found.visitors, found.unsure


def names(node, group, minute):
    with acting_as_system():
        return [line.subject for line in lines(node, group, at=at(minute))]


def test_it_counts_residents_at_home_and_visitors(land, wang):
    upload(Crossing(VISITOR, land.compound_gate, IN, at(10)), Crossing(VISITOR, land.compound_gate, OUT, at(20)))
    upload(Crossing(wang, land.compound_gate, OUT, at(30)), Crossing(wang, land.compound_gate, IN, at(40)))
    fold_all(at(600))
    assert counts(land.compound, 0) == (1, 0, 0, 0)
    assert counts(land.compound, 15) == (1, 0, 1, 0)
    assert counts(land.compound, 35) == (1, 1, 0, 0)
    assert counts(land.compound, 45) == (1, 0, 0, 0)
    assert names(land.compound, Group.VISITORS, 15) == [VISITOR]
    assert names(land.compound, Group.AWAY, 35) == [wang]
    assert names(land.compound, Group.PRESENT, 35) == []
    assert names(land.compound, Group.PRESENT, 45) == [wang]


def test_a_neighbour_on_a_visit_is_still_inside_the_street(land, wang):
    upload(Crossing(wang, land.compound_gate, OUT, at(10)), Crossing(wang, land.village_gate, IN, at(20)))
    fold_all(at(600))
    assert counts(land.compound, 30) == (1, 1, 0, 0)
    assert counts(land.village, 30) == (0, 0, 1, 0)
    assert counts(land.street, 15) == (1, 1, 0, 0)
    assert counts(land.street, 30) == (1, 0, 0, 0)
    assert names(land.street, Group.PRESENT, 30) == [wang]


def test_it_counts_a_visitor_of_an_inner_enclosure_once(land):
    upload(Crossing(VISITOR, land.village_gate, IN, at(10)), Crossing(VISITOR, land.factory_gate, IN, at(20)))
    fold_all(at(600))
    assert counts(land.village, 30) == (0, 0, 1, 0)
    assert counts(land.street, 30) == (0, 0, 1, 0)
    assert counts(land.factory, 30) == (0, 0, 1, 0)


def test_it_says_when_somebody_may_have_left_already(land):
    upload(Crossing(VISITOR, land.compound_gate, IN, at(10)), Crossing(VISITOR, land.village_gate, IN, at(50)))
    upload(Crossing(GUEST, land.factory_gate, IN, at(10)))
    fold_all(at(600))
    assert counts(land.compound, 30) == (0, 0, 1, 1)
    assert counts(land.compound, 50) == (0, 0, 0, 0)
    assert counts(land.village, 20) == (0, 0, 1, 1)


def phone(gate, seen, enrolled=NOON, revoked=None):
    with acting_as_system():
        Device.objects.create(
            node_id=gate, name="phone", token_hash=new_id().bytes * 2, enrolled_at=enrolled, last_seen_at=seen,
            revoked_at=revoked,
        )  # fmt: skip


def silent(node, at_minute, now_minute=600):
    with acting_as_system():
        return [(gate.node, gate.last_sync) for gate in inside(node, at=at(at_minute), now=at(now_minute)).silent]


def test_it_says_which_gates_have_not_sent(land):
    phone(land.compound_gate, at(5))
    phone(land.village_gate, at(590))
    phone(land.factory_gate, None)
    assert silent(land.street, 600) == [(land.factory_gate, at(0)), (land.compound_gate, at(5))]
    assert silent(land.street, 3) == [(land.factory_gate, at(0))]
    with acting_as_system():
        assert not inside(land.street, at=at(600), now=at(600)).certain


def test_one_busy_phone_does_not_speak_for_the_other_at_its_gate(land):
    """The silent one may hold exits that nobody else saw."""
    phone(land.compound_gate, at(599))
    phone(land.compound_gate, at(100))
    phone(land.compound_gate, at(50), revoked=at(60))  # holds nothing that could still come
    assert silent(land.compound, 600) == [(land.compound_gate, at(100))]
    assert silent(land.compound, 100) == [], "what was before has come"
    assert silent(land.compound, 101) == [(land.compound_gate, at(100))]


def test_a_phone_just_enrolled_has_nothing_to_tell_and_makes_no_gate_silent(land):
    phone(land.compound_gate, None, enrolled=at(590))
    assert silent(land.compound, 600) == []
    assert silent(land.compound, 606, 606) == [(land.compound_gate, at(590))]


def test_every_page_calls_the_same_gates_silent(land):
    """Of a gate with two phones, seen at any two moments: the list of gates and the count of who is inside agree."""
    for seen in (at(599), at(585), at(584), None):
        phone(land.compound_gate, seen)
        with acting_as_system():
            [have] = phones_of([land.compound_gate]).values()
            assert have.silent(at(600)) == bool(inside(land.compound, at=at(600), now=at(600)).silent)


def test_it_shows_a_reader_his_own_units_only(land, wang):
    upload(Crossing(VISITOR, land.village_gate, IN, at(10)), Crossing(GUEST, land.compound_gate, IN, at(10)))
    fold_all(at(600))
    worker = staff("worker", Role.COMMUNITY_WORKER, Node.objects.get(pk=land.village))
    with acting_as(worker):
        assert inside(land.village, at=at(20), now=at(600)).visitors == 1
        assert inside(land.compound, at=at(20), now=at(600)).total == 0
        assert lines(land.compound, Group.VISITORS, at=at(20)) == []
