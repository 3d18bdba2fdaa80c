"""Whom somebody announced stands on the phone before he is typed: a delivery van is six taps, a visitor his number."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from kakou.access.badges.actions import issue_badge
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import now
from kakou.ledger.actions.visits import Announced, announce_visit
from kakou.ledger.models import Passage
from kakou.ledger.rules import Purpose
from kakou.ledger.visits import read_number
from tests.journeys.gate_phone import enrolment, eventually, phone
from tests.journeys.gate_server import gate_server

__all__ = ["enrolment", "gate_server", "phone"]
PIN = "271846"


@pytest.fixture
def announced(district):
    """A van and a visitor are expected at the compound about now."""
    start = now() - dt.timedelta(minutes=30)
    for number, name, purpose in (("苏E54321", "", Purpose.DELIVERY), ("13900138009", "周快", Purpose.VISIT)):
        visit = Announced(read_number(number), name, "3-2-501", purpose, start, start + dt.timedelta(hours=1))
        announce_visit(visit, sheet=new_id(), unit=district.tree.garden.pk, at=start)


def on_shift(district, phone):
    """The recorder opens the names, and with them the plates of those announced."""
    recorder = district.cast.recorder
    with acting_as(recorder):
        _, badge = issue_badge(pin=PIN, by=recorder, at=now())
    with phone.page.expect_response("**/api/gate/bundle/parts"):  # the next contact brings the badge
        phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.page.wait_for_timeout(500)
    phone.tap("上岗")
    phone.page.locator("#badge").fill(badge)
    phone.page.locator("#badge").press("Enter")
    phone.page.locator("#pin").fill(PIN)
    expect(phone.page.get_by_role("button", name="交班")).to_be_visible(timeout=20_000)
    phone.taps = 0


def recorded():
    with acting_as_system():
        return list(Passage.objects.filter(device_id__isnull=False).order_by("seq"))


def test_a_driver_alone_in_an_announced_van_is_six_taps(announced, district, phone):
    on_shift(district, phone)
    phone.tap("车辆")
    hint = phone.page.get_by_role("button", name="苏E54321")
    expect(hint).to_contain_text("送货 · 3-2-501")
    assert phone.flaws("vehicle-announced") == []
    phone.tap("苏E54321", exact=False)
    phone.by_telephone("13800138000")
    assert phone.usual("366", "本地", "已全程接种") == "放行"
    phone.tap("下一位")
    assert phone.taps <= 6
    expect(phone.page.get_by_role("button", name="车辆")).to_be_visible()
    assert eventually(phone.page, lambda: len(recorded()), 2) == 2  # the van is recorded when its last is
    driver, van = recorded()
    assert (driver.purpose, driver.detail["rides"]) == (Purpose.DELIVERY, str(van.pk))
    assert (van.crossed, van.detail["aboard"], van.purpose) == (True, 1, Purpose.DELIVERY)
    phone.tap("车辆")
    expect(phone.page.get_by_role("button", name="苏E54321")).to_have_count(0)  # it came


def test_without_an_open_shift_nothing_is_told_of_those_announced(announced, district, phone):
    phone.tap("车辆")
    assert phone.page.locator(".hits").count() == 0
    phone.tap("返回")
    on_shift(district, phone)
    phone.tap("车辆")
    for letter in "苏E":
        phone.page.locator(".letters").get_by_role("button", name=letter, exact=True).click()
    expect(phone.page.locator(".hits")).to_contain_text("送货 · 3-2-501")


def test_a_driver_who_is_taken_back_is_still_to_be_checked(announced, district, phone):
    on_shift(district, phone)
    phone.tap("车辆")
    phone.tap("苏E54321", exact=False)
    phone.by_telephone("13800138000")
    phone.usual("366", "本地", "已全程接种")
    phone.page.get_by_role("button", name="撤销").click()
    phone.tap("下一位")
    expect(phone.page.locator("main").get_by_role("status")).to_contain_text("已查 0 人，共 1 人")


def test_a_visitor_is_found_by_last_four_and_comes_for_what_he_announced(announced, district, phone):
    on_shift(district, phone)
    phone.tap("访客")
    phone.page.get_by_label("电话").fill("8009")
    hint = phone.page.locator(".hits button")
    expect(hint).to_contain_text("周* …8009 · 探访 · 3-2-501")
    assert phone.flaws("visitor-announced") == []
    phone.page.get_by_label("电话").fill("13900138009")
    expect(phone.page.get_by_role("heading", name="已预约")).to_be_visible()
    phone.page.get_by_label("电话").press("Enter")
    assert phone.usual("366", "低风险地区", "已全程接种") == "放行"
    assert phone.taps <= 4
    phone.until_sent()
    assert [one.purpose for one in recorded()] == [Purpose.VISIT]
