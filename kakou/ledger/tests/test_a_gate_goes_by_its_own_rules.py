"""A gate judges by the rules that hold there: who names those of elsewhere, or older ones, is asked why."""

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    FINE,
    HOUR,
    garden,
    look,
    open_about,
    order_about,
    orders,
    passage,
    phone,
    visitor,
)
from kakou.screening.actions.packs import change_params, publish
from kakou.screening.models import FeverCase

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]

BORDER = {
    "temperature": 378,
    "symptoms": "none",
    "contact": "no",
    "hands": "washed",
    "origin": "low",
    "thermometer": "t-1",
}


@pytest.fixture
def edition(cast, tree):
    """An edition with another number, published over a node from some moment on."""

    def made(node, since, **numbers):
        with acting_as(cast.administrator):
            version = str(change_params("cn-2021-08.1", numbers, note="x", by=cast.administrator, at=AT))
            if node is not None:
                publish(version, node=node, starts_at=since, by=cast.administrator, at=since)
        return version

    return made


def cases():
    with acting_as_system():
        return list(FeverCase.objects.values_list("first", "limit", "version"))


def test_rules_that_were_published_nowhere_are_noticed(phone):
    """The rules of a border post are shipped, so they are known: but nobody said that they hold at a compound."""
    (waved,) = phone.send(passage(visitor(), pack="who-poe.1", checks=BORDER | {"temperature": 365}))
    phone.send(passage(visitor(2), pack="who-poe.1", checks=BORDER | {"temperature": 365}))
    look()
    assert orders() == [("other_rules", "reported")]
    order = order_about(f"{phone.node}:who-poe.1", "other_rules")
    assert order.node_id == phone.node
    assert order.facts == {"passage": str(waved), "pack": "who-poe.1", "held": "cn-2021-08.1"}


def test_a_fever_is_one_by_the_rules_that_hold(phone):
    """37.8 °C is no fever on a border, and is one here."""
    phone.send(passage(visitor(), pack="who-poe.1", checks=BORDER))
    look()
    assert cases() == [(378, 373, "cn-2021-08.1")]


def test_the_rules_of_a_neighbour_are_not_ones_own(phone, edition, garden):
    lax = edition(garden.orchard, AT - 9 * DAY, temperature_limit=385)
    phone.send(passage(visitor(), pack=lax, checks=FINE | {"temperature": 380}))
    look()
    assert open_about("other_rules") == [f"{phone.node}:{lax}"]
    assert [limit for _, limit, _ in cases()] == [373]


def test_what_was_published_above_a_gate_holds_there(phone, edition, garden):
    ours = edition(garden.street, AT - 9 * DAY, temperature_limit=375)
    phone.send(passage(visitor(), pack=ours))
    look()
    assert orders() == []


def test_a_phone_that_was_offline_for_some_days_may_go_by_the_rules_it_had(phone, edition, garden):
    edition(garden.street, AT - 6 * DAY, temperature_limit=375)
    phone.send(passage(visitor()))
    look()
    assert orders() == []


def test_old_rules_do_not_last_for_ever(phone, edition, garden):
    strict = edition(garden.street, AT - 8 * DAY, temperature_limit=370)
    phone.send(passage(visitor(), checks=FINE | {"temperature": 371}))
    look()
    assert order_about(f"{phone.node}:cn-2021-08.1", "other_rules").facts["held"] == strict
    assert [limit for _, limit, _ in cases()] == [370]


def test_rules_to_come_do_not_hold_yet(phone, edition, garden):
    soon = edition(garden.street, AT + HOUR, temperature_limit=385)
    phone.send(passage(visitor(), pack=soon))
    look()
    assert open_about("other_rules") == [f"{phone.node}:{soon}"]
