"""Every screen of the app as it is seen (figure 6): both languages, all themes, large text, a narrow phone.

`SCREENS` is the table: how one comes to a screen, and how it stands in docs/gate.md. A new screen is one row. Pictures
go to docs/gate/, with few colours, so that a clone stays small.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import expect

from bench.figures import ROOT, Figure, exactly
from bench.gate.camera import Picture
from bench.gate.hand import Hand
from bench.gate.phone import SIZE, Phone, browsers
from bench.gate.ready import foreign
from bench.gate.site import Site
from bench.gate.stolen import take_the_shift, wait_for_people

FIGURE = "6"
AXE = ROOT / "kakou/web/frontend/node_modules/axe-core/axe.min.js"
PICTURES = ROOT / "docs" / "gate"
MOST_PICTURES = 1_500_000  # bytes
COLOURS = 16
FIRST = "(app.state.isPoisoned = false, app.vehicle(null), app.next())"  # back to the first screen
LANGUAGES = ("zh", "en")
THEMES = ("day", "night", "sun")
NARROW = {"width": 320, "height": 640}
RULES = json.dumps({"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}})
SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input, select, textarea')].filter((e) => {
  if (!e.checkVisibility()) return false;
  const { width, height } = e.getBoundingClientRect();
  return height < 47.5 || width < 47.5;
}).map((e) => e.outerHTML.slice(0, 120))"""
# what sticks out to the right, the innermost of it
WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.firstElementChild &&
    e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map((e) => e.outerHTML.slice(0, 120)).concat('something').slice(0, 1)"""
LARGER = "document.documentElement.style.fontSize = '200%'"
# what is cut off within its own box: words nobody can read
CUT = """() => [...document.querySelectorAll('button, summary, h1, h2, h3, p, li, label')].filter((e) =>
  e.checkVisibility() && !e.classList.contains('hidden') && getComputedStyle(e).overflowX !== 'visible' &&
  e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 2).map((e) => e.outerHTML.slice(0, 120))"""


class Screen(NamedTuple):
    """A screen: its name in the file's, what it is for, the way to it from the first screen."""

    name: str
    zh: str
    en: str
    go: Callable[[Phone, Site], object]


def shows(screen: str) -> Callable[[Phone, Site], object]:
    """One that the app names."""
    return lambda phone, _: phone.app("app.show(given[0])", screen)


def seen(number: int) -> Callable[[Phone, Site], object]:
    """A pass was scanned."""
    return lambda phone, site: phone.app("app.seen(given[0])", site.residents[number].text)


def judged(number: int, tenths: int) -> Callable[[Phone, Site], object]:
    """Somebody was checked."""

    def go(phone: Phone, site: Site) -> None:
        seen(number)(phone, site)
        phone.app("(app.look('temperature', given[0]), app.usual())", tenths)
        expect(phone.page.locator(".verdict .saved.saved, .verdict .saved")).to_be_visible()

    return go


def corrected(phone: Phone, site: Site) -> None:
    """Somebody wore no mask, and was given one."""
    seen(3)(phone, site)
    more = "{ mask_guided: true, mask_corrected: true }"
    phone.app(f"(app.look('temperature', 365), app.look('mask', 'none', {more}), app.usual())")


def riding(phone: Phone, site: Site) -> None:
    """A van with two people."""
    van = "{ id: app.newId(), plate: '苏C12345', aboard: 2, passed: [], goods: '', receiver: '', purpose: null }"
    phone.app(f"(app.vehicle({van}), app.show('vehicle'))")


def plated(phone: Phone, site: Site) -> None:
    """A plate was typed."""
    phone.app("app.show('vehicle')")
    Hand(phone, hurried=True).plate("苏C12345")


def misread(phone: Phone, site: Site) -> None:
    """What was scanned is no pass."""
    phone.app("app.scanned('https://example.org/')")


def found(phone: Phone, site: Site) -> None:
    """Somebody is searched for."""
    phone.app("app.show('people')")
    phone.page.locator("#typed").fill("0001")


def badge(phone: Phone, site: Site) -> None:
    """The PIN is asked for: nobody has taken the shift."""
    phone.app("(app.handOver(), app.badge(given[0]))", site.badge)


def certificate(phone: Phone, site: Site) -> None:
    """Of whoever is being checked."""
    phone.app("(app.begin('visitor'), app.show('certificate'))")


def full(phone: Phone, site: Site) -> None:
    """As after a write that failed; nothing fails here."""
    phone.app("(app.state.isPoisoned = true, app.show('scan'))")


SCREENS: tuple[Screen, ...] = (
    Screen("scan", "扫描，一切从这里开始", "Scanning: everything begins here", shows("scan")),
    Screen("misread", "不是通行证", "What was scanned is no pass", misread),
    Screen("check", "居民持证，六查一屏", "A resident with a pass, all looks on one screen", seen(0)),
    Screen("visitor", "访客登记", "A visitor, by telephone or name",
           lambda phone, _: phone.app("app.begin('visitor')")),
    Screen("admit", "放行", "Go", judged(0, 365)),
    Screen("action", "处理后放行", "Go, after something was put right", corrected),
    Screen("hold", "体温异常，留步", "A fever: stop, and what to do", judged(1, 378)),
    Screen("expected", "车辆，已预约的在上面", "A vehicle: those announced stand above", shows("vehicle")),
    Screen("vehicle", "车牌", "A number plate", plated),
    Screen("aboard", "车上每个人", "Everybody in a vehicle", riding),
    Screen("people", "查名单（已上岗）", "The list of people, while on shift", found),
    Screen("shift", "上岗与交班", "On shift, and hand-over", shows("shift")),
    Screen("pin", "工牌之后的 PIN", "The PIN behind a badge", badge),
    Screen("handover", "交班小结", "What the next shift is told", shows("handover")),
    Screen("call", "求助、要物资、换人", "Calls for help, supplies and relief", shows("call")),
    Screen("fevers", "发热的人，一步一步", "People with a fever, step by step", shows("fevers")),
    Screen("exchange", "两部手机互相告知", "Two phones that tell each other by codes", shows("exchange")),
    Screen("certificate", "境外电子凭证", "A foreign certificate", certificate),
    Screen("full", "手机存不下了", "The phone can keep nothing more", full),
    Screen("queue", "上传情况", "What waits to be sent", shows("queue")),
    Screen("today", "今天", "Today's counts", shows("today")),
    Screen("settings", "设置", "Settings", shows("settings")),
)  # fmt: skip


