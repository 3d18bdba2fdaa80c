"""Rebuilt = incremental, over a real PostgreSQL: generated histories in any order, split and duplication."""

import datetime as dt
import random
from uuid import UUID

import pytest
from django.db import connections

from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.again import fold_again
from kakou.ledger.actions.allowances import set_allowance
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.actions.stays import fold_new
from kakou.ledger.models import Stay
from kakou.ledger.queries import histories
from kakou.ledger.rules import Purpose
from kakou.ledger.stays import ABSENCE, VISIT, Direction
from kakou.ledger.stays.rows import KINDS
from kakou.ledger.tests.gatework import Crossing, fold_all, forget, land, stays, upload
from kakou.people.actions import NewPerson, add_person, change_person
from kakou.people.models import Person
from kakou.people.rules import Category, Facts
from kakou.places.actions import add_entrance
from kakou.places.models import Unit
from kakou.places.recut import move_unit
from kakou.places.rules import EntranceKind
from kakou.workorders.models import WorkOrder
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
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
                purpose=dice.choice([Purpose.UNSAID, Purpose.DELIVERY]),
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
def test_it_is_the_same_in_any_order_and_any_split(land, keys, seed, monkeypatch):
    made, dice = history(seed, land, keys)
    monkeypatch.setattr(histories, "MANY", dice.choice([2, histories.MANY]))
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


WANGS = [
    Facts(name="王小明", document=("10", number), phone=phone)
    for number in ("11010519491231002X", "110105199003078027")
    for phone in ("13800138000", "13900139007", "")
]


def moves(land, wang, administrator):
    """What makes other stays of the same passages, though nobody passes."""
    street, village, compound, factory = (
        Unit.objects.get(node_id=node) for node in (land.street, land.village, land.compound, land.factory)
    )
    hour = dt.timedelta(hours=1)
    who = {"by": None, "at": NOON}

    def wang_is(dice):
        home = dice.choice([land.village, land.compound, land.factory, land.street])
        category = dice.choice([Category.RESIDENT_REGISTERED, Category.RESIDENT_REGISTERED, Category.VISITOR])
        change_person(Person.objects.get(pk=wang), NewPerson(home, dice.choice(WANGS), category), **who)

    def family(dice):
        add_person(NewPerson(land.village, Facts(name="王小红", phone="13800138000")), **who)

    def moved(dice):
        unit, parent = dice.choice([(factory, street), (factory, village), (compound, village), (factory, compound)])
        if Node.objects.get(pk=unit.node_id).parent_id != parent.node_id:
            move_unit(unit, parent=parent, reason="drill", by=administrator, at=NOON)

    def opened(dice):
        name = str(dice.random())
        add_entrance(unit=dice.choice([village, street]), name=name, kind=EntranceKind.VILLAGE_PATH, **who)

    def allowed(dice):
        kind, node = dice.choice([VISIT, ABSENCE]), dice.choice([land.street, land.compound, land.village])
        purpose = dice.choice([0, Purpose.DELIVERY]) if kind == VISIT else 0
        lasts = dice.choice([None, hour / 4, hour, 4 * hour])
        set_allowance(node=node, kind=kind, purpose=purpose, lasts=lasts, **who)

    return [wang_is, wang_is, family, moved, moved, opened, allowed, allowed]


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_same_after_people_and_places_moved(land, keys, seed):
    """Nobody has to pass a gate for that, and nobody has to ask for a rebuild."""
    made, dice = history(seed, land, keys)
    administrator = staff("administrator", Role.ADMINISTRATOR, Node.objects.get(pk=land.street))
    upload(*[made.pop() for _ in range(40)])
    now = NOON + dt.timedelta(days=1)
    fold_all(now)
    with acting_as_system():
        everything = moves(land, keys[4], administrator)
    for change in dice.sample(everything, 4):
        with acting_as_system():
            change(dice)
        if dice.random() < 0.5:
            upload(*[made.pop() for _ in range(min(5, len(made)))])
        fold_all(now, most=dice.choice([1, 10, 1000]))
        done = list(rebuild(at=now))[-1]
        assert (done.put, done.gone) == (0, 0), change.__name__


