"""A secretary adds a channel on the pages, tries it, and decides about what is stuck; a secret is never shown again."""

import pytest
from robots import WeComRobot

from kakou.access.scope import acting_as_system
from kakou.audit.queries import subjects_of
from kakou.kernel.ids import new_id
from kakou.notices import queries
from kakou.notices.actions import overtake, tell, tell_person
from kakou.notices.adapters import Whom
from kakou.notices.models import Channel, Message
from kakou.notices.tests.outgoing import channel_to, states
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
KEY = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
SECRET = "4f2a-very-secret"


@pytest.fixture
def desk(client, cast, tree):
    from kakou.places.models import Unit

    with acting_as_system():
        Unit.objects.create(node=tree.street, kind="street", name="睢城街道")
        Unit.objects.create(node=tree.east, kind="community_urban", name="东城社区")
    sign_in(client, cast.secretary)
    return client


def text(answer):
    return answer.content.decode()


def test_an_empty_page_says_what_to_do(desk, tree):
    assert "还没有通知渠道" in text(desk.get("/notices/"))
    assert "没有发不出的消息" in text(desk.get("/notices/desk/"))
    assert "没有待发消息" in text(desk.get("/notices/desk/?show=waiting"))
    assert "请先选择地点" in text(desk.get("/notices/new/"))
    kinds = text(desk.get(f"/notices/new/?place={tree.east.pk}"))
    assert "企业微信群" in kinds and "kind=webhook" in kinds


def test_it_is_added_tried_changed_and_switched_off_and_its_secret_is_never_shown(desk, tree):
    new = f"/notices/new/?place={tree.east.pk}&kind=wecom"
    assert desk.post(new, {"name": "组长群", "url": "https://example.cn/x"}).status_code == 422
    wrong = text(desk.post(new, {"name": "组长群", "url": "https://example.cn/x"}))
    assert "这不是该类机器人的地址" in wrong
    made = desk.post(new, {"name": "组长群", "url": KEY + SECRET}, follow=True)
    assert made.status_code == 200
    with acting_as_system():
        channel = Channel.objects.get()
    page = f"/notices/channel/{channel.pk}/"
    desk.post(page + "test/")
    with acting_as_system():
        assert Message.objects.get().key.startswith("test:")
    assert desk.post(page, {"name": "卡口组长群", "per_minute": "5"}).status_code == 302
    assert desk.post(page, {"name": "x", "per_minute": "0"}).status_code == 422
    desk.post(page + "switch/", {"on": "no"})
    assert desk.post(page + "test/", follow=True).status_code == 200
    with acting_as_system():
        assert Message.objects.count() == 1
        channel.refresh_from_db()
    assert (channel.name, channel.per_minute, channel.enabled) == ("卡口组长群", 5, False)
    for path in ("/notices/", page, "/notices/desk/?show=waiting"):
        shown = text(desk.get(path))
        assert "卡口组长群" in shown and SECRET not in shown
    for act in ("added", "changed", "tested", "switched_off"):
        assert subjects_of(f"channel.{act}") == {str(channel.pk)}


def test_what_is_sealed_for_one_machine_is_told_to_no_other(desk, tree):
    channel = channel_to("https://sms.example.cn/send", "sms", tree.east.pk, secret="BEARER", to=("13800138000",))
    page = f"/notices/channel/{channel.pk}/"
    same = {"name": "短信", "url": "https://sms.example.cn/v2/send"}
    assert desk.post(page, same).status_code == 302
    other = {"name": "短信", "url": "https://elsewhere.example.com/x"}
    assert "另一台机器" in text(desk.post(page, other))
    assert "另一台机器" in text(desk.post(page, other | {"secret": "NEW"}))
    with acting_as_system():
        assert queries.reach_of(Channel.objects.get()).url == same["url"]
    assert desk.post(page, other | {"secret": "NEW", "to": "13900139000"}).status_code == 302


