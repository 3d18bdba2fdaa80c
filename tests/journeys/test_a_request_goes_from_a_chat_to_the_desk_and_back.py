"""速来办: somebody reports inside a chat app, without a script; the desk answers; he reads it and rates."""

import re

from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.services.models import Photo, Request
from kakou.services.tests.asking import LAMP
from kakou.services.tests.test_a_photo_keeps_nothing_but_the_picture import jpeg
from tests.journeys.conftest import DESK, PHONE, Desk
from tests.journeys.test_residents_register_without_a_script import MOST_BYTES, in_a_chat, weight

__all__ = ["in_a_chat"]


def test_from_the_code_at_the_gate_to_the_answer_that_is_rated(in_a_chat, live_server, district, sit, record_property):
    page = in_a_chat
    page.goto(f"{live_server.url}/p/{district.place_code}/")
    page.heavy[:] = [answer for answer in page.heavy if answer.request.resource_type != "document"]
    loaded = weight(page)  # which the next page finds there already
    page.heavy.clear()
    page.get_by_role("link", name="反映问题（速来办）").click()
    loaded += weight(page)
    record_property("bytes_of_the_page", loaded)
    assert 5_000 < loaded <= MOST_BYTES
    page.get_by_label("公共设施").check()
    page.get_by_label("发生了什么，或需要什么？").fill(LAMP)
    page.get_by_label("您的电话号码").fill("1381234")
    photo = {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    page.get_by_label("照片（可不填）").set_input_files(photo)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert").filter(has_text="11")).to_be_visible()
    expect(page.get_by_text("您的照片已保留")).to_be_visible()
    expect(page.get_by_label("发生了什么，或需要什么？")).to_have_value(LAMP)
    expect(page.get_by_label("公共设施")).to_be_checked()
    page.get_by_label("您的电话号码").fill("138 1234 5678")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到")
    code = page.locator("strong.mono").inner_text()
    assert re.fullmatch(r"\d{3}-\d{3}-\d{3}", code)
    with acting_as_system():
        assert Photo.objects.get().request == Request.objects.get()

    desk = sit(district.cast.secretary)
    desk.open("/services/")
    desk.page.get_by_role("link", name=code).click()
    expect(desk.page.get_by_text("138********")).to_be_visible()
    assert desk.flaws("request") == []
    desk.page.get_by_role("button", name="受理").click()
    desk.page.locator("summary", has_text="答复").click()
    desk.page.get_by_label("做了什么？诉求人会看到").fill("路灯已修好")
    desk.page.get_by_role("button", name="答复").click()
    expect(desk.page.get_by_text("已保存：答复。")).to_be_visible()

    page.get_by_role("link", name="查看办理情况").click()
    page.get_by_label("您电话的后四位，或完整号码").fill("5678")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("路灯已修好")).to_be_visible()
    page.get_by_label("非常满意").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("您的诉求就此办结")).to_be_visible()
    with acting_as_system():
        assert Request.objects.select_related("order").get().order.state == "closed"


def test_a_place_is_found_by_its_name_and_no_page_has_a_flaw(sit, district):
    for size in (DESK, PHONE):
        desk: Desk = sit(None, size=size)
        page = desk.open("/s/")
        page.get_by_label("小区、村或企业名称").fill("阳光")
        page.get_by_role("button", name="查找地点").click()
        assert desk.flaws("choose") == []
        page.get_by_role("link", name="阳光小区").click()
        assert desk.flaws("report") == []
        page.get_by_role("button", name="提交").click()
        assert desk.flaws("errors") == []
        desk.open("/s/counts/")
        assert desk.flaws("counts") == []
        desk.open("/s/follow/")
        assert desk.flaws("follow") == []
