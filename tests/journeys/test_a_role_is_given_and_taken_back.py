"""The administrator sends somebody to help in the east community for a while, and ends it again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.cast import staff


def test_a_role_opens_its_pages_and_taking_it_back_shuts_them(sit, district):
    helper = staff("zhou", display="周联络员")
    his = sit(helper, language="en")
    expect(his.open("/ledger/loops/").get_by_role("heading", level=1)).to_have_text("You may not do this here")

    desk = sit(district.cast.administrator, language="en")
    page = desk.open("/staff/")
    assert desk.flaws("staff") == []

    # a role is given over a place, so the place is chosen first
    page.get_by_role("link", name="Give a role").first.click()
    page.get_by_role("main").get_by_role("link", name="Choose a place").click()
    page.get_by_label("Find a place").fill("东城")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="东城社区").first.click()
    expect(page.get_by_role("main")).to_contain_text("Over 东城社区 and everything below it")

    # a wrong name is told at its field
    page.get_by_label("Account").fill("zhuo")
    page.get_by_label("Role").select_option(label="Street liaison")
    page.get_by_role("button", name="Give this role").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("There is no such account, or it is closed.")
    assert desk.flaws("staff-wrong") == []
    page.get_by_label("Account").fill("zhou")
    page.get_by_role("button", name="Give this role").click()
    expect(page.get_by_text("周联络员 is Street liaison here from now on.")).to_be_visible()
    assert desk.flaws("staff-given") == []

    # he sees what is open in the east at once
    expect(his.open("/ledger/loops/").get_by_role("main")).to_contain_text("Missing exit")

    # taken back, after being asked once; he is out with his next click
    row = page.get_by_role("row", name="周联络员")
    row.locator("summary").click()
    assert desk.flaws("staff-ask") == []
    row.get_by_role("button", name="Take it back now").click()
    expect(page.get_by_text("周联络员 is no longer Street liaison there.")).to_be_visible()
    expect(his.open("/ledger/loops/").get_by_role("heading", level=1)).to_have_text("You may not do this here")


def test_nobody_gives_a_role_to_themself(sit, district):
    desk = sit(district.cast.administrator)
    page = desk.open(f"/staff/grant/?place={district.tree.street.pk}")
    page.get_by_label("账号").fill("administrator")
    page.get_by_label("角色", exact=True).select_option(label="流调人员")
    page.get_by_role("button", name="授予").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("不能给自己授予或收回角色")
    expect(page.get_by_role("row", name="administrator")).to_have_count(0)
