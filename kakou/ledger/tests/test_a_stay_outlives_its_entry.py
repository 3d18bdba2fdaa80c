"""Retention takes passages away by the day; a stay that reaches over the cut keeps the end that is gone."""

import datetime as dt
from uuid import UUID

import pytest

from kakou.access.scope import acting_as_system
from kakou.ledger.actions.overdue import open_overdue
from kakou.ledger.actions.rebuild import Progress, rebuild
from kakou.ledger.models import Allowance
from kakou.ledger.stays import StayState
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import VISIT
from kakou.ledger.tests.gatework import IN, OUT, Crossing, fold_all, forget, land, stays, told, upload
from kakou.people.actions import NewPerson, add_person
from kakou.people.queries import index_of_document
from kakou.people.rules import Category, Facts, check_document
from kakou.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
WANG = UUID(int=1 << 100)
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CLOSED = STATES[StayState.CLOSED]


@pytest.fixture
def visit(land):
    entry, exit_ = Crossing(WANG, land.compound_gate, IN, NOON), Crossing(WANG, land.compound_gate, OUT, NOON + DAY)
    upload(entry, exit_)
    fold_all(NOON + DAY)
    return entry, exit_


def test_it_keeps_its_entry_when_that_is_forgotten(land, visit):
    before = stays()
    forget(visit[0])
    list(rebuild(at=NOON + 2 * DAY))
    assert stays() == before
    upload(Crossing(WANG, land.compound_gate, IN, NOON + 3 * DAY))
    fold_all(NOON + 3 * DAY)
    assert told(land.compound)[0] == (CLOSED, NOON, NOON + DAY)
    with acting_as_system():
        assert not WorkOrder.objects.exists()


def test_it_goes_when_both_ends_are_forgotten(land, visit):
    upload(Crossing(WANG, land.compound_gate, IN, NOON + 3 * DAY))
    forget(*visit)
    fold_all(NOON + 3 * DAY)
    assert [(entered, left) for _, entered, left in told(land.compound)] == [(NOON + 3 * DAY, None)]


def test_it_closes_an_open_stay_whose_entry_is_forgotten(land):
    entry = Crossing(WANG, land.compound_gate, IN, NOON)
    upload(entry, Crossing(WANG, land.village_gate, IN, NOON - DAY))
    fold_all(NOON)
    forget(entry)
    upload(Crossing(WANG, land.compound_gate, OUT, NOON + DAY))
    fold_all(NOON + DAY)
    assert told(land.compound) == [(CLOSED, NOON, NOON + DAY)]


def test_who_is_inside_stays_inside_when_all_his_passages_are_forgotten(land):
    with acting_as_system():
        Allowance.objects.create(node_id=land.compound, kind=KINDS[VISIT], minutes=60, set_at=NOON)
    entry = Crossing(WANG, land.compound_gate, IN, NOON)
    upload(entry)
    fold_all(NOON)
    open_overdue(at=NOON + DAY)
    before = stays()
    forget(entry)
    assert list(rebuild(at=NOON + 2 * DAY))[-1] == Progress()
    assert stays() == before
    with acting_as_system():
        assert [order.state for order in WorkOrder.objects.all()] == ["reported"]
    upload(Crossing(WANG, land.compound_gate, OUT, NOON + 3 * DAY))
    fold_all(NOON + 3 * DAY)
    assert [(entered, left) for _, entered, left in told(land.compound)] == [(NOON, NOON + 3 * DAY)]


def test_it_goes_over_with_its_subject_when_its_passages_are_forgotten(land):
    """He showed a document only, is registered months later, and leaves by his pass."""
    facts = Facts(name="王小明", document=("10", "11010519491231002X"))
    document = UUID(bytes=index_of_document(check_document(*facts.document)))
    entry = Crossing(document, land.compound_gate, IN, NOON)
    upload(entry)
    fold_all(NOON)
    forget(entry)
    with acting_as_system():
        wang = add_person(NewPerson(land.village, facts, Category.RESIDENT_REGISTERED), by=None, at=NOON)
    list(rebuild(at=NOON + DAY))
    assert {row[2] for row in stays()} == {wang.pk}
    upload(Crossing(wang.pk, land.compound_gate, OUT, NOON + DAY))
    fold_all(NOON + DAY)
    assert told(land.compound) == [(CLOSED, NOON, NOON + DAY)]
