"""The tool in the volunteer's hand: a phone is enrolled, residents and visitors pass, with the network and without."""

from __future__ import annotations

from playwright.sync_api import expect

from kakou.access.actions import revoke_device
from kakou.access.badges.actions import issue_badge
from kakou.access.models import Device, PhoneShift
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
from kakou.ledger.models import Passage, Quarantined
from tests.journeys.gate_phone import card, enrolment, eventually, phone, recorded
from tests.journeys.gate_server import gate_server

__all__ = ["card", "enrolment", "gate_server", "phone"]


def test_a_resident_with_a_pass_goes_in_after_one_tap_and_a_temperature(card, phone):
    phone.page.wait_for_timeout(300)
    phone.scan(card)
    assert phone.flaws("check") == []
    assert phone.usual("365") == "放行"
    assert phone.taps == 1
    assert phone.flaws("verdict") == []
    phone.until_sent()
    assert recorded() == [(1, True, 365)]


def test_a_fever_is_held_and_says_what_to_do(card, phone):
    phone.scan(card)
    assert phone.usual("378") == "留步"
    expect(phone.page.locator(".verdict .reasons")).to_contain_text("体温")
    assert phone.taps <= 3
    phone.until_sent()
    assert recorded() == [(1, False, 378)]


def test_a_visitor_is_recorded_by_his_telephone_in_four_taps(phone):
    phone.tap("访客")
    phone.by_telephone("13800138000")
    assert phone.usual("366", "低风险地区", "已全程接种") == "放行"
    assert phone.taps <= 4


def test_without_a_server_everything_goes_on_and_nothing_is_lost(card, phone):
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.server.stop()
    phone.scan(card)
    assert phone.usual("364") == "放行"
    phone.tap("下一位")
    page.reload()
    expect(page.locator(".gate")).to_contain_text("南门", timeout=10_000)
    expect(page.locator(".outbox")).to_contain_text("1 条未上传")
    page.get_by_role("radio", name="← 出").click()
    phone.scan(card)
    phone.tap("✓ 都看过，正常")
    assert phone.verdict() == "放行"
    assert recorded() == []
    phone.server.start()
    phone.tap("下一位")
    page.evaluate("dispatchEvent(new Event('online'))")
    phone.until_sent()
    assert recorded() == [(1, True, 364), (2, True, None)]


def test_what_was_entered_by_mistake_is_taken_back_and_both_stand(card, phone):
    phone.scan(card)
    phone.usual("365")
    phone.page.get_by_role("button", name="撤销").click()
    expect(phone.page.locator(".verdict .saved")).to_contain_text("已撤销")
    phone.until_sent()
    with acting_as_system():
        first, second = Passage.objects.filter(device_id__isnull=False).order_by("seq")
    assert (second.corrects, second.crossed) == (first.pk, False)


def test_a_code_of_something_else_is_told_and_leaves_nothing_open(phone):
    phone.scan("KP0000")
    expect(phone.page.get_by_role("alert")).to_contain_text("没读清")
    phone.scan("https://example.org/")
    expect(phone.page.get_by_role("alert")).to_contain_text("不是通行证")
    assert phone.flaws("scan") == []


def test_who_takes_the_shift_opens_the_names_by_badge_and_pin_and_they_go_at_hand_over(district, phone):
    recorder = district.cast.recorder
    with acting_as(recorder):
        _, badge = issue_badge(pin="271846", by=recorder, at=now())
    page = phone.page
    with page.expect_response(lambda answer: answer.url.endswith("/api/gate/bundle/parts")):
        page.evaluate("dispatchEvent(new Event('online'))")  # the next contact brings the badge
    phone.tap("上岗")
    assert phone.flaws("shift") == []
    page.locator("#badge").fill(badge)
    page.locator("#badge").press("Enter")
    page.locator("#pin").fill("271847")
    expect(page.get_by_role("alert")).to_contain_text("PIN 不对", timeout=20_000)
    page.locator("#pin").fill("271846")
    expect(page.get_by_role("button", name="交班")).to_be_visible(timeout=20_000)

    phone.tap("查名单")
    page.locator("#typed").fill("8001")
    assert phone.flaws("people") == []
    page.get_by_role("button", name="王**").click()
    expect(page.locator(".who")).to_contain_text("王**")
    assert phone.usual("365") == "放行"
    phone.until_sent()
    with acting_as_system():
        made = Passage.objects.get(device_id__isnull=False)
    assert (made.subject, made.recorder) == (district.wang, recorder.pk)

    phone.tap("下一位")
    phone.tap("交班")
    phone.tap("交班")
    phone.tap("查名单")
    expect(page.get_by_role("alert")).to_contain_text("请先上岗")
    page.evaluate("dispatchEvent(new Event('online'))")  # the next contact tells of the shift
    assert eventually(page, shifts, [(recorder.pk, True)]) == [(recorder.pk, True)]
    with acting_as_system():
        shift = PhoneShift.objects.get()
    assert shift.opened_at <= made.happened_at <= shift.closed_at