def test_what_is_stuck_is_read_tried_again_or_discarded_with_a_reason(desk, tree):
    channel = channel_to(KEY + "a", "wecom", tree.east.pk, may_name_people=True)
    for n in range(3):
        tell(f"李女士 1381234123{n} 发热", key=f"fever:{n}", channel=channel.pk, at=AT)
    with acting_as_system():
        Message.objects.filter(channel=channel).update(state="dead", settled_at=AT)
        first, second, _ = Message.objects.order_by("id")
    stuck = text(desk.get("/notices/desk/"))
    assert "李女士 138****1230 发热" in stuck and "13812341230" not in stuck
    assert "有 3 条消息发不出去" in text(desk.get("/notices/"))
    assert "138****1230" in text(desk.get(f"/notices/message/{first.pk}/"))
    desk.post(f"/notices/message/{first.pk}/retry/")
    assert desk.post(f"/notices/message/{second.pk}/discard/", {"reason": ""}).status_code == 422
    assert desk.post(f"/notices/message/{second.pk}/discard/", {"reason": "打 13812341234"}).status_code == 422
    desk.post(f"/notices/message/{second.pk}/discard/", {"reason": "电话已通知"})
    assert states(channel) == ["waiting", "discarded", "dead"]
    assert "电话已通知" in text(desk.get(f"/notices/message/{second.pk}/"))
    desk.post(f"/notices/channel/{channel.pk}/retry/")
    assert states(channel) == ["waiting", "discarded", "waiting"]


def test_its_robot_is_never_asked_by_a_page(desk, tree, settings):
    with WeComRobot() as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        desk.post(f"/notices/channel/{channel.pk}/test/")
        assert robot.received == robot.refused == []


def test_only_an_administrator_is_offered_that_it_may_write_to_people(desk, tree, cast, client):
    sms = channel_to("https://sms.example.cn/send", "sms", tree.east.pk, secret="BEARER", to=("13800138000",))
    page, kept = f"/notices/channel/{sms.pk}/", {"name": "短信"}
    assert "may_write_people" not in text(desk.get(page))
    assert desk.post(page, kept | {"may_write_people": "on"}).status_code == 302
    with acting_as_system():
        assert not Channel.objects.get().may_write_people
    sign_in(client, cast.administrator)
    assert "may_write_people" in text(client.get(page))
    assert "may_write_people" in text(client.get(f"/notices/new/?place={tree.east.pk}&kind=mail"))
    assert "may_write_people" not in text(client.get(f"/notices/new/?place={tree.east.pk}&kind=wecom"))
    assert client.post(page, kept | {"may_write_people": "on"}).status_code == 302
    sign_in(client, cast.secretary)
    assert "可发给个人" in text(client.get(page))
    assert client.post(page, kept | {"per_minute": "9"}).status_code == 302
    with acting_as_system():
        assert Channel.objects.get().may_write_people
    elsewhere = {"url": "https://elsewhere.example.cn/x", "secret": "N", "to": "13800138000"}
    assert "须由管理员重新确认" in text(client.post(page, kept | elsewhere, follow=True))
    with acting_as_system():
        assert not Channel.objects.get().may_write_people


def test_the_desk_shows_whom_it_was_for_without_the_end_of_his_number(desk, tree):
    sms = channel_to(
        "https://sms.example.cn/send", "sms", tree.east.pk, to=("13800138000",), may_write_people=True
    )  # fmt: skip
    about = new_id()
    for event in ("received", "answered"):
        tell_person("您的诉求", to=Whom("+8613812345678"), about=about, event=event, node=tree.garden.pk, at=AT)
    with acting_as_system():
        dropped, waiting = Message.objects.order_by("id")
        Message.objects.filter(pk=waiting.pk).update(state="dead", settled_at=AT)
    for path in ("/notices/desk/", f"/notices/message/{waiting.pk}/", f"/notices/channel/{sms.pk}/"):
        shown = text(desk.get(path))
        assert "138********" in shown and "5678" not in shown.replace(str(about), "")
    shown = text(desk.get(f"/notices/message/{dropped.pk}/"))
    assert "不必再告知" in shown
    assert desk.get("/notices/desk/?show=dropped").status_code == 200
    overtake([about], at=AT)
    assert states(sms) == ["dropped", "dropped"]