def figures() -> list[Figure]:
    """All of figure 6."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    flaws: list[str] = []
    looked = 0
    with Site(residents=20) as site, browsers() as (started, folder):
        site.expect_vehicle("苏C12345")
        camera = Picture(folder / "camera.y4m")  # nobody stands before it
        phone = Phone(started, site.url, folder / "phone", film=camera.path)
        phone.open()
        for language in LANGUAGES:
            phone.app("app.set({ language: given[0] })", language)
            looked += 1
            flaws += look(phone, "enrol", language, "day")
        phone.app("app.set({ language: 'zh' })")
        phone.enrol(site.enrolment(site.url))
        wait_for_people(phone)
        for language in LANGUAGES:
            for theme in THEMES:
                phone.app("app.set({ language: 'zh' })")
                phone.app(FIRST)
                take_the_shift(phone, site.badge)
                phone.app("app.set({ language: given[0], theme: given[1] })", language, theme)
                for screen in SCREENS:
                    phone.app(FIRST)
                    screen.go(phone, site)
                    phone.page.wait_for_timeout(250)
                    looked += 1
                    flaws += look(phone, screen.name, language, theme)
                phone.app(FIRST)
        phone.close()
        camera.close()
    write_page()
    size = sum(file.stat().st_size for file in PICTURES.glob("*.png"))
    for flaw in flaws[:40]:
        print("   ", flaw, file=sys.stderr)
    return [
        Figure(FIGURE, "screens looked at: each in two languages and three themes", looked, ""),
        *(exactly(FIGURE, what, sum(mark in flaw for flaw in flaws), 0) for mark, what in MARKS.items()),
        Figure(FIGURE, "pictures in docs/gate", size, "B", f"<= {MOST_PICTURES}", 0 < size <= MOST_PICTURES),
        foreign(FIGURE, phone.foreign),
    ]


MARKS = {
    "[axe]": "violations that axe finds, contrast of 7:1 among its rules", "[small]": "targets under 48 px",
    "[wide]": "screens wider than the phone, or than 320 px at 200 % text",
    "[cut]": "words cut off, or at 320 px and 200 % text",
}  # fmt: skip


def look(phone: Phone, name: str, language: str, theme: str) -> list[str]:
    """What is wrong with the screen as it stands; also takes its picture."""
    page, called = phone.page, f"{name}, {language}, {theme}"
    if theme == "day" or (theme == "sun" and language == "zh"):
        picture(page.screenshot(), PICTURES / f"{name}-{language}-{theme}.png")
    page.evaluate(AXE.read_text() + ";0")
    told = page.evaluate(f"axe.run(document, {RULES})")
    wrong = [f"[axe] {v['id']}: {node['html'][:160]}" for v in told["violations"] for node in v["nodes"]]
    wrong += [f"[small] {one}" for one in page.evaluate(SMALL)]
    wrong += [f"[wide] {one}" for one in page.evaluate(WIDE)]
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.evaluate(LARGER)
    page.wait_for_timeout(50)
    wrong += [f"[wide] at 320 px, 200 %: {one}" for one in page.evaluate(WIDE)]
    wrong += [f"[cut] {one}" for one in page.evaluate(CUT)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    return [f"{called}: {one}" for one in wrong]


def picture(shot: bytes, file: Path) -> None:
    """With few colours."""
    few = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def write_page() -> None:
    """docs/gate.md: one line a screen."""
    rows = [Screen("enrol", "登记手机", "A phone that belongs to no gate yet", shows("scan")), *SCREENS]
    lines = ["| | 中文 | English | 强光 · sun |", "|---|---|---|---|"]
    for screen in rows:
        cells = [cell(screen.name, *one) for one in (("zh", "day"), ("en", "day"), ("zh", "sun"))]
        lines.append(f"| **{screen.en}**<br>{screen.zh} | {' | '.join(cells)} |")
    page = ROOT / "docs" / "gate.md"
    head = page.read_text("utf-8").partition(BEGINS)[0] if page.exists() else HEAD
    page.write_text(f"{head}{BEGINS}\n\n" + "\n".join(lines) + "\n", "utf-8")


def cell(name: str, language: str, theme: str) -> str:
    """A picture, if there is one."""
    file = f"gate/{name}-{language}-{theme}.png"
    return f"![{name}, {language}, {theme}]({file})" if (PICTURES.parent / file).exists() else ""


BEGINS = "## Screens · 界面"
HEAD = """# The gate app in pictures · 卡口手机界面

Taken by `make show-gate STEPS=6` from the app as it is built here (360 × 800), and checked in the same run: axe without
a violation, contrast of 7:1, targets of 48 px, usable at 320 px and 200 % text, in both languages and all three themes.
Everybody in them is made up.

"""
