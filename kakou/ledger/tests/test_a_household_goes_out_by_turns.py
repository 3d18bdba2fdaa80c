"""每户每两天一人外出: whom two gates let out because neither knew of the other is asked about afterwards."""

import datetime as dt
import random

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions.quotas import fold_quotas
from kakou.ledger.models import FoldCursor
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    Phone,
    garden,
    open_about,
    order_about,
    orders,
    passage,
    phone,
    resident,
)
from kakou.people.queries import person_at
from kakou.screening.actions.passes import NewPass, cancel_pass, issue_pass
from kakou.screening.models.passes import PassKind
from kakou.workorders.models import Step
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
KIND = "quota_exceeded"


@pytest.fixture
def family(garden, cast):
    """Three of one door and one of the door beside it; the passes of the first three in order."""
    return [card(garden, cast, n, "3栋2单元501" if n < 3 else "3栋2单元502") for n in range(4)]


def card(garden, cast, number, door, since=dt.date(2021, 8, 1), until=None):
    person = resident(garden.garden.pk, number)
    with acting_as(cast.worker):
        new = NewPass(PassKind.RESIDENT, door, since, until)
        return issue_pass(person_at(person), new, by=cast.worker, at=AT)


def out(holder, hours, purpose="shopping", **more):
    """Somebody goes out by his pass."""
    more = {"direction": "out", "who": "resident"} | more
    return passage({"pass": holder.pk}, at=AT + hours * HOUR, purpose=purpose, **more)


def test_the_second_of_one_door_within_two_days_is_a_matter(phone, family):
    first, second = phone.send(out(family[0], 0), out(family[1], 20))
    fold_quotas(at=AT + DAY)
    order = order_about(second, KIND)
    assert order.facts == {"passage": str(second), "other": str(first), "persons": 1, "days": 2}
    assert order.node_id == phone.node
    fold_quotas(at=AT + DAY)
    assert orders() == [(KIND, "reported")]


def test_who_goes_to_work_or_to_the_doctor_or_lives_next_door_uses_nothing_up(phone, family):
    phone.send(
        out(family[0], 0), out(family[1], 1, "work"), out(family[1], 2, "medical"), out(family[3], 3),
        out(family[2], 4, crossed=False), out(family[2], 5, direction="in"), out(family[1], 49),
    )  # fmt: skip
    fold_quotas(at=AT + 3 * DAY)
    assert orders() == []


def test_it_counts_over_all_gates_and_whatever_somebody_shows(phone, family, cast, garden):
    west = Phone(enrol(cast.neighbour, garden.orchard_gate)[0])
    phone.send(out(family[0], 0))
    (second,) = west.send(
        passage({"phone": "13800130001"}, at=AT + HOUR, direction="out", who="resident", purpose="shopping")
    )
    fold_quotas(at=AT + DAY)
    assert (open_about(KIND), order_about(second, KIND).node_id) == ([str(second)], west.node)


def test_what_comes_in_late_changes_who_it_was(phone, family):
    """The second becomes the first who was beyond it, and the third is beyond it no more."""
    second, third = out(family[1], 30), out(family[2], 60)
    phone.send(second, third)
    fold_quotas(at=AT + 3 * DAY)
    assert open_about(KIND) == [third["id"]]
    phone.send(out(family[0], 0), at=AT + 3 * DAY)
    fold_quotas(at=AT + 3 * DAY)
    assert open_about(KIND) == [second["id"]]
    with acting_as_system():
        assert Step.objects.get(kind="closed").facts == {"healed": "explained"}


def test_a_correction_says_that_he_came_in(phone, family):
    _, wrong = phone.send(out(family[0], 0), out(family[1], 1))
    fold_quotas(at=AT + DAY)
    assert orders() == [(KIND, "reported")]
    phone.send(out(family[1], 1.1, direction="in", corrects=wrong))
    fold_quotas(at=AT + DAY)
    assert orders() == [(KIND, "closed")]


def test_a_correction_says_that_it_was_somebody_of_another_door(phone, family):
    _, wrong = phone.send(out(family[0], 0), out(family[1], 1))
    fold_quotas(at=AT + DAY)
    phone.send(out(family[3], 1.1, corrects=wrong))
    fold_quotas(at=AT + DAY)
    assert orders() == [(KIND, "closed")]


def test_whom_the_gate_let_out_knowing_it_and_saying_why_is_nobodys_matter(phone, family):
    phone.send(
        out(family[0], 0),
        out(family[1], 1, verdict="persuade_back", crossed=True, override="老人急用药", reasons=["quota.used"]),
    )
    fold_quotas(at=AT + DAY)
    assert orders() == []


def test_a_pass_counts_while_it_holds(phone, cast, garden, family):
    ended = card(garden, cast, 7, "3栋2单元501", until=dt.date(2021, 8, 9))
    with acting_as(cast.worker):
        cancel_pass(family[1], reason="lost", by=cast.worker, at=AT + 30 * MINUTE)
    phone.send(out(family[0], 0), out(family[1], 1), out(ended, 2))
    fold_quotas(at=AT + DAY)
    assert orders() == []


@pytest.mark.parametrize("seed", range(2))
def test_it_is_the_same_in_any_order_and_any_split(phone, family, seed):
    dice = random.Random(seed)
    made = [
        out(dice.choice(family), dice.randrange(300), dice.choice(["shopping", "visit", "work"])) for _ in range(24)
    ]
    for old in made[:3]:
        made.append(out(dice.choice(family), dice.randrange(300), corrects=old["id"]))
    dice.shuffle(made)
    while made:
        phone.send(*[made.pop() for _ in range(min(len(made), dice.randrange(1, 6)))], at=AT + 13 * DAY)
        fold_quotas(at=AT + 13 * DAY)
    found = open_about(KIND)
    with acting_as_system():
        FoldCursor.objects.filter(name="quotas").update(xid=0)
    fold_quotas(at=AT + 13 * DAY)
    assert found and open_about(KIND) == found
