from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from kakou.access.actions import create_staff
from tests.journeys.conftest import DESK, PHONE

AT = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@SIZES
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_login_page_is_whole(sit, size, language):
    desk = sit(None, size=size, language=language)
    desk.open("/accounts/login/")
    desk.picture(f"login-{language}-{size['width']}")
    assert desk.axe() == []
    assert desk.sideways() <= 0
    if size is PHONE:
        assert desk.small_targets() == []


def test_a_wrong_password_is_told_at_the_top_and_takes_the_focus(sit):
    create_staff(username="wang", password="correct-horse", is_drill=True, by=None, at=AT)
    desk = sit(None, language="en")
    page = desk.open("/accounts/login/")
    page.get_by_label("Username").fill("wang")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    desk.picture("login-wrong")
    assert desk.axe() == []


@SIZES
def test_the_first_login_sets_up_the_second_factor(sit, size):
    create_staff(username="li", password="correct-horse", by=None, at=AT)
    desk = sit(None, size=size)
    page = desk.open("/accounts/login/")
    page.locator("input[name=login]").fill("li")
    page.locator("input[name=password]").fill("correct-horse")
    page.locator("button.main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设置第二重验证")
    desk.picture(f"second-factor-{size['width']}")
    assert desk.axe() == []
    assert desk.sideways() <= 0
    secret = page.locator("code.token").inner_text()
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.locator("button.main").click()
    expect(page).to_have_url(re.compile("recovery-codes"))
    desk.picture(f"recovery-codes-{size['width']}")
    assert desk.axe() == []


def test_an_unknown_address_says_what_to_do(sit):
    desk = sit(None, language="en")
    page = desk.open("/nowhere/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    desk.picture("not-found")
    assert desk.axe() == []
