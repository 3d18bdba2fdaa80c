"""Residents and deliverers on any phone: the browser inside a chat app, no script, no camera, no account."""

import gzip
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.ledger.models import ExpectedVisit, Passage
from tests.cast import AT
from tests.journeys.conftest import PHONE, Desk

# WeChat on Android: a WebView, which says so
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; M2006C3LC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99"
    " XWEB/4317 MMWEBSDK/20220903 Mobile Safari/537.36 MicroMessenger/8.0.28.2240"
)
MOST_BYTES = 60_000  # of a page and all that it loads, gzipped (ux.md A2 section 4)


@pytest.fixture
def in_a_chat(browser, live_server, district):
    """A page in the browser of a chat app: no script, no service worker, nothing of a camera."""
    cache.clear()
    with time_machine.travel(AT, tick=True):
        context = browser.new_context(
            viewport=PHONE, user_agent=WECHAT, java_script_enabled=False, service_workers="block", permissions=[],
            locale="zh-CN",
        )  # fmt: skip
        page = context.new_page()
        page.heavy = []
        page.on("response", lambda answer: page.heavy.append(answer))
        yield page
        context.close()


def weight(page):
    """Bytes of everything that was loaded, each gzipped as a web server sends it."""
    return sum(len(gzip.compress(answer.body(), 6)) for answer in page.heavy if answer.status == 200)


def test_a_visitor_registers_and_is_told_that_nobody_checked(in_a_chat, live_server, district):
    page = in_a_chat
    page.goto(f"{live_server.url}/p/{district.place_code}/")
    page.get_by_label("您的手机号").fill("138 0013 8123")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")
    expect(page.get_by_text("未经任何人查验。")).to_be_visible()
    expect(page.get_by_text("2021-08-10 12:45")).to_be_visible()
    with acting_as_system():
        assert Passage.objects.filter(pack="place_code").count() == 1


def test_a_wrong_number_takes_the_focus_and_what_was_typed_stays(in_a_chat, live_server, district):
    page = in_a_chat
    page.goto(f"{live_server.url}/p/{district.place_code}/visit/")
    page.get_by_label("来访人手机号或车牌号").fill("1234")
    page.get_by_label("到哪一户").fill("3-2-501")
    page.get_by_label("事由").select_option(label="送货")
    page.get_by_role("button", name="提交预约").click()
    expect(page.get_by_role("alert").filter(has_text="请更正")).to_be_focused()
    expect(page.get_by_label("到哪一户")).to_have_value("3-2-501")
    expect(page.get_by_label("来访人手机号或车牌号")).to_have_value("1234")
    page.get_by_label("来访人手机号或车牌号").fill("苏C12345")
    page.get_by_role("button", name="提交预约").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("卡口已知晓")


def test_back_keeps_the_answers(in_a_chat, live_server, district):
    page = in_a_chat
    page.goto(f"{live_server.url}/p/{district.place_code}/visit/")
    page.get_by_label("来访人手机号或车牌号").fill("13800138123")
    page.get_by_label("到哪一户").fill("3-2-501")
    page.get_by_label("人数").fill("2")
    page.get_by_role("button", name="提交预约").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("卡口已知晓")
    page.go_back()
    expect(page.get_by_label("来访人手机号或车牌号")).to_have_value("13800138123")
    expect(page.get_by_label("到哪一户")).to_have_value("3-2-501")
    expect(page.get_by_label("人数")).to_have_value("2")
    page.get_by_role("button", name="提交预约").click()
    with acting_as_system():
        assert ExpectedVisit.objects.count() == 2  # the district's, and this one once


def test_a_deliverer_announces_looks_and_withdraws(in_a_chat, live_server, district):
    page = in_a_chat
    page.goto(f"{live_server.url}/p/{district.place_code}/")
    page.get_by_role("link", name="预约访客或送货").click()
    questions = page.locator("main form .field")
    assert questions.count() <= 6
    page.get_by_label("来访人手机号或车牌号").fill("13800138123")
    page.get_by_label("到哪一户").fill("3-2-501")
    page.get_by_role("button", name="提交预约").click()
    code = page.locator("strong.mono").inner_text()
    page.goto(f"{live_server.url}/v/")
    page.get_by_label("预约码").fill(code.upper())
    page.get_by_label("手机号或车牌后四位").fill("8123")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("待到")).to_be_visible()
    page.get_by_role("button", name="撤回预约").click()
    expect(page.get_by_text("已撤回")).to_be_visible()


@pytest.mark.parametrize("path", ["/p/{}/", "/p/{}/visit/", "/v/"])
def test_a_page_with_all_that_it_loads_stays_under_sixty_kilobytes(in_a_chat, live_server, district, path):
    page = in_a_chat
    page.goto(live_server.url + path.format(district.place_code))
    kinds = sorted(urlsplit(answer.url).path.rpartition(".")[2] for answer in page.heavy)
    assert [kind for kind in kinds if kind == "js"] == []
    assert "css" in kinds
    assert weight(page) <= MOST_BYTES, f"{weight(page)} bytes"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_answers_stand_too_on_a_phone_and_on_a_desk(sit, district, language):
    """The pages before them are looked at with all others; these come only after a form."""
    cache.clear()
    with time_machine.travel(AT, tick=True):
        desk: Desk = sit(None, language=language)
        page = desk.open(f"/p/{district.place_code}/")
        page.locator("[name=phone]").fill("12")
        page.locator("main form .main").click()
        assert desk.flaws(f"scan-wrong-{language}") == []
        page.locator("[name=phone]").fill("13800138123")
        page.locator("main form .main").click()
        assert desk.flaws(f"scanned-{language}") == []
        desk.open(f"/p/{district.place_code}/visit/")
        page.locator("[name=number]").fill("13800138123")
        page.locator("[name=door]").fill("3-2-501")
        page.locator("main form .main").click()
        assert desk.flaws(f"announced-{language}") == []
