"""Two phones at one gate without a network: what one recorded the other knows, and whichever has one brings it."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Playwright, expect

from kakou.access.actions import issue_enrolment
from kakou.access.models import Device
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
from kakou.ledger.models import Passage, Quarantined
from tests.journeys.conftest import PHONE
from tests.journeys.gate_phone import GatePhone, card
from tests.journeys.gate_server import GateServer, gate_server
from tests.journeys.two_screens import Eye

__all__ = ["card", "gate_server"]
NAMES = ("互传一号", "互传二号")
PATIENCE = 60  # seconds for two screens to tell each other what they hold


@pytest.fixture
def phones(playwright: Playwright, browser, gate_server: GateServer, district, tmp_path):
    """Two phones of the south gate, each with the eye that is its camera."""
    del browser  # no Chromium: it skips
    cast, made = district.cast, []
    for name in NAMES:
        eye = Eye(playwright, tmp_path, name)
        context = eye.browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
        phone = GatePhone(context, gate_server)
        with acting_as(cast.secretary):
            _, token = issue_enrolment(node=district.tree.garden_gate, name=name, by=cast.secretary, at=now())
        phone.open(f"/gate/#1.{token}")
        expect(phone.page.locator(".gate")).to_contain_text("南门", timeout=60_000)
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        phone.page.reload()
        expect(phone.page.locator(".gate")).to_contain_text("南门", timeout=60_000)
        made.append((phone, eye))
    yield made
    for phone, eye in made:
        eye.close()
        assert phone.foreign == []
        assert phone.wrong == []


def start_exchange(phone: GatePhone) -> None:
    """From the queue to the running code."""
    phone.page.locator(".outbox").click()
    phone.tap("开始互传")
    expect(phone.page.locator(".exchange canvas")).to_be_visible()


def look_at_each_other(one, other) -> None:
    """Until both say that both are done."""
    (mine, my_eye), (yours, your_eye) = one, other
    end = time.monotonic() + PATIENCE
    done = [phone.page.get_by_text("两边都传完了") for phone in (mine, yours)]
    while not all(told.is_visible() for told in done):
        assert time.monotonic() < end, [phone.page.locator(".exchange").inner_text() for phone in (mine, yours)]
        my_eye.sees(yours.page)
        your_eye.sees(mine.page)
        mine.page.wait_for_timeout(60)


def in_ledger() -> list[tuple[str, int, int]]:
    """(phone, its number of the passage, direction) of all that stands of the two."""
    with acting_as_system():
        names = dict(Device.objects.filter(name__in=NAMES).values_list("pk", "name"))
        rows = Passage.objects.filter(device_id__in=names).order_by("device_id", "seq")
        assert not Quarantined.objects.filter(device_id__in=names).exists()
        return [(names[row.device_id], row.seq, row.direction) for row in rows]


def goes_out(phone: GatePhone, card: str) -> None:
    phone.page.get_by_role("radio", name="← 出").click()
    phone.scan(card)
    phone.tap("✓ 都看过，正常")
    assert phone.verdict() == "放行"
    phone.tap("下一位")


def test_what_one_recorded_the_other_knows_and_brings_and_it_stands_once_as_its_makers(card, phones, gate_server):
    (first, _), (second, _) = phones
    gate_server.stop()
    goes_out(first, card)
    expect(first.page.locator(".outbox")).to_contain_text("1 条未上传")
    for phone, _ in phones:
        start_exchange(phone)
    assert first.flaws("exchange") == []
    look_at_each_other(*phones)
    expect(second.page.locator(".exchange")).to_contain_text("新得知 1 条登记")
    assert second.flaws("exchange-done") == []
    second.tap("返回")
    second.page.locator(".outbox").click()
    expect(second.page.locator("main")).to_contain_text("1 条是别的手机登记的")
    assert in_ledger() == []

    first.context.set_offline(True)
    gate_server.start()
    second.page.evaluate("dispatchEvent(new Event('online'))")
    expect(second.page.locator("main")).not_to_contain_text("1 条是别的手机登记的", timeout=30_000)
    assert in_ledger() == [("互传一号", 1, 2)]

    first.context.set_offline(False)
    first.page.evaluate("dispatchEvent(new Event('online'))")
    first.until_sent()
    assert in_ledger() == [("互传一号", 1, 2)]
