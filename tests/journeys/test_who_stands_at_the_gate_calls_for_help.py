"""Who stands at the gate calls for help, for water, for relief; hears that somebody comes; has the prompts said aloud;
and hands over with a summary."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from kakou.access.badges.actions import issue_badge
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
from kakou.workorders.actions import close, name_owner
from kakou.workorders.models import WorkOrder
from tests.journeys.gate_phone import GatePhone, card, enrolment, eventually, phone
from tests.journeys.gate_server import gate_server

__all__ = ["card", "enrolment", "gate_server", "phone"]

TWO_HOURS = 2 * 3600 * 1000
# voices of a phone: what they say is written down
VOICES = """() => {
  window.heard = [];
  const voices = [{ lang: 'zh-CN', localService: true }, { lang: 'en-US', localService: true },
                  { lang: 'fr-FR', localService: false }];
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(window, 'speechSynthesis', { value: {
    getVoices: () => voices, cancel: () => {}, speak: (said) => window.heard.push([said.lang, said.text]),
  } });
}"""


def calls():
    """(kind, supplies) of the orders that gates opened, the first first."""
    with acting_as_system():
        orders = WorkOrder.objects.filter(kind__startswith="gate_").order_by("opened_at", "id")
        return [(order.kind, order.facts.get("supplies")) for order in orders]


def test_a_call_without_a_network_is_sent_when_the_server_is_back_and_says_who_took_it(phone, district):
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.server.stop()
    page.evaluate("dispatchEvent(new Event('online'))")  # it tries, and nobody answers
    phone.tap("呼叫")
    phone.tap("立即求助")
    phone.tap("确认：马上叫人来")
    expect(page.get_by_role("alert")).to_contain_text("请同时用电话或对讲机", timeout=15_000)
    assert phone.flaws("call-unsent") == []
    phone.tap("返回")
    expect(page.get_by_role("alert")).to_contain_text("请同时用电话或对讲机")

    page.reload()  # the phone was put away: what was asked for is not forgotten
    expect(page.locator(".gate")).to_contain_text("南门", timeout=10_000)
    expect(page.get_by_role("alert")).to_contain_text("请同时用电话或对讲机", timeout=15_000)
    assert calls() == []
    phone.server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    assert eventually(phone.page, lambda: len(calls()), 1) == 1
    assert calls() == [("gate_help", None)]
    with acting_as_system():
        order = WorkOrder.objects.select_related("owner").get(kind="gate_help")
    assert (order.node_id, order.owner) == (district.tree.garden_gate.pk, district.cast.secretary)

    cast = district.cast
    with acting_as(cast.secretary):
        name_owner(order, owner=cast.worker, by=cast.secretary, at=now())
    phone.tap("呼叫")
    expect(page.locator(".calls")).to_contain_text("已接手", timeout=30_000)
    assert phone.flaws("call-taken") == []
    with acting_as(cast.worker):
        close(order, evidence={"finding": "Two people went there"}, by=cast.worker, at=now())
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".calls")).to_contain_text("已办结", timeout=30_000)


def test_water_and_masks_are_asked_for_and_what_was_touched_by_mistake_is_taken_back(phone):
    page = phone.page
    phone.tap("呼叫")
    phone.tap("请求换岗")
    page.get_by_role("button", name=re.compile("^撤回")).click()
    expect(page.locator(".calls")).to_have_count(0)
    phone.tap("饮用水")
    phone.tap("口罩")
    page.get_by_label("补充说明").fill("请打 13800138000")
    phone.tap("请送来（2 样）")
    expect(page.get_by_role("alert")).to_contain_text("不要写电话")
    page.get_by_label("补充说明").fill("放在岗亭后面")
    phone.tap("请送来（2 样）")
    expect(page.locator(".calls")).to_contain_text("秒后发出")
    assert phone.flaws("call") == []
    assert eventually(phone.page, lambda: len(calls()), 1) == 1
    assert calls() == [("gate_supplies", ["water", "masks"])]
    expect(page.locator(".calls")).to_contain_text("已发出")


def test_after_two_hours_it_is_asked_whether_relief_is_needed_and_nobody_is_held_up(card, phone):
    page = phone.page
    phone.scan(card)
    phone.usual("365")
    phone.until_sent()
    phone.tap("下一位")
    expect(page.locator(".relief")).to_have_count(0)
    page.evaluate(f"() => {{ const real = Date.now; Date.now = () => real() + {TWO_HOURS}; }}")
    expect(page.locator(".relief")).to_contain_text("已在岗 2 小时", timeout=10_000)
    assert phone.flaws("relief") == []
    phone.scan(card)  # the line covers nothing
    expect(page.locator(".who")).to_contain_text("通行证")
    phone.tap("取消")
    phone.tap("暂不")
    expect(page.locator(".relief")).to_have_count(0)


def test_the_prompt_of_the_next_step_is_said_in_the_language_chosen(card, browser: Browser, gate_server, enrolment):
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.add_init_script(f"({VOICES})()")
    phone = GatePhone(context, gate_server)
    page = phone.open(enrolment(gate_server).removeprefix(gate_server.url))
    expect(page.locator(".gate")).to_contain_text("南门", timeout=15_000)
    phone.scan(card)
    page.get_by_role("button", name=re.compile("播放")).click()
    assert phone.flaws("prompt") == []
    phone.digits("365")
    phone.tap("取消")
    phone.tap("设置")
    phone.tap("English")
    phone.tap("Back")
    phone.tap("Type a pass")
    page.locator("#pass").fill(card)
    page.locator("#pass").press("Enter")
    page.get_by_role("button", name=re.compile("Play")).click()
    heard = page.evaluate("window.heard")
    assert [lang for lang, _ in heard] == ["zh-CN", "en-US"]
    assert "健康码" in heard[0][1]
    assert "health code" in heard[1][1]

    phone.tap("Cancel")
    phone.tap("Settings")
    phone.tap("Off")
    phone.tap("Back")
    phone.tap("No pass")
    expect(page.get_by_role("button", name=re.compile("Play"))).to_have_count(0)
    context.close()
    assert (phone.foreign, phone.wrong) == ([], [])


def test_a_phone_without_a_voice_shows_no_button_that_does_nothing(card, phone):
    phone.page.evaluate("() => { speechSynthesis.getVoices = () => []; }")
    phone.scan(card)
    expect(phone.page.locator(".who")).to_be_visible()
    phone.page.wait_for_timeout(1_500)
    expect(phone.page.locator(".prompt")).to_have_count(0)


@pytest.fixture
def badge(district):
    recorder = district.cast.recorder
    with acting_as(recorder):
        return issue_badge(pin="271846", by=recorder, at=now())[1]


def test_who_takes_over_is_told_the_counts_what_is_open_and_since_when(card, badge, phone):
    page = phone.page
    phone.tap("上岗")
    page.locator("#badge").fill(badge)
    page.locator("#badge").press("Enter")
    page.locator("#pin").fill("271846")
    expect(page.get_by_role("button", name="交班")).to_be_visible(timeout=30_000)
    for tenths in ("365", "378"):
        phone.scan(card)
        phone.digits(tenths)
        phone.tap("✓ 都看过，正常")
        phone.verdict()
        phone.tap("下一位")
    phone.tap("呼叫")
    phone.tap("立即求助")
    phone.tap("确认：马上叫人来")
    assert eventually(phone.page, lambda: len(calls()), 1) == 1
    phone.tap("返回")
    phone.tap("今天")
    phone.tap("交班小结")
    text = page.locator("#handover")
    expect(text).to_have_value(re.compile("在岗自"))
    said = text.input_value()
    counts = ("登记 2 条：进 1，出 0", "放行 1", "留步 1", "测温 2 人，37.5 °C 及以上 1 人", "未上传 0 条")
    for words in ("南门", *counts, "求助"):
        assert words in said
    assert phone.flaws("handover") == []
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.tap("复制")
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == said
    phone.tap("交班")
    phone.tap("今天")
    phone.tap("交班小结")
    expect(text).to_have_value(re.compile("没有人上岗"))
