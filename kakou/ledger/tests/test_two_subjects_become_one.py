"""Two keys found to be one person: one loop instead of two halves, and two halves again when it was not so."""

import datetime as dt
from uuid import UUID

import pytest

from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.stays import StayState
from kakou.ledger.stays.rows import STATES
from kakou.ledger.tests.gatework import IN, OUT, Crossing, fold_all, land, stays, upload
from kakou.people.actions import NewPerson, add_person, merge_subjects, part_subjects
from kakou.people.rules import Facts
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
TOKEN = UUID(int=1 << 100)


def states():
    return sorted((row[2], row[5]) for row in stays())


def test_it_joins_and_parts_their_stays(land):
    worker = staff("worker", Role.COMMUNITY_WORKER, Node.objects.get(pk=land.compound))
    with acting_as_system():
        wang = add_person(NewPerson(land.compound, Facts(name="王小明")), by=None, at=NOON)
    upload(Crossing(TOKEN, land.compound_gate, IN, NOON))
    upload(Crossing(wang.pk, land.compound_gate, OUT, NOON + dt.timedelta(minutes=9)))
    fold_all(NOON)
    halves = [(TOKEN, STATES[StayState.OPEN]), (wang.pk, STATES[StayState.ORPHAN_EXIT])]
    assert states() == sorted(halves)
    with acting_as(worker):
        same = merge_subjects(wang, TOKEN, by=worker, at=NOON)
    fold_all(NOON)
    assert states() == [(wang.pk, STATES[StayState.CLOSED])]
    with acting_as(worker):
        part_subjects(same, by=worker, at=NOON)
    fold_all(NOON)
    assert states() == sorted(halves)
