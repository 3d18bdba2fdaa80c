"""Built bit by bit = built from nothing, over a real PostgreSQL, whatever comes in whatever order."""

import datetime as dt
import random
from uuid import UUID

import pytest

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.stays import Direction
from kakou.ledger.tests.gatework import Crossing, fold_all, upload
from kakou.people.actions import NewPerson, add_person, change_person
from kakou.people.models import Person
from kakou.people.rules import Category, Facts
from kakou.tracing.models import ChangedDay
from kakou.tracing.segments import building, warm_index
from kakou.tracing.tests.tracework import DAY, NOON, anew, folder, land, shared, told

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "land"]
IN, OUT, THROUGH = Direction.IN, Direction.OUT, Direction.THROUGH
STRANGERS = [UUID(int=n << 96) for n in range(1, 5)]
LATER = NOON + 9 * DAY


@pytest.fixture
def wang(land):
    """A resident of the compound."""
    with acting_as_system():
        facts = Facts(name="王小明", document=("10", "11010519491231002X"), phone="13800138000")
        return add_person(NewPerson(land.compound, facts, Category.RESIDENT_REGISTERED), by=None, at=NOON)


def keys_of(person):
    return [person.pk, UUID(bytes=bytes(person.document_index)), UUID(bytes=bytes(person.phone_index))]


def history(seed, land, keys):
    """Some passages of five days under these keys at all gates, a fifth of them corrections, a few turned back."""
    dice = random.Random(seed)
    gates = [land.village_gate, land.village_path, land.factory_gate, land.compound_gate, land.compound_scanner]
    made = []
    for number in range(70):
        moment = NOON + dt.timedelta(seconds=dice.randrange(5 * 86400))
        before = dice.choice(made) if made and dice.random() < 0.2 else None
        gate = before.gate if before and dice.random() < 0.8 else dice.choice(gates)
        made.append(
            Crossing(
                dice.choice(keys),
                gate,
                dice.choice([IN, OUT, IN, OUT, THROUGH]),
                moment,
                crossed=dice.random() < 0.85,
                corrects=before.id if before else None,
                id=id_at(to_ms(moment), f"{seed} {number}".encode()),
            )
        )
    dice.shuffle(made)
    return made, dice


def becomes(person, dice, land):
    """Something that changes whose passages these are, or where he lives."""
    facts = [
        Facts(name="王小明", document=("10", number), phone=phone)
        for number in ("11010519491231002X", "110105199003078027")
        for phone in ("13800138000", "13900139007", "")
    ]
    home = dice.choice([land.village, land.compound, land.factory])
    with acting_as_system():
        category = dice.choice([Category.RESIDENT_REGISTERED, Category.VISITOR])
        new = NewPerson(home, dice.choice(facts), category)
        change_person(Person.objects.get(pk=person.pk), new, by=None, at=NOON)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_same_as_built_from_nothing(land, wang, folder, seed, monkeypatch):
    made, dice = history(seed, land, [*STRANGERS[:2], *keys_of(wang)])
    monkeypatch.setattr(building, "FEW", dice.choice([0, 2, 1000]))
    while made:
        upload(*[made.pop() for _ in range(min(len(made), dice.randrange(1, 20)))])
        if dice.random() < 0.3:
            becomes(wang, dice, land)
        fold_all(LATER, most=dice.choice([1, 10, 1000]))
        if dice.random() < 0.7:
            warm_index(LATER)
    became, meetings = told(LATER), shared(LATER, NOON, LATER)
    assert became
    assert not ChangedDay.objects.exists()
    assert became == anew(LATER, monkeypatch)
    assert meetings == shared(LATER, NOON, LATER)
    assert meetings[1]
