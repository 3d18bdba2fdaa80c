"""A copied browser profile shows no name (figure 4): after a hand-over, and after a kill with the names open; with the
clock as it is, and three days back.

Raw files are searched for the names as they are and as the phone shows them (masked), in UTF-8 and UTF-16; that the
gate's own name, which is no secret, is found there shows that the search can find. Then the app is opened on the copy.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Playwright, expect

from bench.figures import Figure, exactly
from bench.gate.days import CLOCK
from bench.gate.phone import LONG, Phone, browsers
from bench.gate.ready import foreign
from bench.gate.site import NAMES, PIN, Site

FIGURE = "4"
PLACE = "南门"
BACK = 3 * 86_400_000  # ms
MASKED = re.compile(r"[\u4e00-\u9fff]\*{1,2}")


def figures() -> list[Figure]:
    """The copies; the property tests are run by `make show-gate` itself."""
    with Site(residents=20) as site, browsers() as (started, folder):
        phone = Phone(started, site.url, folder / "phone")
        phone.enrol(site.enrolment(site.url))
        wait_for_people(phone)
        take_the_shift(phone, site.badge)
        many = phone.app("app.state.names.people.length")
        seen = names_shown(phone)
        hand_over(phone)
        shutil.copytree(phone.profile, folder / "handed", ignore=sockets)
        take_the_shift(phone, site.badge)
        phone.kill()
        shutil.copytree(phone.profile, folder / "killed", ignore=sockets)
        site.stop()
        control = [
            Figure(FIGURE, "control: names that the badge opens on the phone", many, "", ">= 20", many >= 20),
            Figure(FIGURE, "control: names seen on its screen", len(seen), "", ">= 1", len(seen) >= 1),
        ]
        wanted = sorted({*NAMES, *seen})
        copies = [*of_files(folder, wanted), *of_screens(started, site.url, folder)]
        return [*control, *copies, foreign(FIGURE, phone.foreign)]


def wait_for_people(phone: Phone) -> None:
    """A badge comes with the next bundle."""
    for _ in range(30):
        if phone.app("Object.keys(app.state.bundle?.people?.badges ?? {}).length"):
            return
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        phone.page.wait_for_timeout(500)
    raise RuntimeError("the badge has not come to the phone")


def take_the_shift(phone: Phone, badge: str) -> None:
    """By badge and PIN, as by hand."""
    page = phone.page
    page.get_by_role("button", name="上岗").click()
    expect(page.locator("#badge, #pin")).to_be_visible()
    if page.locator("#badge").count():  # else it was shown already
        page.locator("#badge").fill(badge)
        page.locator("#badge").press("Enter")
    page.locator("#pin").fill(PIN)
    expect(page.locator("nav.doors").get_by_role("button", name="交班", exact=True)).to_be_visible(timeout=LONG)


def hand_over(phone: Phone) -> None:
    """The shift is over."""
    phone.page.locator("nav.doors").get_by_role("button", name="交班", exact=True).click()
    phone.page.locator("main").get_by_role("button", name="交班", exact=True).click()
    expect(phone.page.get_by_role("button", name="上岗")).to_be_visible()


def names_shown(phone: Phone) -> set[str]:
    """What the list of people shows for a few searches, if anything."""
    page = phone.page
    page.get_by_role("button", name="查名单").click()
    found: set[str] = set()
    for typed in ("0001", "0007", "wx", "l", "z"):
        if not page.locator("#typed").count():
            break
        page.locator("#typed").fill(typed)
        page.wait_for_timeout(150)
        found |= set(MASKED.findall(page.locator("#app").inner_text()))
    page.get_by_role("button", name="返回").click()
    return found


def of_files(folder: Path, names: Sequence[str]) -> Iterator[Figure]:
    """What stands in the files of the copies."""
    for copy in ("handed", "killed"):
        files = [file.read_bytes() for file in (folder / copy).rglob("*") if file.is_file()]
        place = sum(is_in(PLACE, content) for content in files)
        yield Figure(FIGURE, f"control, {copy}: files with the gate's name", place, "", ">= 1", place >= 1)
        hits = [name for name in names for content in files if is_in(name, content)]
        yield exactly(FIGURE, f"{copy}: names found in {len(files)} files, of {len(names)} searched", len(hits), 0)


def is_in(word: str, content: bytes) -> bool:
    """In either way in which a browser writes letters."""
    return word.encode() in content or word.encode("utf-16-le") in content


def of_screens(started: Playwright, url: str, folder: Path) -> Iterator[Figure]:
    """What the app shows on a copy."""
    for copy in ("handed", "killed"):
        for back, when in ((0, "clock as it is"), (BACK, "clock three days back")):
            profile = folder / f"{copy}-{back}"
            shutil.copytree(folder / copy, profile, ignore=sockets)
            phone = Phone(started, url, profile, init=CLOCK % (int(time.time() * 1000) - back))
            phone.open()
            expect(phone.page.locator(".gate")).to_contain_text(PLACE)
            shown = names_shown(phone)
            known = phone.app("app.state.names === null ? 0 : app.state.names.people.length")
            phone.close()
            yield exactly(FIGURE, f"{copy}, {when}: names on the screen or in the app", len(shown) + known, 0)


def sockets(folder: str, names: list[str]) -> list[str]:
    """What is no file."""
    return [name for name in names if name.startswith("Singleton") or (Path(folder) / name).is_socket()]
