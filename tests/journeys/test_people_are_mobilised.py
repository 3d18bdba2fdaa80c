"""The administrator makes an account for a volunteer and sends him to a gate."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_volunteer_gets_an_account_and_is_called_to_the_gate(sit, district):
    desk = sit(district.cast.administrator, language="en")
    page = desk.open(f"/staff/new/?place={district.tree.east.pk}")
    assert desk.flaws("account-new") == []
    page.get_by_label("Account").fill("volunteer1")
    page.get_by_label("Duty title").fill("志愿者一号")
    page.get_by_label("Volunteer", exact=True).check()
    page.get_by_label("Role here").select_option(label="Gate recorder")
    page.get_by_role("button", name="Make it and show its password").click()
    expect(page.locator("code.token")).to_be_visible()
    assert desk.flaws("account-made") == []

    page.get_by_role("link", name="Back to the roster").click()
    row = page.get_by_role("row", name="志愿者一号")
    row.get_by_role("checkbox").check()
    page.get_by_label("Post").select_option(label="阳光小区 · 南门")
    page.get_by_role("button", name="Call there").click()
    expect(page.get_by_text("Called: 1.")).to_be_visible()
    expect(page.get_by_role("row", name="志愿者一号")).to_contain_text("阳光小区 · 南门")
    assert desk.flaws("roster") == []

    # filtered by what people are, and by who is called
    page.get_by_label("Identity").select_option(label="Party member")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nobody here")).to_be_visible()

    desk.open("/staff/roster/?show=called")
    page.get_by_role("link", name="志愿者一号").click()
    assert desk.flaws("account") == []
