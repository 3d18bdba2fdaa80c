"""Somebody is too warm: the phone counts the minutes, leads through the steps, and sends them when it can."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import now
from kakou.ledger.models import Passage
from kakou.screening.actions.fever import Hot, open_cases
from kakou.screening.models import FeverCase, FeverEvent
from tests.journeys.gate_phone import card, enrolment, eventually, phone, recorded
from tests.journeys.gate_server import gate_server

__all__ = ["card", "enrolment", "gate_server", "phone"]


def opened(gate, passage, minutes=3):
    """The case as the worker makes it of a passage."""
    at = now() - dt.timedelta(minutes=minutes)
    with acting_as_system():
        open_cases([Hot(passage, gate.pk, 378, 373, 15, "cn-2021-08.1", at)], at=now())


def steps(passage):
    with acting_as_system():
        told = FeverEvent.objects.filter(case=passage).order_by("at", "recorded_at")
        return [(one.step, one.facts) for one in told if one.step != "opened"]


def test_an_open_fever_of_the_gate_is_led_through_its_steps(district, phone):
    page = phone.page
    passage = new_id()
    opened(district.tree.garden_gate, passage)
    line = page.get_by_role("button", name="发热处置")
    expect(line).to_contain_text("2 人", timeout=40_000)  # one of the district's waits since long ago
    assert phone.flaws("scan-fever") == []
    line.click()
    page.locator(".hits").get_by_role("button", name="还有").click()
    expect(page.get_by_role("timer")).to_contain_text("还有")
    assert phone.flaws("fevers") == []
    phone.digits("381")
    expect(page.locator("main p[role=status]")).to_contain_text("需要隔离")
    page.get_by_label("在哪里隔离").fill("东门帐篷")
    phone.tap("已到隔离点")
    expect(page.locator("main p[role=status]")).to_contain_text("已临时隔离")
    page.get_by_label("报告给谁").fill("社区卫生站")
    phone.tap("已报告")
    page.get_by_label("怎样接走").fill("救护车")
    phone.tap("已接走")
    phone.tap("已送达")
    # the other one is left, and is not chosen by itself
    expect(page.locator("main p[role=status]")).to_contain_text("是哪一位")
    assert phone.flaws("fevers-whom") == []
    page.locator(".hits").get_by_role("button").click()
    expect(page.get_by_role("timer")).to_contain_text("已超时")
    wanted = [
        ("still_high", {"tenths": 381}), ("isolated", {"place": "东门帐篷"}), ("told", {"whom": "社区卫生站"}),
        ("fetched", {"how": "救护车"}), ("arrived", {}),
    ]  # fmt: skip
    assert eventually(page, lambda: steps(passage), wanted) == wanted
    with acting_as_system():
        assert FeverCase.objects.get(pk=passage).outcome == "sent_to_fever_clinic"


def test_a_fever_without_a_network_is_followed_and_its_steps_arrive_later(card, district, phone):
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    expect(page.get_by_role("button", name="发热处置")).to_contain_text("1 人", timeout=40_000)  # another one, overdue
    phone.server.stop()
    phone.scan(card)
    assert phone.usual("378") == "留步"
    phone.tap("发热处置", exact=False)
    expect(page.locator("main h3")).to_contain_text("通行证")  # he who stands here, not who waits longest
    phone.digits("380")
    expect(page.locator("main p[role=status]")).to_contain_text("需要隔离")
    page.reload()
    phone.tap("发热处置", exact=False)
    expect(page.locator(".hits button")).to_have_count(2)
    assert page.locator("#isolated").count() == 0  # of two, nobody is chosen
    page.locator(".hits").get_by_role("button", name="通行证").click()
    expect(page.locator("main p[role=status]")).to_contain_text("需要隔离")
    phone.tap("返回")
    phone.server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    phone.until_sent()
    assert recorded() == [(1, False, 378)]
    with acting_as_system():
        passage = Passage.objects.get(device_id__isnull=False).pk
    opened(district.tree.garden_gate, passage, minutes=0)
    wanted = [("still_high", {"tenths": 380})]
    assert eventually(page, lambda: steps(passage), wanted) == wanted
