"""测温枪不能“虚晃一枪”: eight equal temperatures in a row were not measured, and whoever wrote them is asked."""

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions import temperatures
from kakou.ledger.actions.temperatures import fold_temperatures
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
    visitor,
)
from kakou.screening.actions.packs import change_params
from kakou.workorders.actions import close
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
KIND = "equal_temperatures"


def measured(*tenths, start=AT, every=MINUTE, recorder=7, **more):
    """Visitors measured one after the other by one recorder."""
    return [
        passage(visitor(n), at=start + n * every, seen={"temperature": each}, recorder=recorder, **more)
        for n, each in enumerate(tenths)
    ]


def test_eight_in_a_row_are_one_matter_however_they_go_on(phone):
    told = phone.send(*measured(364, *[365] * 8))
    fold_temperatures(at=AT)
    order = order_about(told[1], KIND)
    assert order.node_id == phone.node
    assert order.facts == {"passage": str(told[1]), "many": 8, "tenths": 365}
    phone.send(*measured(*[365] * 9, start=AT + 20 * MINUTE))
    fold_temperatures(at=AT + HOUR)
    assert orders() == [(KIND, "reported")]


def test_seven_are_nobodys_matter_nor_are_many_that_differ(phone):
    phone.send(*measured(*[365] * 7, 366, *[365] * 7, *[366, 365] * 10))
    fold_temperatures(at=AT)
    assert orders() == []


def test_they_are_those_of_one_recorder_and_of_one_day(phone):
    """Two take turns; and at midnight the day ends."""
    one, other = measured(*[365] * 7), measured(*[365] * 7, recorder=8)
    phone.send(*[item for pair in zip(one, other, strict=True) for item in pair])
    phone.send(*measured(*[361] * 12, start=AT + 11 * HOUR + 9 * MINUTE, recorder=9))  # 23:54 at the site
    fold_temperatures(at=AT + DAY)
    assert orders() == []


def test_without_a_recorder_they_are_those_of_the_phone(phone, cast, garden):
    other = Phone(enrol(cast.lead, garden.garden_gate, "second")[0])
    for where in (phone, other):
        where.send(*measured(*[365] * 5, recorder=None))
    fold_temperatures(at=AT)
    assert orders() == []
    (first, *_) = other.send(*measured(*[366] * 8, recorder=None, start=AT + HOUR))
    fold_temperatures(at=AT + HOUR)
    assert open_about(KIND) == [str(first)]


def test_they_are_found_though_they_come_in_one_by_one(phone):
    told = [phone.send(item)[0] for item in measured(*[365] * 10) if fold_temperatures(at=AT) >= 0]
    fold_temperatures(at=AT)
    assert open_about(KIND) == [str(told[0])]


def test_a_long_run_is_one_matter_wherever_one_begins_to_look(phone, monkeypatch):
    monkeypatch.setattr(temperatures, "AROUND", 10)
    items = measured(364, *[365] * 60)
    told = []
    for start in range(0, 61, 4):
        told += phone.send(*items[start : start + 4])
        fold_temperatures(at=AT + HOUR)
    assert open_about(KIND) == [str(told[1])]


def test_what_comes_in_late_makes_no_second_matter_of_it(phone):
    early = measured(365)
    told = phone.send(*measured(*[365] * 9, start=AT + 10 * MINUTE))
    fold_temperatures(at=AT + HOUR)
    phone.send(*early, at=AT + HOUR)
    fold_temperatures(at=AT + HOUR)
    assert open_about(KIND) == [str(told[0])]


def test_what_comes_in_late_can_make_a_matter_of_it(phone):
    items = measured(*[365] * 8)
    told = phone.send(*items[:3], *items[4:])
    fold_temperatures(at=AT)
    assert orders() == []
    phone.send(items[3], at=AT + HOUR)
    fold_temperatures(at=AT + HOUR)
    assert open_about(KIND) == [str(told[0])]


def test_a_correction_is_no_measurement(phone):
    told = phone.send(*measured(*[365] * 7))
    phone.send(passage(visitor(6), at=AT + HOUR, corrects=told[6], recorder=7))
    fold_temperatures(at=AT + HOUR)
    assert orders() == []


def test_how_many_are_too_many_is_said_by_the_rules(phone, cast):
    with acting_as(cast.administrator):
        lax = change_params("cn-2021-08.1", {"equal_run": 12}, note="", by=cast.administrator, at=AT)
    phone.send(*measured(*[365] * 11, pack=str(lax)))
    fold_temperatures(at=AT)
    assert orders() == []
    phone.send(*measured(365, start=AT + 11 * MINUTE, pack=str(lax)))
    fold_temperatures(at=AT)
    assert orders() == [(KIND, "reported")]


def test_it_asks_once_and_for_what_the_recorder_said(phone, cast):
    (first, *_) = phone.send(*measured(*[365] * 8))
    fold_temperatures(at=AT)
    with acting_as(cast.secretary):
        said = {"recorder_said": "体温计没电", "thermometer": "已更换并复测"}
        close(order_about(first, KIND), evidence=said, by=cast.secretary, at=AT + HOUR)
    with acting_as_system():
        FoldCursor.objects.filter(name="temperatures").update(xid=0)  # as in a database made from a backup
    phone.send(*measured(365, start=AT + 8 * MINUTE))
    fold_temperatures(at=AT + HOUR)
    assert orders() == [(KIND, "closed")]
