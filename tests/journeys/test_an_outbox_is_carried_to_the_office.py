"""A full phone without a network: what it recorded is carried to the office as a file, and nothing counts twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.ledger.models import Passage, Quarantined
from tests.journeys.conftest import PHONE
from tests.journeys.gate_phone import GatePhone, card, enrolled, enrolment, recorded
from tests.journeys.gate_server import gate_server

__all__ = ["card", "enrolment", "gate_server"]
ROOM = 32_000_000  # bytes
NAME = re.compile(r"kakou-outbox-.*南门-\d{8}-\d{4}\.kko")


def check(phone: GatePhone, card: str, digits: str) -> None:
    """Wang comes in and is judged, whether it can be kept or not."""
    phone.scan(card)
    phone.digits(digits)
    phone.tap("✓ 都看过，正常")


def allow(phone: GatePhone, size: int) -> None:
    """From now on the browser lets this site keep so many bytes."""
    cdp = phone.context.new_cdp_session(phone.page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": phone.server.url, "quotaSize": size})


# a browser goes by what it last knew of the room, until somebody asks for more than that
ASK_FOR_MORE = """size => new Promise((done) => {
  const opening = indexedDB.open("other", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("other");
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("other", "readwrite");
    transaction.objectStore("other").put(new Uint8Array(size), 1);
    transaction.onabort = () => done("refused");
    transaction.oncomplete = () => done("kept");
  };
})"""


@pytest.fixture
def phone(browser: Browser, gate_server, district, enrolment):
    """A phone with little room, enrolled at the south gate."""
    with enrolled(browser, gate_server, enrolment(gate_server), before=lambda made: allow(made, ROOM)) as made:
        yield made


def fill_the_storage(phone: GatePhone) -> None:
    """The browser takes no more byte from this page."""
    allow(phone, 1)
    assert phone.page.evaluate(ASK_FOR_MORE, ROOM) == "refused"


def saved(phone: GatePhone, folder: Path) -> Path:
    """The file that the phone hands over."""
    with phone.page.expect_download() as handed:
        phone.page.get_by_role("link", name="保存文件").click()
    assert NAME.fullmatch(handed.value.suggested_filename)
    path = folder / handed.value.suggested_filename
    handed.value.save_as(path)
    return path


def told() -> list[tuple[int, int, int]]:
    """(items, new, present) of every outbox that was brought in, as the audit has it."""
    with acting_as_system():
        events = Event.objects.filter(action="outbox.brought").order_by("seq")
        return [(one.facts["items"], one.facts["new"], one.facts["present"]) for one in events]


def test_what_a_full_phone_recorded_without_a_network_is_carried_to_the_office(card, phone, sit, district, tmp_path):
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.wait_for_timeout(500)
    phone.server.stop()
    check(phone, card, "365")
    assert phone.verdict() == "放行"
    phone.tap("下一位")
    fill_the_storage(phone)
    check(phone, card, "366")
    expect(page.get_by_role("alert").first).to_contain_text("没有存下", timeout=10_000)
    assert phone.flaws("poisoned") == []

    phone.tap("导出")
    phone.tap("导出 2 条")
    expect(page.get_by_text("文件里有 2 条")).to_be_visible(timeout=10_000)
    first = saved(phone, tmp_path)
    expect(page.get_by_text("请确认办公室收到了文件")).to_be_visible()
    assert phone.flaws("export") == []
    phone.tap("返回")
    check(phone, card, "367")
    phone.tap("导出")
    phone.tap("导出 3 条")
    (tmp_path / "later").mkdir()
    second = saved(phone, tmp_path / "later")
    assert recorded() == []

    desk = sit(district.cast.worker, size=PHONE)
    desk.open("/ledger/outboxes/")
    desk.page.locator("#id_outboxes").set_input_files([first, second])
    desk.page.get_by_role("button", name="导入", exact=True).click()
    expect(desk.page.get_by_role("status").first).to_contain_text("新入账")
    assert desk.flaws("outboxes") == []
    assert recorded() == [(1, True, 365), (1, True, 366), (1, True, 367)]
    assert told() == [(2, 2, 0), (3, 1, 2)]

    phone.server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    phone.until_sent()
    with acting_as_system():
        rows = list(Passage.objects.filter(device_id__isnull=False).order_by("seq"))
        assert not Quarantined.objects.filter(device_id=rows[0].device_id).exists()
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [bytes(row.prev_hash) for row in rows[1:]] == [bytes(row.hash) for row in rows[:-1]]
