"""Somebody is called away from a half-filled form: the page covers itself, and goes on where it was."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.cast import sign_in


def test_a_form_outlives_the_session_it_was_begun_in(sit, district):
    desk = sit(district.cast.secretary, language="en")
    desk.page.clock.install()
    page = desk.open("/devices/enrol/")
    page.get_by_label("Name of the phone").fill("三号机")
    page.clock.fast_forward("13:30")
    expect(page.get_by_role("heading", name="Are you still here?")).to_be_visible()
    desk.picture("idle-warns")
    assert desk.axe() == []
    page.get_by_role("button", name="I am here").click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.clock.fast_forward("15:01")
    expect(page.get_by_role("heading", name="You are logged out")).to_be_visible()
    desk.picture("idle-ended")
    assert desk.axe() == []
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Not logged in yet.")).to_be_visible()

    again = Client()
    sign_in(again, district.cast.secretary)
    session = again.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": desk.address}])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Name of the phone")).to_have_value("三号机")
    page.get_by_role("button", name="Show the code").click()
    expect(page.get_by_role("img", name="Code for enrolling one phone")).to_be_visible()
