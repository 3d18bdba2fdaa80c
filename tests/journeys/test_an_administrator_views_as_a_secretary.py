"""The administrator is told that a page is missing, and looks what the secretary has."""

from __future__ import annotations

from playwright.sync_api import expect


def test_he_looks_and_can_change_nothing(sit, district):
    desk = sit(district.cast.administrator, language="en")
    page = desk.open(f"/view-as/?place={district.tree.east.pk}")
    assert desk.flaws("view-as") == []
    page.get_by_role("button", name="View as Community secretary").click()
    banner = page.locator("aside.looks")
    expect(banner).to_contain_text("You look as Community secretary · 东城社区 and can change nothing")
    expect(page.locator("nav a", has_text="Households")).to_be_attached()  # on a phone behind the menu
    assert desk.flaws("view-as-looks") == []

    desk.open(f"/places/{district.tree.garden.pk}/")
    page.get_by_label("From").fill("2021-08-10T12:00")
    page.locator("main form button.main").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this here")
    expect(page.get_by_role("main")).to_contain_text("You look as somebody else")

    banner.get_by_role("button", name="Look as myself again").click()
    expect(page.locator("aside.looks")).to_have_count(0)
    assert desk.flaws("view-as-ended") == []
