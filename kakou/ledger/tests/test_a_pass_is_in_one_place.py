"""A pass is a key of its holder: shown at two gates at once it is in two hands, or copied."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as
from kakou.ledger.tests.deskwork import AT, HOUR, Phone, garden, order_about, orders, passage, phone, resident
from kakou.ledger.tests.gatework import fold_all
from kakou.people.queries import person_at
from kakou.screening.actions.passes import NewPass, cancel_pass, issue_pass
from kakou.screening.models.passes import PassKind
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
SECONDS = dt.timedelta(seconds=1)


@pytest.fixture
def card(garden, cast):
    wang = resident(garden.garden.pk)
    with acting_as(cast.worker):
        new = NewPass(PassKind.RESIDENT, "3栋2单元501", dt.date(2021, 8, 1), None)
        return issue_pass(person_at(wang), new, by=cast.worker, at=AT - HOUR)


@pytest.fixture
def west(garden, cast):
    return Phone(enrol(cast.neighbour, garden.orchard_gate)[0])


def test_shown_at_two_gates_at_once_it_is_asked_about(phone, west, card):
    (first,) = phone.send(passage({"pass": card.pk}, who="resident"))
    (second,) = west.send(passage({"pass": card.pk}, at=AT + 3 * SECONDS))
    fold_all(AT + HOUR)
    order = order_about(second, "two_gates_at_once")
    assert order.facts == {"passage": str(second), "other": str(first), "apart_ms": 3000}


def test_its_holder_by_his_telephone_is_the_same_who_shows_it(phone, west, card):
    phone.send(passage({"pass": card.pk}, who="resident"))
    west.send(passage({"phone": "13800130001"}, at=AT + 3 * SECONDS))
    fold_all(AT + HOUR)
    assert orders("two_gates_at_once") == [("two_gates_at_once", "reported")]


def test_a_cancelled_one_still_says_whose_it_was(phone, west, card, cast):
    with acting_as(cast.worker):
        cancel_pass(card, reason="lost", by=cast.worker, at=AT - HOUR / 2)
    phone.send(passage({"id": card.person_id}, who="resident"))
    west.send(passage({"pass": card.pk}, at=AT + 3 * SECONDS))
    fold_all(AT + HOUR)
    assert orders("two_gates_at_once") == [("two_gates_at_once", "reported")]


def test_out_here_and_in_there_after_a_while_is_everyday_life(phone, west, card):
    phone.send(passage({"pass": card.pk}, who="resident", direction="out"))
    west.send(passage({"pass": card.pk}, at=AT + HOUR))
    fold_all(AT + 2 * HOUR)
    assert orders("two_gates_at_once") == []
