"""How many taps a passage takes (figure 7), counted by a hand on the screen. Digits of a temperature, letters of a
plate and whatever is typed are no taps.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from bench.figures import Figure, unmeasured
from bench.gate.hand import Hand
from bench.gate.phone import Phone, browsers
from bench.gate.ready import foreign
from bench.gate.site import Site
from bench.gate.stolen import take_the_shift, wait_for_people

FIGURE = "7"
PLATE = "苏C12345"


def figures() -> list[Figure]:
    """All of figure 7."""
    with Site(residents=5) as site, browsers() as (started, folder):
        site.expect_vehicle(PLATE)
        phone = Phone(started, site.url, folder / "phone")
        phone.enrol(site.enrolment(site.url))
        wait_for_people(phone)
        take_the_shift(phone, site.badge)  # plates are told to whoever is on shift
        found = [_counted(phone, site, *row) for row in ROWS]
        phone.close()
        return [*found, foreign(FIGURE, phone.foreign)]


def resident(hand: Hand, site: Site) -> str:
    """Known, with a pass, 36.5 °C."""
    hand.phone.app("app.seen(given[0])", site.residents[0].text)
    hand.resident()
    return "放行"


def resident_leaving(hand: Hand, site: Site) -> str:
    """The same, on the way out."""
    hand.page.get_by_role("radio", name="← 出").click()
    hand.phone.app("app.seen(given[0])", site.residents[1].text)
    hand.usual()
    hand.phone.app("app.set({ direction: 'in' })")
    return "放行"


def fever(hand: Hand, site: Site) -> str:
    """37.8 °C."""
    hand.phone.app("app.seen(given[0])", site.residents[2].text)
    hand.resident(378)
    return "留步"


def visitor(hand: Hand, site: Site) -> str:
    """Without a pass, by his telephone."""
    hand.tap("访客")
    hand.visitor("13900000001")
    return "放行"


def vehicle(hand: Hand, site: Site) -> str:
    """One that is expected, its driver alone: chosen from what the screen suggests."""
    hand.tap("车辆")
    suggested = hand.page.get_by_role("button").filter(has_text=PLATE)
    expect(suggested.first).to_be_visible(timeout=10_000)
    hand.touch(suggested.first)
    for name in ("1 人", "司机"):
        button = hand.page.get_by_role("button", name=name, exact=True)
        if button.count():
            hand.touch(button.first)
    if hand.page.get_by_label("电话", exact=True).count():
        hand.types("电话", "13900000002")
    hand.temperature(366)
    hand.tap("本地")
    hand.tap("已全程接种")
    hand.usual()
    return "放行"


Act = Callable[[Hand, Site], str]
ROWS: tuple[tuple[str, Act, int], ...] = (
    ("known resident, in", resident, 1),
    ("known resident, out", resident_leaving, 1),
    ("abnormal temperature", fever, 3),
    ("visitor, without typing", visitor, 4),
    ("vehicle with a suggestion, its driver", vehicle, 6),
)


def _counted(phone: Phone, site: Site, name: str, act: Act, most: int) -> Figure:
    hand = Hand(phone, hurried=True)
    phone.app("(app.vehicle(null), app.next())")
    try:
        word = act(hand, site)
        expect(phone.page.locator(".verdict h2")).to_have_text(word)
        expect(phone.page.locator(".verdict .saved")).to_contain_text("已登记")
    except AssertionError as missing:
        return unmeasured(FIGURE, f"NOT DONE: {name}: {str(missing).splitlines()[0]}"[:140], f"<= {most}")
    return Figure(FIGURE, f"taps: {name}", hand.taps, "", f"<= {most}", hand.taps <= most)
