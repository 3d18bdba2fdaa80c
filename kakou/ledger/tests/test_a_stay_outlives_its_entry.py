"""Retention takes passages away by the day; a stay that reaches over the cut keeps the end that is gone."""

import datetime as dt
from uuid import UUID

import pytest
from django.db import connections, transaction

from kakou.access.scope import acting_as_system
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.stays import StayState
from kakou.ledger.stays.rows import STATES
from kakou.ledger.tests.gatework import IN, OUT, Crossing, as_worker, fold_all, land, stays, told, upload
from kakou.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["as_worker", "land"]
WANG = UUID(int=1 << 100)
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CLOSED = STATES[StayState.CLOSED]


def forget(*crossings):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("alter table ledger_passage disable trigger append_only")
        cursor.execute("delete from ledger_passage where id = any(%s)", [[crossing.id for crossing in crossings]])
        cursor.execute("alter table ledger_passage enable trigger append_only")


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
