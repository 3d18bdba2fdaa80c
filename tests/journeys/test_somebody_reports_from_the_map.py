"""Somebody finds the place on the community's own map and reports: in the browser of a chat app without a script, and
near where he stands where the browser says so."""

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.places.geo.shapes import metres_between
from kakou.places.tests.mapped import GARDEN_AT, mapped
from kakou.services.models import Request
from kakou.services.queries.requests import point_of
from tests.cast import AT
from tests.journeys.conftest import PHONE
from tests.journeys.test_residents_register_without_a_script import MOST_BYTES, in_a_chat, weight

__all__ = ["in_a_chat"]


@pytest.fixture
def ground(district):
    """The places of the district, on the map."""
    mapped(district.tree)
    return district


def told(page):
    """Fill in what every report asks, and send it."""
    page.get_by_label("公共设施").check()
    page.locator("[name=text]").fill("路灯不亮")
    page.locator("[name=phone]").fill("13812345678")


def test_without_a_script_the_map_is_tapped_down_to_the_place_and_the_spot(in_a_chat, live_server, ground):
    page = in_a_chat
    page.goto(f"{live_server.url}/s/")
    page.get_by_role("link", name="在地图上选择").click()
    page.locator("svg a").first.click()
    page.locator(f'svg a[href="/s/map/{ground.tree.garden.pk}/"]').click()
    page.get_by_role("link", name="就").click()
    told(page)
    box = page.locator("[name=pick]").bounding_box()
    page.locator("[name=pick]").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page.get_by_text("红圈是一并上报的位置")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("路灯不亮")
    assert page.get_by_label("公共设施").is_checked()
    page.locator("form .main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到")
    with acting_as_system():
        request = Request.objects.get(place=ground.tree.garden)
        assert metres_between(GARDEN_AT, point_of(request)) == pytest.approx((0, 0), abs=3)


def test_enter_in_a_field_sends_the_report_and_taps_no_map(in_a_chat, live_server, ground):
    page = in_a_chat
    page.goto(f"{live_server.url}/s/at/{ground.tree.garden.pk}/")
    told(page)
    page.locator("[name=phone]").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到")


@pytest.mark.parametrize("path", ["/s/map/", "/s/at/{}/"])
def test_map_and_form_with_all_that_they_load_stay_under_sixty_kilobytes(in_a_chat, live_server, ground, path):
    page = in_a_chat
    page.goto(live_server.url + path.format(ground.tree.garden.pk))
    assert weight(page) <= MOST_BYTES, f"{weight(page)} bytes"


def test_where_i_am_is_asked_on_a_tap_and_finds_the_place(browser, live_server, ground):
    cache.clear()
    lon, lat = GARDEN_AT
    with time_machine.travel(AT, tick=True):
        context = browser.new_context(
            viewport=PHONE, locale="zh-CN", permissions=["geolocation"], geolocation={"longitude": lon, "latitude": lat}
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/s/map/")
        page.get_by_role("button", name="我附近的地点").click()
        expect(page.get_by_text("您就在里面")).to_be_visible()
        assert str(lon) not in page.url
        page.locator(".places-listed button").first.click()
        told(page)
        page.locator("form .main").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("已收到")
        context.close()
    with acting_as_system():
        request = Request.objects.get(place=ground.tree.garden)
        assert point_of(request) == GARDEN_AT


def test_whose_browser_says_nothing_is_led_to_the_list(browser, live_server, ground):
    cache.clear()
    with time_machine.travel(AT, tick=True):
        context = browser.new_context(viewport=PHONE, locale="zh-CN", permissions=[])
        page = context.new_page()
        page.goto(f"{live_server.url}/s/map/")
        page.get_by_role("button", name="我附近的地点").click()
        expect(page.get_by_text("您的浏览器没有提供位置")).to_be_visible()
        context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_stand_on_a_phone_and_on_a_desk(sit, ground, language):
    cache.clear()
    with time_machine.travel(AT, tick=True):
        desk = sit(None, language=language)
        page = desk.open(f"/s/map/{ground.tree.east.pk}/")
        assert desk.flaws(f"report-map-{language}") == []
        page.evaluate(
            """([lon, lat]) => { const form = document.querySelector('[data-where]');
            form.elements.lon.value = lon; form.elements.lat.value = lat; form.submit(); }""", list(GARDEN_AT),
        )  # fmt: skip
        page.wait_for_url("**/s/near/")
        assert desk.flaws(f"report-near-{language}") == []
        page.locator(".places-listed button").first.click()
        assert desk.flaws(f"report-spot-{language}") == []
