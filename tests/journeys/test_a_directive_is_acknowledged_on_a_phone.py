"""A directive is handed down at a desk, acknowledged on a phone with one tap, done with three, and the office sees."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.directives.models import Directive
from kakou.directives.tests.handing import handed, task
from tests.cast import AT
from tests.journeys.conftest import PHONE

HOME = "/directives/"
BOTH = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=True):
        yield


@BOTH
def test_its_pages_stand_without_a_flaw(sit, district, language):
    desk, street = sit(district.cast.commander, language=language), district.tree.street.pk
    unit = sit(district.cast.secretary, language=language, size=PHONE)
    for seat, name, path in (
        (desk, "empty", HOME),
        (unit, "empty-unit", HOME),
        (desk, "new", f"{HOME}new/?place={street}"),
    ):
        seat.open(path)
        assert seat.flaws(f"directives-{name}-{language}") == []
    directive = handed(district.cast.commander, district.tree)
    east = task(directive, district.tree.east)
    for seat, name, path in (
        (desk, "list", HOME), (desk, "one", f"{HOME}{directive.pk}/"), (unit, "unit", HOME),
        (unit, "task", f"{HOME}task/{east.pk}/"),
    ):  # fmt: skip
        seat.open(path)
        assert seat.flaws(f"directives-{name}-{language}") == []


def test_it_is_handed_down_acknowledged_and_done(sit, district):
    desk = sit(district.cast.commander, language="en")
    page = desk.open(f"{HOME}new/?place={district.tree.street.pk}")
    for label, words in (
        ("Number", "12"), ("Issuing office", "县防控办"), ("Title", "双人值守"), ("What is to be done", "今晚起。"),
    ):  # fmt: skip
        page.get_by_label(label, exact=True).fill(words)
    page.locator(f"input[name=units][value='{district.tree.east.pk}']").check()
    page.get_by_role("button", name="Hand it down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("双人值守")
    with acting_as_system():
        directive = Directive.objects.get()

    phone = sit(district.cast.secretary, language="en", size=PHONE)
    mine = phone.open(HOME)
    mine.get_by_role("button", name="Acknowledge").click()
    expect(mine.get_by_text("Acknowledged, with your name and the time.")).to_be_visible()
    assert task(directive, district.tree.east).acknowledged_by == district.cast.secretary
    mine.get_by_label("What was done", exact=True).fill("已到位")
    mine.get_by_role("button", name="It is done").click()
    expect(mine.get_by_text("Kept, with your name and the time.")).to_be_visible()
    assert task(directive, district.tree.east).done_by == district.cast.secretary
    page = desk.open(f"{HOME}{directive.pk}/")
    expect(page.get_by_text("已到位")).to_be_visible()
