"""The secretary puts a new phone to work at the south gate, and takes it out again when it is lost."""

from __future__ import annotations

import re

import segno
from playwright.sync_api import expect


def scan(page) -> tuple[str, str]:
    """What a phone's camera reads off the screen: the address and the token. It is checked that the picture says so."""
    token = page.locator(".token").inner_text()
    address = re.sub(r"(https?://[^/]+/).*", r"\1", page.url)
    drawn = page.locator("svg.qr path").get_attribute("d")
    assert drawn == re.search(r' d="([^"]+)"', segno.make(f"{address}gate/#1.{token}", error="m").svg_inline())[1]
    return address, token


def test_a_phone_is_enrolled_by_its_code_and_revoked_when_it_is_lost(sit, district):
    desk = sit(district.cast.secretary, language="en")
    page = desk.open("/devices/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phones at the gates")
    assert desk.flaws("phones") == []

    # she chooses the gate; without a name for the phone she is told what is missing
    page.get_by_role("link", name="Enrol a phone").click()
    page.get_by_label("Gate").select_option(label="阳光小区 · 南门")
    page.get_by_role("button", name="Show the code").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert desk.flaws("phones-enrol-wrong") == []
    page.get_by_label("Name of the phone").fill("三号机")
    page.get_by_role("button", name="Show the code").click()

    # the code is on the screen, and the phone scans it
    expect(page.get_by_role("img", name="Code for enrolling one phone")).to_be_visible()
    expect(page.get_by_text("Good for one phone, until")).to_be_visible()
    assert desk.flaws("phones-code") == []
    address, token = scan(page)
    phone = page.request
    enrolled = phone.post(f"{address}api/devices/enrol", data={"token": token})
    assert enrolled.status == 201
    assert phone.post(f"{address}api/devices/enrol", data={"token": token}).status == 403  # nobody else's

    # it stands in the list, not heard yet
    page.get_by_role("link", name="Back to the phones").click()
    row = page.get_by_role("row", name="三号机")
    expect(row).to_contain_text("not heard yet")

    # lost: she asks to revoke it, is asked once, and sees that it is done
    row.get_by_text("Revoke", exact=False).first.click()
    assert desk.flaws("phones-revoke") == []
    row.get_by_role("button", name="Revoke it now").click()
    expect(page.get_by_text("三号机 is revoked: nothing it sends enters the ledger any more.")).to_be_visible()
    expect(page.get_by_role("row", name="三号机")).to_contain_text("revoked")
    assert desk.flaws("phones-revoked") == []


def test_who_has_no_phone_yet_is_led_to_the_first(sit, district):
    desk = sit(district.cast.neighbour)
    page = desk.open("/devices/")
    page.get_by_role("main").get_by_role("link", name="登记手机").last.click()
    expect(page.get_by_label("卡口")).to_be_visible()
    assert desk.flaws("phones-first") == []
