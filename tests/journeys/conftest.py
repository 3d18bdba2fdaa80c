"""Journeys: a real Chromium on the real pages. Whatever a page asks of another host fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Route, sync_playwright

from kakou.access.models import Staff
from kakou.web.kit.bundles import BUILT
from scripts.browser import FLAGS, found
from tests.cast import sign_in

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "kakou/web/frontend/node_modules/axe-core/axe.min.js"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a journey, and all journeys share one worker: two browsers on two cores only wait."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.django_db(transaction=True, databases=["default", "owner"]))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright itself, as long as journeys run: its sync API keeps an event loop in this thread, in which no other
    test could start one, and because of which Django would refuse the fixtures' queries."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium: the one named by KAKOU_CHROMIUM, the system's, or Playwright's own."""
    if not BUILT.exists():
        pytest.skip("the front end is not built (make setup)")
    path = found()
    if path is None and not Path(playwright.chromium.executable_path).exists():
        if os.environ.get("CI"):
            pytest.fail("no Chromium to be had: scripts/browser.py installs one")
        pytest.skip("no Chromium on this machine: journeys did not run")
    chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield chromium
    chromium.close()


class Desk:
    """A signed-in person at a screen."""

    def __init__(self, page: Page, address: str, foreign: list[str], wrong: list[str]) -> None:
        self.page, self.address, self.foreign, self.wrong = page, address, foreign, wrong

    def open(self, path: str) -> Page:
        """Go to a page of ours and wait until it stands."""
        self.page.goto(self.address + path)
        return self.page

    def axe(self) -> list[str]:
        """Violations of WCAG 2.2 AA and axe's best practices on the page as it stands now; [] is good."""
        if not AXE.exists():
            pytest.skip("axe-core is not installed (make setup-dev)")
        # evaluated over the protocol, not as a script of the page, so the page's CSP stays as it is
        self.page.evaluate(AXE.read_text() + ";0")
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]

    def sideways(self) -> int:
        """By how many pixels the page is wider than the screen, once a new size of it has been laid out."""
        return int(self.page.evaluate(TOO_WIDE))

    def small_targets(self) -> list[str]:
        """What can be touched, is seen, stands outside running text and is lower than 44 px."""
        return list(self.page.evaluate(SMALL))

    def keyboard(self) -> list[str]:
        """Controls that Tab does not come to, and those on which it cannot be seen."""
        many = int(self.page.evaluate(CONTROLS))
        for _ in range(3 * many + 40):  # a date has several stops of its own
            if self.page.evaluate("![...window.kakouLeft].some(e => e.isConnected)"):
                break
            self.page.keyboard.press("Tab")
        return list(self.page.evaluate(NOT_REACHED))

    def flaws(self, name: str = "") -> list[str]:
        """What is wrong with the page as it stands, on a desk and on a phone; [] is good. Also takes both pictures."""
        found: list[str] = []
        self.page.wait_for_load_state()  # of a page that a click led to
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = self.sideways()
            wrong = [*self.axe(), *self.keyboard(), *([f"{wide} px too wide"] if wide > 0 else [])]
            wrong += self.small_targets() if size is PHONE else []
            found += [f"{name} at {size['width']} px: {one}" for one in wrong]
            self.picture(f"{name}-{size['width']}")
        return found

    def picture(self, name: str) -> None:
        """Keep a picture when KAKOU_PICTURES names a folder: for whoever works on the look."""
        if folder := os.environ.get("KAKOU_PICTURES"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")


TOO_WIDE = """async () => {
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  for (let frames = 0; wide() > 0 && frames < 60; frames++) await new Promise(requestAnimationFrame)
  return wide()
}"""
SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input, select, textarea')].filter(e => {
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height || !e.checkVisibility() || e.type === 'hidden') return false;
  if (e.closest('.skip, .hidden, footer') || e.classList.contains('skip')) return false;
  if (e.closest('svg')) return false;  // the list beside a picture has each of them at full size
  if (e.type === 'checkbox' || e.type === 'radio') return false;
  if (e.tagName === 'A' && e.closest('p')) return false;
  return box.height < 43.5;
}).map(e => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 120)}`)"""


CONTROLS = """() => {
  const all = [...document.querySelectorAll(
    'a[href], button, summary, input, select, textarea, [tabindex="0"]')].filter(e =>
    e.checkVisibility() && e.getBoundingClientRect().width > 0 && !e.disabled && e.type !== 'hidden' &&
    // of a group of radio buttons Tab comes to one; the arrows do the rest
    !(e.type === 'radio' && [...document.getElementsByName(e.name)].some(o => o !== e && (o.checked || (
      !e.checked && e.compareDocumentPosition(o) & Node.DOCUMENT_POSITION_PRECEDING)))));
  window.kakouLeft = new Set(all);
  window.kakouUnseen = [];
  document.activeElement?.blur();
  document.addEventListener('focusin', event => {
    if (!window.kakouLeft.delete(event.target)) return;
    const style = getComputedStyle(event.target);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (!outlined || !event.target.matches(':focus-visible')) window.kakouUnseen.push(event.target);
  });
  return all.length;
}"""
NOT_REACHED = """() => [
  ...[...window.kakouLeft].filter(e => e.isConnected).map(e => `not reached by Tab: ${e.outerHTML.slice(0, 120)}`),
  ...window.kakouUnseen.map(e => `focus not seen: ${e.outerHTML.slice(0, 120)}`)]"""


def is_complaint(told: ConsoleMessage) -> bool:
    """Is this line of the console somebody's mistake? The answer to a form sent wrong, and what the front serves beside
    Django (the live stream), are none."""
    if told.type != "error" and "Content Security Policy" not in told.text:
        return False
    answered = "Failed to load resource" in told.text
    return not (answered and (urlsplit(told.location["url"]).path == "/events" or "status of 4" in told.text))


def seated(
    browser: Browser, address: str, *, size: dict[str, int] = DESK, language: str = "zh-hans", **cookies: str
) -> tuple[BrowserContext, Desk]:
    """A browser of its own in front of somebody, who sees what `address` serves and is told of anything else."""
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    cookies[settings.LANGUAGE_COOKIE_NAME] = language
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items() if v])
    foreign: list[str] = []
    wrong: list[str] = []

    def gate(route: Route) -> None:
        if urlsplit(route.request.url).hostname in {"127.0.0.1", "localhost"}:
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda told: wrong.append(told.text) if is_complaint(told) else None)
    return context, Desk(page, address, foreign, wrong)


@pytest.fixture
def sit(browser: Browser, live_server) -> Iterator[Callable[..., Desk]]:
    """`sit(staff, size=PHONE, language="en")` → a Desk. Ends with: no foreign request, no complaint."""
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []

    def start(staff: Staff | None, *, size: dict[str, int] = DESK, language: str = "zh-hans", theme: str = "") -> Desk:
        cookies = {"kakou_theme": theme}
        if staff is not None:
            client = Client()  # one each: two people may sit at once
            sign_in(client, staff)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context, desk = seated(browser, live_server.url, size=size, language=language, **cookies)
        contexts.append(context)
        desks.append(desk)
        return desk

    yield start
    for context in contexts:
        context.close()
    for desk in desks:
        assert desk.foreign == []
        assert desk.wrong == []
