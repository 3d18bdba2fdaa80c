"""The pages of the ledger as somebody on night duty uses them: on a desk and on a phone, in both languages."""

from __future__ import annotations

import pytest
import time_machine

from tests.cast import AT
from tests.journeys.conftest import DESK, PHONE

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture(autouse=True)
def evening():
    """Everything plays at 12:45 of the article's day."""
    with time_machine.travel(AT, tick=True):
        yield


def pages_of(district):
    garden = district.tree.garden.pk
    return {
        "gates": "/",
        "today": f"/ledger/today/?place={garden}",
        "gate": f"/ledger/today/?place={district.tree.garden_gate.pk}",
        "inside": f"/ledger/inside/?place={garden}",
        "inside-away": f"/ledger/inside/?place={garden}&show=away",
        "inside-past": f"/ledger/inside/?place={garden}&at=2021-08-10T10:00",
        "timeline": f"/ledger/subject/{district.zhao}/?place={garden}",
        "person": f"/ledger/subject/{district.wang}/?place={garden}",
        "reveal": f"/ledger/subject/{district.wang}/reveal/phone/?place={garden}",
        "find": f"/ledger/find/?place={garden}",
        "loops": f"/ledger/loops/?place={garden}",
        "quarantine": f"/ledger/quarantine/?place={garden}",
        "quarantined": f"/ledger/quarantine/{district.unfit}/?place={garden}",
        "my-day": f"/ledger/loops/day/?place={garden}&next={district.order}",
        "board": f"/ledger/loops/board/?place={garden}",
        "loop": f"/ledger/loops/{district.order}/?place={garden}",
    }


def test_the_strokes_of_the_menu_are_as_tall_as_a_line_of_it(sit, district):
    page = sit(district.cast.secretary, size=DESK).open("/")
    strokes = page.locator(".stroke > .sign").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    links = page.locator("nav li a").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert strokes
    assert max(strokes) <= 2 * max(links)


@SIZES
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_stands_in_both_languages_on_desk_and_phone(sit, district, size, language):
    desk = sit(district.cast.secretary, size=size, language=language)
    wrong = []
    for name, path in pages_of(district).items():
        desk.open(path)
        desk.picture(f"{name}-{language}-{size['width']}")
        wrong += [f"{name}: axe: {found}" for found in desk.axe()]
        wrong += [f"{name}: {found}" for found in (desk.small_targets() if size is PHONE else [])]
        wrong += [f"{name}: {desk.sideways()} px too wide"] if desk.sideways() > 0 else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("theme", ["night", "sun"])
def test_every_theme_keeps_its_contrast(sit, district, theme):
    desk = sit(district.cast.secretary, theme=theme)
    for name, path in pages_of(district).items():
        desk.open(path)
        desk.picture(f"{name}-{theme}")
        assert desk.axe() == [], name
