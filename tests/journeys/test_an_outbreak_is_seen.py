"""Every picture of an outbreak on a desk and on a phone, in both languages; those that move also by the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from scripts.browser import FLAGS, found
from tests.cast import staff
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.picture_pages import PICTURES

SOFTWARE_GL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One that draws WebGL by the processor: a map moves in it."""
    flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
    chromium = playwright.chromium.launch(executable_path=found(), args=[*flags, *SOFTWARE_GL])
    yield chromium
    chromium.close()


@pytest.fixture(autouse=True)
def pages(settings):
    settings.ROOT_URLCONF = "tests.journeys.picture_pages"


LARGE = {("chain-of-300", "en"), ("chain-of-3000", "en")}  # their words are those of the small one
LOOKS = [(name, language) for name in PICTURES for language in ("zh-hans", "en") if (name, language) not in LARGE]


@pytest.mark.parametrize(("name", "language"), LOOKS)
def test_it_stands_without_a_flaw(sit, name, language):
    desk = sit(staff("investigator"), language=language)
    desk.open(f"/pictures/{name}/").wait_for_load_state("networkidle")
    assert desk.flaws(f"picture-{name}-{language}") == []


def test_the_table_of_a_chain_has_everybody_and_leads_to_him(sit):
    page = sit(staff("investigator")).open("/pictures/chain/")
    page.get_by_text("同样内容的表格").click()
    expect(page.locator(".twin tbody tr")).to_have_count(40)
    expect(page.locator(".twin tbody a").first).to_have_attribute("href", "/tracing/person/0/")


def test_a_chain_is_walked_by_the_keyboard(sit):
    desk = sit(staff("investigator"))
    page = desk.open("/pictures/chain/")
    stage, said = page.locator("[data-stage]"), page.locator("[data-said]")
    expect(stage.locator("canvas").first).to_be_visible()
    expect(page.locator("#chain-still")).to_be_hidden()
    stage.focus()
    expect(said).to_contain_text("1 号病例 · 确诊病例 · 2020-01-28 08:30")
    page.keyboard.press("ArrowRight")
    expect(said).not_to_contain_text("2020-01-28 08:30")
    expect(said).to_contain_text("1 号病例")  # as whoever may have infected him
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("2020-01-28 08:30")
    with page.expect_request("**/tracing/person/0/"):
        page.keyboard.press("Enter")
    desk.wrong.clear()  # there is no such person here


def test_a_chain_stands_on_a_phone_until_it_is_to_move(sit):
    desk = sit(staff("investigator"), size=PHONE)
    page = desk.open("/pictures/chain/")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    expect(page.locator("#chain-still svg")).to_be_visible()
    page.get_by_role("button", name="移动和缩放此图").click()
    expect(page.locator("[data-stage] canvas").first).to_be_visible()
    assert len([url for url in fetched if "cytoscape" in url]) == 1


def test_a_map_is_walked_by_the_keyboard(sit):
    desk = sit(staff("investigator"))
    page = desk.open("/pictures/map/")
    said = page.locator("[data-said]")
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    expect(page.locator("#places-still")).to_be_hidden()
    expect(page.locator(".pin")).to_have_count(13)
    page.locator(".pin").first.focus()
    expect(said).to_contain_text("1. 南园小区（全区）")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("2. ")


def test_what_moves_is_fetched_only_where_it_stands(sit):
    desk = sit(staff("investigator"))
    fetched: list[str] = []
    desk.page.on("request", lambda request: fetched.append(request.url))
    desk.open("/pictures/curve/").wait_for_load_state("networkidle")
    assert [url for url in fetched if any(name in url for name in ("cytoscape", "maplibre", "chain", "map-"))] == []


class TestWithoutAScript:
    @pytest.fixture
    def still(self, browser, live_server):
        context = browser.new_context(viewport=DESK, java_script_enabled=False)
        yield context.new_page(), live_server.url
        context.close()

    @pytest.mark.parametrize(("name", "place"), [("chain", "#chain-still"), ("map", "#places-still .on-desk")])
    def test_the_picture_and_its_table_stand(self, still, name, place):
        page, address = still
        page.goto(f"{address}/pictures/{name}/")
        expect(page.locator(f"{place} svg")).to_be_visible()
        expect(page.locator(".island")).to_be_hidden()
        page.locator(".twin summary").click()
        expect(page.locator(".twin table")).to_be_visible()