def test_it_folds_again_who_moved_house_and_nobody_else(land, keys):
    away = NOON + dt.timedelta(hours=1)
    wang = keys[4]
    upload(
        Crossing(wang, land.village_gate, Direction.IN, NOON), Crossing(wang, land.village_gate, Direction.OUT, away)
    )
    upload(*[Crossing(key, land.village_gate, Direction.IN, NOON) for key in STRANGERS])
    fold_all(away)
    told = sorted((row[1], row[4]) for row in stays() if row[2] == wang)
    assert told == [(land.village, KINDS[VISIT]), (land.compound, KINDS[ABSENCE])]
    with acting_as_system():
        home = NewPerson(land.village, WANGS[0], Category.RESIDENT_REGISTERED)
        change_person(Person.objects.get(pk=wang), home, by=None, at=away)
    folded = fold_new(at=away)
    assert (folded.passages, folded.subjects) == (0, 1)
    assert {row[4] for row in stays() if row[2] == wang} == {KINDS[ABSENCE]}
    assert fold_new(at=away).more == 0


def test_it_takes_away_stays_that_no_passage_tells_of(land):
    """Who came and went is forgotten with what told of it; who is still inside is not."""
    gone, here = STRANGERS[:2]
    upload(
        Crossing(gone, land.compound_gate, Direction.IN, NOON),
        Crossing(gone, land.compound_gate, Direction.OUT, NOON + dt.timedelta(hours=1)),
        Crossing(here, land.compound_gate, Direction.IN, NOON),
    )
    fold_all(NOON)
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate ledger_passage")  # as retention will, a day at a time
    assert list(rebuild(at=NOON))[-1].gone == 1
    assert [row[2] for row in stays()] == [here]


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_same_when_retention_took_passages_away(land, keys, seed):
    made, dice = history(seed, land, keys)
    now = NOON + dt.timedelta(days=1)
    upload(*made)
    fold_all(now)
    cut = NOON + dt.timedelta(seconds=dice.randrange(4 * 3600))
    forget(*[crossing for crossing in made if crossing.at < cut])
    list(rebuild(at=now, stretch=dice.choice([1, 7, 1000])))
    again, loops = stays(), open_orders()
    with acting_as_system():
        fold_again(keys)
    fold_all(now)
    assert (stays(), open_orders()) == (again, loops)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_same_when_passages_come_meanwhile(land, keys, seed):
    """Among them corrections that move a passage from who is done to who is not, and the other way round."""
    made, dice = history(seed, land, keys)
    now = NOON + dt.timedelta(days=1)
    upload(*[made.pop() for _ in range(20)])
    fold_all(now)
    for _ in rebuild(at=now, stretch=dice.choice([1, 3])):
        upload(*[made.pop() for _ in range(min(len(made), 10))])
        if dice.random() < 0.5:
            fold_all(now)
    fold_all(now)
    folded, loops = stays(), open_orders()
    with acting_as_system():
        Stay.objects.all().delete()
    list(rebuild(at=now))
    assert (stays(), open_orders()) == (folded, loops)


def test_it_hears_of_a_correction_between_two_stretches(land):
    first, wrong = (Crossing(who, land.compound_gate, Direction.IN, NOON) for who in STRANGERS[:2])
    upload(first, wrong)
    fold_all(NOON)
    stretches = rebuild(at=NOON, stretch=1)
    next(stretches)
    upload(Crossing(STRANGERS[0], land.compound_gate, Direction.IN, NOON, corrects=wrong.id))
    fold_all(NOON)
    list(stretches)
    assert {row[2] for row in stays()} == {STRANGERS[0]}
