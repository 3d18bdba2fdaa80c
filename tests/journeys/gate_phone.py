"""A phone at the gate with the app open, as the journeys use it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kakou.access.actions import issue_enrolment
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
from kakou.ledger.models import Passage
from kakou.people.queries import person_at
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models.passes import PassKind
from kakou.screening.passes.text import pass_text
from tests.journeys.conftest import AXE, PHONE
from tests.journeys.gate_server import GateServer

SMALL = """() => [...document.querySelectorAll('button, summary, input')].filter(e =>
  e.checkVisibility() && e.getBoundingClientRect().height < 47.5).map(e => e.outerHTML.slice(0, 120))"""


class GatePhone:
    """One browser profile. Ends with: no foreign request, no error of a script."""

    def __init__(self, context: BrowserContext, server: GateServer) -> None:
        self.context, self.server = context, server
        self.foreign: list[str] = []
        self.wrong: list[str] = []
        self.taps = 0
        context.on("request", self._note)
        self.page = self.new_page()

    def _note(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.server.url, "blob:", "data:")):
            self.foreign.append(url)

    def new_page(self) -> Page:
        """Another page of this phone."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        return page

    def open(self, where: str = "/gate/") -> Page:
        """Open the app."""
        self.page.goto(self.server.url + where)
        return self.page

    def tap(self, name: str, *, exact: bool = True) -> None:
        """Touch a button by its words."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.taps += 1

    def digits(self, text: str) -> None:
        """Read the thermometer."""
        for digit in text:
            self.page.get_by_role("button", name=digit, exact=True).click()

    def scan(self, text: str) -> None:
        """What a hand types."""
        if not self.page.locator("#pass").count():
            self.page.get_by_role("button", name="输入证件码").click()
        self.page.locator("#pass").fill(text)
        self.page.locator("#pass").press("Enter")

    def by_telephone(self, number: str) -> None:
        """Write somebody down by his number."""
        self.page.get_by_label("电话", exact=True).fill(number)
        self.page.get_by_label("电话", exact=True).press("Enter")

    def usual(self, temperature: str, *said: str) -> str:
        """Read the thermometer, say what one tap may not, and that the rest is as it should be; the verdict's word."""
        self.digits(temperature)
        for name in said:
            self.tap(name)
        self.tap("✓ 都看过，正常")
        return self.verdict()

    def verdict(self) -> str:
        """The word on the screen, when it is recorded."""
        expect(self.page.locator(".verdict .saved")).to_contain_text("已登记", timeout=10_000)
        return self.page.locator(".verdict h2").inner_text()

    def until_sent(self) -> None:
        """Until nothing is unsent."""
        expect(self.page.locator(".outbox")).to_have_text("已全部上传", timeout=30_000)

    def flaws(self, name: str) -> list[str]:
        """axe, with a contrast of 7:1; targets under 48 px; too wide a page. Takes a picture, see Desk.picture."""
        if folder := os.environ.get("KAKOU_PICTURES"):
            self.page.screenshot(path=Path(folder) / f"gate-{name}.png", full_page=True)
        self.page.evaluate(AXE.read_text() + ";0")
        rules = json.dumps({"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}})
        found = self.page.evaluate(f"axe.run(document, {rules})")
        wrong = [f"{name}: {v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [*wrong, *([f"{name}: {wide} px too wide"] if wide > 0 else []), *self.page.evaluate(SMALL)]


@pytest.fixture
def enrolment(district):
    """The text of the code on the secretary's screen."""

    def make(server: GateServer) -> str:
        cast = district.cast
        with acting_as(cast.secretary):
            _, token = issue_enrolment(node=district.tree.garden_gate, name="一号机", by=cast.secretary, at=now())
        return f"{server.url}/gate/#1.{token}"

    return make


@contextlib.contextmanager
def enrolled(
    browser: Browser, server: GateServer, code: str, before: Callable[[GatePhone], None] = lambda _: None
) -> Iterator[GatePhone]:
    """A phone at the south gate by that code; `before`: what is done with it first."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True)
    made = GatePhone(context, server)
    before(made)
    made.open(code.removeprefix(server.url))
    expect(made.page.locator(".gate")).to_contain_text("南门", timeout=15_000)
    yield made
    context.close()
    assert made.foreign == []
    assert made.wrong == []


@pytest.fixture
def phone(browser: Browser, gate_server, district, enrolment):
    """A phone that the secretary has enrolled at the south gate."""
    with enrolled(browser, gate_server, enrolment(gate_server)) as made:
        yield made


@pytest.fixture
def card(district):
    """Wang's pass, as the code on it says."""
    cast = district.cast
    with acting_as(cast.worker):
        new = NewPass(PassKind.RESIDENT, "3-2-502", dt.date(2021, 1, 1), None)
        made = issue_pass(person_at(district.wang), new, by=cast.worker, at=now())
    return pass_text(made.pk)


def eventually(page: Page, told: Callable[[], object], wanted: object) -> object:
    """What is told when it is as wanted, or after a minute: for what a phone does when its screen already went on."""
    for _ in range(120):
        if told() == wanted:
            break
        page.wait_for_timeout(500)
    return told()


def recorded() -> list[tuple[int, bool, int | None]]:
    """(direction, crossed, temperature) of what stands in the ledger of these phones."""
    with acting_as_system():
        rows = Passage.objects.filter(device_id__isnull=False).order_by("seq")
        return list(rows.values_list("direction", "crossed", "temperature"))
