"""Of every shift a few are asked again: drawn by lot, of those who can be called, and never twice."""

import pytest

from kakou import vault
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions import spots
from kakou.ledger.actions.spots import draw_spot_audits
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    FINE,
    HOUR,
    MINUTE,
    Phone,
    garden,
    open_about,
    orders,
    phone,
    resident,
    visitor,
)
from kakou.ledger.tests.deskwork import passage as a_passage
from kakou.people.rules import Special
from kakou.screening.actions.packs import change_params
from kakou.screening.models import SpotAudit
from kakou.screening.rules.honesty import drawn as lot
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
END = AT + HOUR + 15 * MINUTE  # 14:00 at the site
MANY, RULES = 3, "cn-2021-08.2"  # the office asks more than the shipped rules do


@pytest.fixture(autouse=True)
def office(garden, cast):
    with acting_as(cast.administrator):
        assert str(change_params("cn-2021-08.1", {"spot_audits": MANY}, note="", by=cast.administrator, at=AT)) == RULES


def passage(*args, **more):
    return a_passage(*args, **{"pack": RULES} | more)


def drawn():
    with acting_as_system():
        return {audit.pk for audit in SpotAudit.objects.all()}


def came(*numbers, **more):
    return [passage(visitor(number), at=AT + number * MINUTE, **more) for number in numbers]


def test_some_of_the_shift_are_drawn_when_it_is_over_and_its_phones_have_told(phone):
    told = phone.send(*came(*range(20)))
    assert draw_spot_audits(at=END + 14 * MINUTE) == 0
    assert draw_spot_audits(at=END + 15 * MINUTE) == MANY
    assert drawn() < set(told)
    assert len(open_about("spot_audit")) == MANY


def test_they_are_drawn_once_however_often_it_looks_and_whatever_comes_later(phone):
    phone.send(*came(*range(20)))
    draw_spot_audits(at=END + HOUR)
    first = drawn()
    phone.send(*came(*range(20, 60)), at=END + HOUR)
    assert [draw_spot_audits(at=END + minutes * MINUTE) for minutes in (61, 62, 200)] == [0, 0, 0]
    assert drawn() == first


def test_each_gate_and_each_shift_has_its_own(phone, cast, garden):
    west = Phone(enrol(cast.neighbour, garden.orchard_gate)[0])
    phone.send(*came(*range(10)))
    west.send(*came(*range(20, 30)))
    phone.send(*[passage(visitor(n), at=END + n * MINUTE) for n in range(40, 50)])
    assert draw_spot_audits(at=END + 15 * MINUTE) == 2 * MANY
    assert draw_spot_audits(at=END + 8 * HOUR) == MANY
    with acting_as_system():
        assert sorted(SpotAudit.objects.values_list("node_id", flat=True)) == sorted(
            [phone.node] * 2 * MANY + [west.node] * MANY
        )


def test_a_shift_that_ended_a_day_ago_is_nobodys_matter_any_more(phone):
    phone.send(*came(*range(20)))
    assert draw_spot_audits(at=END + DAY + 15 * MINUTE) == 0


def test_who_can_be_called_and_was_really_checked_is_asked(phone, garden):
    """Known by the register, or by the telephone that he left; no child, no ambulance, nobody who went out."""
    home = garden.garden.pk
    wang, child = resident(home, 1), resident(home, 2, special=(Special.MINOR,))
    asked = phone.send(
        passage({"id": wang}, who="resident"), passage(visitor(9)),
    )  # fmt: skip
    phone.send(
        passage({"id": child}, who="resident"), passage(visitor(2), who="child"), passage(visitor(3), direction="out"),
        passage({"name": "访客", "token": "01912345-0000-7000-8000-000000000001"}),
        passage(visitor(4), verdict="emergency", checks={}), passage(visitor(5), verdict="hold"),
        passage(visitor(6), checks=FINE, direction="through"),
    )  # fmt: skip
    assert draw_spot_audits(at=END + HOUR) == 2
    assert drawn() == set(asked)
    assert orders() == [("spot_audit", "reported"), ("spot_audit", "reported")]


def test_the_lot_hangs_on_a_key_that_lies_outside_the_database(phone, monkeypatch):
    """However many there are, and however few of them are held at once."""
    monkeypatch.setattr(spots, "_CHUNK", 3)
    monkeypatch.setattr(spots, "LOTS", 4)
    told = phone.send(*came(*range(20)))
    draw_spot_audits(at=END + HOUR)
    assert drawn() == set(lot(told, MANY, key=vault.store().index_key("spot_audit")))