def shifts():
    """(whose, is it over) of what phones told."""
    with acting_as_system():
        return [(shift.staff_id, shift.closed_at is not None) for shift in PhoneShift.objects.all()]


def test_a_van_with_two_people_is_three_passages_that_belong_together(card, phone):
    page = phone.page
    phone.tap("车辆")
    for letter in "苏C12345":
        page.locator(".letters").get_by_role("button", name=letter, exact=True).click()
    assert phone.flaws("vehicle") == []
    phone.tap("2 人")
    phone.tap("司机")
    phone.by_telephone("13800138000")
    assert phone.usual("366", "本地", "已全程接种") == "放行"
    phone.tap("下一位")
    expect(page.locator("main").get_by_role("status")).to_contain_text("已查 1 人，共 2 人")
    phone.tap("儿童")
    page.get_by_label("姓名").fill("小明")
    page.get_by_label("姓名").press("Enter")
    phone.digits("365")
    if page.get_by_role("button", name="判定并登记").count():
        phone.tap("判定并登记")
    assert phone.verdict() == "放行"
    phone.tap("下一位")
    phone.tap("今天")
    expect(page.locator(".counts")).to_contain_text("3")  # it is kept, and then it is sent
    phone.until_sent()
    with acting_as_system():
        driver, child, van = Passage.objects.filter(device_id__isnull=False).order_by("seq")
    assert [driver.detail["rides"], child.detail["rides"]] == [str(van.pk)] * 2
    assert (van.subject_kind, van.crossed, van.detail["aboard"]) == (2, True, 2)


def test_a_phone_that_was_revoked_loses_nothing_and_can_be_enrolled_anew(card, phone, district, enrolment):
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.server.stop()
    phone.scan(card)
    assert phone.usual("365") == "放行"
    phone.tap("下一位")
    cast = district.cast
    with acting_as(cast.secretary):
        revoke_device(Device.objects.latest("pk"), by=cast.secretary, at=now())
    phone.server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("alert")).to_contain_text("已停用", timeout=20_000)
    phone.until_sent()
    with acting_as_system():
        assert Quarantined.objects.filter(reason="revoked-device").count() == 1
    phone.tap("重新登记本机")
    page.get_by_label("或粘贴").fill(enrolment(phone.server))
    phone.tap("登记这部手机")
    expect(page.locator(".gate")).to_contain_text("南门", timeout=15_000)
    phone.scan(card)
    assert phone.usual("366") == "放行"
    phone.until_sent()
    assert recorded() == [(1, True, 366)]


def test_what_is_unsent_goes_out_when_the_network_is_back_though_the_app_is_closed(card, phone):
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.server.stop()
    phone.scan(card)
    assert phone.usual("365") == "放行"
    blank = phone.context.new_page()
    cdp = phone.context.new_cdp_session(blank)
    versions: list[dict[str, str]] = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: versions.extend(told["registrations"]))
    cdp.send("ServiceWorker.enable")
    page.close()
    phone.server.start()
    blank.wait_for_timeout(300)
    registration = next(one["registrationId"] for one in versions if one["scopeURL"].endswith("/gate/"))
    about = {"origin": phone.server.url, "registrationId": registration, "tag": "outbox", "lastChance": False}
    cdp.send("ServiceWorker.dispatchSyncEvent", about)
    assert eventually(blank, recorded, [(1, True, 365)]) == [(1, True, 365)]
    phone.page = phone.new_page()
    phone.open()  # it sends the same again, and is told that it stands
    phone.until_sent()
    assert recorded() == [(1, True, 365)]


def test_who_taps_before_the_rest_of_the_app_is_there_is_told_and_goes_on_by_itself(phone):
    page = phone.page
    forget = "navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((one) => one.unregister())))"
    page.evaluate(forget)
    rest = "**/assets/later-*.js"
    page.route(rest, lambda route: route.abort())
    page.reload()
    page.get_by_role("button", name="今天").click()
    expect(page.get_by_role("status")).to_contain_text("正在取应用的其余部分")
    assert phone.flaws("fetching") == []
    phone.tap("返回")
    page.get_by_role("button", name="访客").click()
    expect(page.get_by_role("status")).to_contain_text("正在取应用的其余部分")
    page.unroute(rest)
    expect(page.get_by_label("电话", exact=True)).to_be_visible(timeout=20_000)
