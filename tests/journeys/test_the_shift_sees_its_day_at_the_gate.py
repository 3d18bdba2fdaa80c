"""The shift sees its day on the phone: who is inside and how long, and what was wrong is put right by a new row."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.ledger.models import Passage
from kakou.ledger.stays.corrections import effective
from tests.journeys.gate_phone import card, enrolment, phone
from tests.journeys.gate_server import gate_server

__all__ = ["card", "enrolment", "gate_server", "phone"]
IN, OUT, THROUGH = 1, 2, 3


def child(phone, name):
    """A child comes in by nothing but his name."""
    phone.tap("儿童")
    phone.page.get_by_label("姓名", exact=True).fill(name)
    phone.page.get_by_label("姓名", exact=True).press("Enter")
    phone.digits("365")
    if phone.page.get_by_role("button", name="判定并登记").count():
        phone.tap("判定并登记")
    assert phone.verdict() == "放行"
    phone.tap("下一位")


def visitor(phone, number):
    """A visitor comes in by telephone."""
    phone.tap("访客")
    phone.by_telephone(number)
    assert phone.usual("366", "低风险地区", "已全程接种") == "放行"
    phone.tap("下一位")


def rows():
    with acting_as_system():
        return list(Passage.objects.filter(device_id__isnull=False).order_by("seq"))


def holding():
    """The passages that hold, as the fold of stays reads them."""
    crossings = [
        (int(one.happened_at.timestamp() * 1000), one.pk.int, one.node_id, one.direction, one.crossed,
         one.corrects.int if one.corrects else 0, -1, False)
        for one in rows()
    ]  # fmt: skip
    return [(row[3], row[4]) for row in effective(crossings)]


def open_today(phone):
    phone.tap("今天")
    expect(phone.page.get_by_role("heading", name="今天", exact=True)).to_be_visible()


def test_who_came_in_is_inside_until_he_goes_out_by_whatever_he_was_known_by(phone):
    page = phone.page
    visitor(phone, "13800138000")
    child(phone, "小明")
    open_today(phone)
    phone.tap("在内和外出人员")
    expect(page.get_by_role("region", name="在内访客")).to_contain_text("在内访客：3")  # one came in by another phone
    expect(page.locator("main")).to_contain_text("…8000")
    assert "小明" not in page.locator("main").inner_text()  # the names are closed
    assert phone.flaws("inside") == []
    page.get_by_label("按姓名").fill("8000")
    expect(page.get_by_role("button", name="现在出")).to_have_count(1)
    page.get_by_label("按姓名").fill("儿童")
    page.get_by_role("button", name="现在出").last.click()
    expect(page.locator(".who")).to_contain_text("←")
    for name in ("✓ 都看过，正常", "判定并登记"):
        if page.get_by_role("button", name=name).count():
            phone.tap(name)
    assert phone.verdict() == "放行"
    phone.tap("下一位")
    open_today(phone)
    phone.tap("在内和外出人员")
    expect(page.get_by_role("region", name="在内访客")).to_contain_text("在内访客：2")
    phone.until_sent()
    first, named, out = rows()
    assert (out.direction, out.subject) == (OUT, named.subject)
    assert first.subject != named.subject


def test_a_direction_that_was_wrong_is_put_right_and_both_rows_stand(card, phone):
    page = phone.page
    phone.scan(card)
    phone.usual("365")
    phone.tap("下一位")
    open_today(phone)
    assert phone.flaws("today") == []
    page.locator(".hits button").first.click()
    page.get_by_role("radio", name="← 出").click()
    phone.tap("记录更正")
    expect(page.get_by_role("alert")).to_contain_text("写明原因")
    assert phone.flaws("correct") == []
    phone.tap("进出记反了")
    phone.tap("记录更正")
    assert phone.verdict() == "放行"
    expect(page.get_by_role("button", name="撤销")).to_have_count(0)
    phone.tap("下一位")
    phone.until_sent()
    wrong, right = rows()
    assert (wrong.direction, right.direction, right.corrects) == (IN, OUT, wrong.pk)
    assert right.happened_at == wrong.happened_at
    assert right.clock == wrong.clock
    assert holding() == [(OUT, True)]
    open_today(phone)
    expect(page.locator(".hits button")).to_have_count(1)


def test_a_look_that_was_wrong_is_looked_at_again_and_judged_again(card, phone):
    page = phone.page
    phone.scan(card)
    phone.usual("365")
    phone.tap("下一位")
    open_today(phone)
    page.locator(".hits button").first.click()
    phone.tap("查验结果记错")
    phone.tap("重新查验")
    page.get_by_role("button", name="改 健康码").click()
    page.locator("summary", has_text="健康码").click()
    page.get_by_role("button", name="红码").click()
    expect(page.locator(".verdict h2")).not_to_have_text("放行")
    phone.tap("下一位")
    phone.until_sent()
    assert [(one.crossed, one.temperature) for one in rows()] == [(True, 365), (False, 365)]
    assert [crossed for _, crossed in holding()] == [False]


def test_what_was_recorded_twice_is_taken_back_from_the_list(card, phone):
    page = phone.page
    phone.scan(card)
    phone.usual("365")
    phone.tap("下一位")
    open_today(phone)
    page.locator(".hits button").first.click()
    page.locator("#why").fill("他没有进门")
    phone.tap("这条作废")
    expect(page.locator(".hits")).to_contain_text("已撤销")
    phone.until_sent()
    first, back = rows()
    assert (back.corrects, back.direction, back.crossed) == (first.pk, THROUGH, False)
    assert back.happened_at - first.happened_at < dt.timedelta(seconds=1)
    assert holding() == [(THROUGH, False)]
