"""A secretary works off the open orders of her day: on a phone with taps, on a desk by the keyboard; and hands several
on at once."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.workorders import actions
from kakou.workorders.actions import Matter
from kakou.workorders.models import Exhibit, WorkOrder
from tests.cast import AT
from tests.journeys.conftest import DESK, PHONE

DAY, LIST = "/ledger/loops/day/", "/ledger/loops/"
HOUR = dt.timedelta(hours=1)
LINES = "li[id^='line-']:has(summary)"  # a fever is settled on its own page
WORDS = {
    "zh-hans": {"close": "办结", "undo": "撤销", "closed": "已闭环", "choose": "全选本页", "hand": "转交所选"},
    "en": {
        "close": "Close",
        "undo": "Undo",
        "closed": "Closed",
        "choose": "Choose all",
        "hand": "Hand on what is chosen",
    },
}
BOTH = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def orders(district):
    """Two overdue, two due today, and one due tomorrow."""
    node = district.tree.garden.pk
    with acting_as_system():
        late = actions.open_many("gate_help", [Matter(new_id(), node) for _ in range(2)], at=AT - HOUR)
        today = actions.open_many("two_gates_at_once", [Matter(new_id(), node) for _ in range(2)], at=AT)
    return late + today


def states(ids):
    with acting_as_system():
        return [WorkOrder.objects.get(pk=id).state for id in ids]


@BOTH
def test_its_pages_stand_without_a_flaw(sit, district, orders, language):
    desk = sit(district.cast.secretary, language=language)
    for name, path in (
        ("my-day", f"{DAY}?next={orders[0]}"), ("loops-many", LIST), ("board", f"{LIST}board/"),
        ("order", f"{LIST}{orders[0]}/"),
    ):  # fmt: skip
        desk.open(path)
        assert desk.flaws(f"{name}-{language}") == []


def test_what_can_be_opened_and_what_is_empty_stands_without_a_flaw(sit, district, orders):
    desk = sit(district.cast.secretary)
    page = desk.open(f"{LIST}{orders[0]}/")
    for summary in page.locator("main details > summary").all():
        summary.click()
    assert desk.flaws("order-open") == []
    nobody = sit(district.cast.neighbour)
    for path in (DAY, f"{LIST}board/"):
        nobody.open(path)
        assert nobody.flaws("orders-empty") == []


@BOTH
def test_three_taps_close_one_and_the_next_is_under_the_thumb(sit, district, orders, language):
    words = WORDS[language]
    page = sit(district.cast.secretary, size=PHONE, language=language).open(DAY)
    lines = page.locator(LINES)
    before = lines.count()
    lines.first.locator("summary").click()  # one
    lines.first.locator("textarea").first.click()  # two
    page.keyboard.type("水已送到")
    lines.first.locator("button.main").click()  # three
    expect(page.locator(".note.go")).to_contain_text(words["closed"])
    expect(lines).to_have_count(before - 1)
    expect(page.locator("textarea:focus")).to_have_count(1)  # the next one, open
    expect(page.locator("li[id^='line-'] details[open]")).to_have_count(1)
    page.keyboard.type("人已到岗")
    page.locator("li[id^='line-'] details[open] button.main").click()  # and that is one tap
    expect(lines).to_have_count(before - 2)
    assert states(orders[:2]) == ["closed", "closed"]
    page.get_by_role("button", name=words["undo"]).click()
    expect(lines).to_have_count(before - 1)
    assert sorted(states(orders[:2])) == ["closed", "reopened"]


def test_what_is_typed_outlives_what_others_do_meanwhile(sit, district, orders):
    page = sit(district.cast.secretary, language="en").open(DAY)
    lines = page.locator(LINES)
    before = lines.count()
    lines.first.locator("summary").click()
    lines.first.locator("textarea").first.fill("went there")
    lines.first.locator("button.main").click()
    expect(lines).to_have_count(before - 1)
    page.locator("textarea:focus").fill("half a sen")
    with acting_as_system():
        actions.open_once("gate_help", new_id(), node=district.tree.garden.pk, at=AT - HOUR)
    page.evaluate("document.querySelector('#list').dispatchEvent(new CustomEvent('live'))")
    expect(lines).to_have_count(before)
    expect(page.locator("li[id^='line-'] details[open] textarea")).to_have_value("half a sen")
    page.keyboard.type("tence")
    page.locator("li[id^='line-'] details[open] button.main").click()
    expect(lines).to_have_count(before - 1)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_it_is_signed_in_the_field_and_photographed(sit, district, orders, size, tmp_path):
    photo = tmp_path / "lamp.png"
    Image.new("RGB", (40, 30), "white").save(photo)
    desk = sit(district.cast.secretary, size=size, language="en")
    page = desk.open(f"{LIST}{orders[0]}/")
    page.locator("summary", has_text="Add a signature").click()
    page.locator("canvas.signing").scroll_into_view_if_needed()
    box = page.locator("canvas.signing").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=8)
    page.mouse.up()
    assert desk.flaws("order-signed") == []
    page.get_by_role("button", name="Add this proof a signature").click()
    expect(page.get_by_text("Kept, with your name and the time.")).to_be_visible()
    page.locator("summary", has_text="Add a photo").click()
    page.get_by_label("Photo").set_input_files(photo)
    page.get_by_role("button", name="Add this proof a photo").click()
    kept = page.locator("a[href*='/picture/']")
    expect(kept).to_have_text(["Signature", "Photo"])
    with acting_as_system():
        assert [one.media_type for one in Exhibit.objects.all()] == ["image/png"] * 2
    with page.expect_response(lambda answer: "/picture/" in answer.url) as shown:
        kept.first.click()
    assert Image.open(io.BytesIO(shown.value.body())).convert("L").getextrema()[0] < 100  # something is drawn on it
    desk.wrong.clear()  # the browser's own page around a picture wants styles, and is told that it gets none


def test_a_day_is_worked_off_by_the_keyboard(sit, district, orders):
    page = sit(district.cast.secretary, language="en").open(DAY)
    lines = page.locator(LINES)
    before = lines.count()
    lines.first.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for number in range(3):
        page.keyboard.type("went there and looked")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(lines).to_have_count(before - 1 - number)
        expect(page.locator("textarea:focus")).to_have_count(1)


def test_what_is_unfit_is_said_at_its_field_and_what_was_written_stays(sit, district, orders):
    desk = sit(district.cast.secretary, language="en")
    page = desk.open(DAY)
    line = page.locator(LINES).first
    line.locator("summary").click()
    line.locator("textarea").fill("call 13800138001")
    line.locator("button.main").click()
    expect(page.locator(".note.stop")).to_contain_text("must not hold a telephone")
    expect(page.locator("li[id^='line-'] details[open] textarea")).to_have_value("call 13800138001")
    desk.wrong.clear()  # htmx tells the console of every answer that is none


@BOTH
def test_all_on_a_page_are_handed_on_at_once(sit, district, orders, language):
    words, worker = WORDS[language], district.cast.worker
    page = sit(district.cast.secretary, language=language).open(f"{LIST}?kind=two_gates_at_once")
    page.get_by_label(words["choose"]).check()
    expect(page.locator("input[name=order]:checked")).to_have_count(2)
    expect(page.locator("[data-picked]")).to_have_text("2 / 2")
    page.get_by_label("由谁负责" if language == "zh-hans" else "Who answers for it").select_option(str(worker.pk))
    page.get_by_role("button", name=words["hand"]).click()
    expect(page.locator(".note.go")).to_contain_text("worker")
    with acting_as_system():
        assert {WorkOrder.objects.get(pk=id).owner_id for id in orders[2:]} == {worker.pk}


def test_what_stands_in_the_way_is_named_and_the_rest_stays_chosen(sit, district, orders):
    with acting_as_system():
        actions.open_once("two_gates_at_once", new_id(), node=district.tree.orchard.pk, at=AT)
    desk = sit(district.cast.commander, language="en")
    page = desk.open(f"{LIST}?kind=two_gates_at_once")
    page.get_by_label("Choose all").check()
    page.get_by_label("Who answers for it").select_option(str(district.cast.worker.pk))
    page.get_by_role("button", name="Hand on what is chosen").click()
    expect(page.locator(".note.stop li")).to_have_count(1)
    expect(page.locator(".note.stop li")).to_contain_text("果园村")
    expect(page.locator("input[name=order]:checked")).to_have_count(2)
    assert desk.flaws("orders-refused") == []
    page.get_by_role("button", name="Hand on what is chosen").click()  # without it
    expect(page.locator(".note.go")).to_contain_text("2 orders are with worker now.")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_whoever_cannot_draw_signs_by_typing_his_name(sit, district, orders, size):
    desk = sit(district.cast.secretary, size=size, language="en")
    page = desk.open(f"{LIST}{orders[0]}/")
    page.locator("summary", has_text="Add a signature").press("Enter")
    name = page.get_by_label("Or type your name")
    name.focus()
    page.keyboard.type("王小明")
    page.keyboard.press("Enter")  # signs, and sends nothing yet
    expect(page.get_by_text("Signed by typing: 王小明")).to_be_visible()
    assert desk.flaws("order-signed-by-typing") == []
    page.get_by_role("button", name="Add this proof a signature").press("Enter")
    expect(page.get_by_text("Kept, with your name and the time.")).to_be_visible()
    with acting_as_system():
        [kept] = Exhibit.objects.all()
        assert (kept.proof, kept.media_type) == ("signature", "image/png")
