"""A community worker calls today's contacts: on a phone with taps, on a desk by the keyboard, without a script."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from kakou.access.scope import acting_as
from kakou.tracing.actions import following
from kakou.tracing.rules.following import Finding
from kakou.tracing.tests.followwork import followed, outbreak, places
from kakou.tracing.tests.outbreakwork import registered
from tests.cast import AT, sign_in
from tests.journeys.conftest import PHONE

__all__ = ["followed", "outbreak", "places"]
LIST = "/tracing/follow-up/"
ROWS = "section.house tbody tr"
# who was called already has only a test left, and may stand first
CALLS = f"{ROWS}:has-text('询问健康状况')"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def day(followed):
    """Ten more households of the garden, of whom some were told of already."""
    names = ("赵甲", "钱乙", "孙丙", "周丁", "吴戊", "郑己")
    more = followed.add(
        *(registered(followed.tree.garden, name, phone=f"1390013000{n}").pk for n, name in enumerate(names))
    )
    with acting_as(followed.cast.worker):
        for one, finding in zip(more[:3], (Finding.NORMAL, Finding.SYMPTOMS, Finding.NOT_REACHED), strict=True):
            following.tell_finding(followed.call(one), finding, by=followed.cast.worker, at=AT)
    return followed


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_its_pages_stand_without_a_flaw(sit, day, language):
    desk = sit(day.cast.worker, language=language)
    for name, path in (
        ("follow-up", LIST), ("follow-up-done", f"{LIST}?show=done"), ("follow-up-calendar", f"{LIST}calendar/"),
    ):  # fmt: skip
        desk.open(path)
        assert desk.flaws(f"{name}-{language}") == []


def test_everything_that_can_be_opened_stands_without_a_flaw(sit, day):
    desk = sit(day.cast.worker)
    page = desk.open(LIST)
    page.locator("main details > summary").first.click()
    page.get_by_role("button", name="显示电话").first.click()
    expect(page.locator("a[href^='tel:']")).to_be_visible()
    assert desk.flaws("follow-up-open") == []


def test_a_call_takes_three_taps_and_the_next_is_under_the_thumb(sit, day):
    page = sit(day.cast.worker, size=PHONE).open(LIST)
    waiting = page.locator(ROWS).count()
    page.get_by_role("button", name="显示电话").first.click()
    expect(page.locator("a[href='tel:+8613800138001']")).to_be_visible()
    page.get_by_role("button", name="全户正常").click()
    expect(page.locator(".note.go")).to_contain_text("已保存 2 项")
    expect(page.locator(ROWS)).to_have_count(waiting - 2)
    expect(page.locator("tr button.main:focus")).to_have_count(1)
    page.keyboard.press("Enter")  # the next one is well too
    expect(page.locator(ROWS)).to_have_count(waiting - 3)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(ROWS)).to_have_count(waiting - 2)


def test_a_fever_is_told_with_its_temperature_by_the_keyboard(sit, day):
    page = sit(day.cast.worker).open(LIST)
    row = page.locator(CALLS).first
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("38.4")
    row.get_by_role("button", name="发热").click()
    expect(page.locator(".note")).to_contain_text("38.4")
    expect(page).to_have_url(f"{page.url.split('/tracing')[0]}{LIST}")


def test_what_is_wrong_is_said_and_the_row_stays_open(sit, day):
    desk = sit(day.cast.worker)
    page = desk.open(LIST)
    row = page.locator(CALLS).first
    row.locator("summary").click()
    row.locator("input[name=temperature]").fill("36.5")
    row.get_by_role("button", name="发热").click()
    expect(page.locator(".note.stop")).to_contain_text("低于37.3℃")
    expect(page.locator("section.house details[open]")).to_have_count(1)
    desk.wrong.clear()  # htmx tells the console of every answer that is none


def test_it_works_without_a_script(browser, live_server, day):
    from django.conf import settings
    from django.test import Client

    client = Client()
    sign_in(client, day.cast.worker)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(
        [
            {"name": name, "value": value, "url": live_server.url}
            for name, value in (
                (settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value),
                (settings.LANGUAGE_COOKIE_NAME, "zh-hans"),
            )
        ]
    )
    page = context.new_page()
    page.goto(live_server.url + LIST)
    before = page.locator(ROWS).count()
    page.get_by_role("button", name="显示电话").first.click()
    expect(page.locator("a[href^='tel:']")).to_be_visible()
    page.get_by_role("link", name="返回名单").click()
    page.get_by_role("button", name="全户正常").click()
    expect(page.locator(ROWS)).to_have_count(before - 2)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(ROWS)).to_have_count(before)
    context.close()
