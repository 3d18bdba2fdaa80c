"""Rebuilt = incremental, over a real PostgreSQL: generated histories in any order, split and duplication."""

import datetime as dt
import random
from uuid import UUID

import pytest
from django.db import connections

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.models import Stay
from kakou.ledger.stays import Direction
from kakou.ledger.tests.gatework import Crossing, as_worker, fold_all, land, stays, upload
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["as_worker", "land"]
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
STRANGERS = [UUID(int=n << 96) for n in range(1, 5)]


@pytest.fixture
def keys(land):
    """Four strangers, and three keys of one resident of the compound: his id, his document, his phone."""
    with acting_as_system():
        facts = Facts(name="王小明", document=("10", "11010519491231002X"), phone="13800138000")
        wang = add_person(NewPerson(land.compound, facts, Category.RESIDENT_REGISTERED), by=None, at=NOON)
    return [*STRANGERS, wang.pk, UUID(bytes=bytes(wang.document_index)), UUID(bytes=bytes(wang.phone_index))]


def history(seed, land, keys):
    """Some passages under these keys at all gates, a fifth of them corrections, some of those of another subject."""
    dice = random.Random(seed)
    gates = [land.village_gate, land.village_path, land.factory_gate, land.compound_gate, land.compound_scanner]
    made = []
    for number in range(60):
        moment = NOON + dt.timedelta(seconds=dice.randrange(4 * 3600))
        made.append(
            Crossing(
                dice.choice(keys),
                dice.choice(gates),
                dice.choice([Direction.IN, Direction.OUT, Direction.IN, Direction.OUT, Direction.THROUGH]),
                moment,
                crossed=dice.random() < 0.9,
                corrects=dice.choice(made).id if made and dice.random() < 0.2 else None,
                id=id_at(to_ms(moment), f"{seed} {number}".encode()),
            )
        )
    dice.shuffle(made)
    return made, dice


def open_orders():
    with acting_as_system():
        return sorted(WorkOrder.objects.exclude(state="closed").values_list("kind", "cause"))


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_same_in_any_order_and_any_split(land, keys, seed):
    made, dice = history(seed, land, keys)
    now = NOON + dt.timedelta(days=1)
    while made:
        upload(*[made.pop() for _ in range(min(len(made), dice.randrange(1, 25)))])
        fold_all(now, most=dice.choice([1, 10, 1000]))
    folded, loops = stays(), open_orders()
    assert not {row[2] for row in folded} & {*keys[-2:]}, "a stay is the resident's, whatever he showed"
    assert list(rebuild(at=now, stretch=dice.choice([7, 20, 1000])))[-1].put == 0
    assert stays() == folded
    with acting_as_system():
        Stay.objects.all().delete()
    done = list(rebuild(at=now, stretch=dice.choice([7, 20, 1000])))[-1]
    assert (done.passages, done.put) == (60, len(folded))
    assert stays() == folded
    assert open_orders() == loops


def test_it_takes_away_stays_that_no_passage_tells_of(land):
    upload(Crossing(STRANGERS[0], land.compound_gate, Direction.IN, NOON))
    fold_all(NOON)
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate ledger_passage")  # as retention will, a day at a time
    assert list(rebuild(at=NOON))[-1].gone == 1
    assert stays() == []
