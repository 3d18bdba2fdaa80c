"""What was told in a transaction that committed goes out, in order, once; what was not committed never does."""

import datetime as dt

import pytest
from django.db import transaction
from robots import DingTalkRobot, FeishuRobot, WeComRobot

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.notices.actions import add_channel, change_channel, discard, forget_texts, retry, send_test, switch, tell
from kakou.notices.actions.channels import Wished
from kakou.notices.actions.telling import KEEP
from kakou.notices.adapters import Reach
from kakou.notices.models import Attempt, Channel, Message
from kakou.notices.queries import due_channels, reach_of, text_of
from kakou.notices.rules import NoticeRefused
from kakou.notices.tests.outgoing import START, Killed, channel_to, message_of, outcomes, sender, states, told

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def robot_of(kind, clock):
    return {"wecom": WeComRobot, "dingtalk": DingTalkRobot, "feishu": FeishuRobot}[kind](clock=clock.seconds)


SECRETS = {"wecom": "", "dingtalk": "SECtest", "feishu": "demo"}


@pytest.mark.parametrize("kind", SECRETS)
def test_every_robot_takes_it_in_the_order_in_which_it_was_told(as_worker, tree, clock, kind):
    texts = [f"第{n}条 <b>&\"'😀" for n in range(4)] + ["字" * 30_000]
    with robot_of(kind, clock) as robot:
        channel = channel_to(robot.url, kind, tree.east.pk, secret=SECRETS[kind])
        told(channel, *(f"{text}" for text in texts[:4]))
        tell(texts[4], key="long", channel=channel.pk, at=START)
        assert sender(clock).send_from(channel.pk) == 5
        assert robot.refused == []
        seen = [one.text.replace("＜", "<") for one in robot.received]
        assert seen[:4] == texts[:4]
        assert seen[4].startswith("字" * 600) and seen[4].endswith("在卡口系统中查看）")
    assert states(channel) == ["sent"] * 5


def test_the_same_key_is_told_once_and_what_is_rolled_back_never(as_worker, tree, clock):
    with WeComRobot(clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        assert tell("南门失联", key="gate:1", channel=channel.pk, at=START) == 1
        assert tell("南门仍失联", key="gate:1", channel=channel.pk, at=START) == 0
        with pytest.raises(Killed), transaction.atomic():
            tell("从未发生", key="gate:2", channel=channel.pk, at=START)
            raise Killed
        sender(clock).send_from(channel.pk)
        assert [one.text for one in robot.received] == ["南门失联"]
        assert tell("南门失联", key="gate:1", channel=channel.pk, at=START) == 0


def test_a_place_is_served_by_the_nearest_channels_above_it(as_worker, tree, clock):
    def keys(channel):
        with acting_as_system():
            return list(Message.objects.filter(channel=channel).order_by("id").values_list("key", flat=True))

    street, east, also = (
        channel_to(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={name}", "wecom", node.pk, name=name)
        for name, node in (("street", tree.street), ("east", tree.east), ("also", tree.east))
    )
    assert tell("a", key="gate", node=tree.garden_gate.pk, at=START) == 2
    assert tell("a", key="west", node=tree.orchard.pk, at=START) == 1
    for channel in (east, also):
        with acting_as_system():
            switch(channel, on=False, by=None, at=START)
    assert tell("a", key="later", node=tree.garden_gate.pk, at=START) == 1
    assert tell("a", key="off", channel=east.pk, at=START) == 0
    assert (keys(street), keys(east), keys(also)) == (["west", "later"], ["gate"], ["gate"])
    with acting_as_system():
        switch(street, on=False, by=None, at=START)
    assert tell("a", key="nobody", node=tree.garden_gate.pk, at=START) == 0


def test_what_waits_in_a_channel_that_is_off_waits_until_it_is_on(as_worker, tree, clock):
    with WeComRobot(clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        told(channel, "a")
        with acting_as_system():
            switch(channel, on=False, by=None, at=START)
            assert due_channels(START) == []
        assert sender(clock).send_from(channel.pk) == 0
        with acting_as_system():
            switch(channel, on=True, by=None, at=START)
            assert due_channels(START) == [channel.pk]
        assert sender(clock).send_from(channel.pk) == 1
        assert len(robot.received) == 1


def test_texts_are_destroyed_on_their_day_and_what_waits_is_not(as_worker, tree, clock):
    with WeComRobot("a", clock.seconds) as group:
        channel = channel_to(group.url, "wecom", tree.east.pk)
        told(channel, "南门失联")
        sender(clock).send_from(channel.pk)
        told(channel, "北门失联")
    assert forget_texts(by=None, at=START + KEEP) == 0
    assert forget_texts(by=None, at=START + KEEP + dt.timedelta(days=1)) == 1
    with acting_as_system():
        assert text_of(message_of(channel, "南门失联")) is None
        assert text_of(message_of(channel, "北门失联")).body == "北门失联"
    assert forget_texts(by=None, at=START + KEEP + dt.timedelta(days=2)) == 0


def test_numbers_of_people_are_masked_unless_the_channel_may_carry_them(as_worker, tree, clock):
    text = "李女士 13812341234 发热"
    with WeComRobot("a", clock.seconds) as group, WeComRobot("b", clock.seconds) as team:
        channel = channel_to(group.url, "wecom", tree.east.pk)
        named = channel_to(team.url, "wecom", tree.east.pk, may_name_people=True)
        tell(text, key="fever", node=tree.east.pk, at=START)
        sender(clock).send_from(channel.pk)
        with acting_as_system():
            assert text_of(message_of(channel, "fever")).body == "李女士 138****1234 发热"
            assert text_of(message_of(named, "fever")).body == text
            change_channel(named, reach=Reach(), wished=Wished("b"), by=None, at=START)
        sender(clock).send_from(named.pk)
        assert [one.text for one in group.received + team.received] == ["李女士 138****1234 发热"] * 2


def test_what_is_refused_for_good_lies_on_the_desk_and_the_rest_goes_on(as_worker, tree, clock, cast):
    with FeishuRobot(secret=None, clock=clock.seconds, keywords=["通知"]) as robot:
        channel = channel_to(robot.url, "feishu", tree.east.pk)
        told(channel, "没有关键词", "通知一")
        sender(clock).send_from(channel.pk)
        assert states(channel) == ["dead", "sent"]
        dead = message_of(channel, "没有关键词")
        assert outcomes(dead) == [("begun", ""), ("never", "19024")]
        robot.keywords = ()
        with acting_as(cast.secretary):
            retry(dead, by=cast.secretary, at=START)
            with pytest.raises(NoticeRefused):
                retry(dead, by=cast.secretary, at=START)
        clock.pass_by(5)
        sender(clock).send_from(channel.pk)
        assert states(channel) == ["sent", "sent"]
        assert robot.received[-1].text == "没有关键词"


def test_what_is_discarded_is_not_sent(as_worker, tree, clock, cast):
    with WeComRobot(clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        told(channel, "a", "b")
        with acting_as(cast.secretary):
            discard(message_of(channel, "a"), reason="电话已通知", by=cast.secretary, at=START)
        sender(clock).send_from(channel.pk)
        assert [one.text for one in robot.received] == ["b"]
        with acting_as(cast.secretary), pytest.raises(NoticeRefused):
            discard(message_of(channel, "b"), reason="电话已通知", by=cast.secretary, at=START)


def test_a_robot_that_blocks_is_left_alone_for_ten_minutes(as_worker, tree, clock):
    with DingTalkRobot(secret=None, clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "dingtalk", tree.east.pk)
        robot.blocked_until = clock.seconds() + 600  # somebody else used the robot too
        told(channel, "a", "b")
        sender(clock).send_from(channel.pk)
        assert outcomes(message_of(channel, "a")) == [("begun", ""), ("later", "130101")]
        for _ in range(59):
            clock.pass_by(10)
            sender(clock).send_from(channel.pk)
        assert len(robot.refused) == 1 and robot.received == []
        clock.pass_by(11)
        sender(clock).send_from(channel.pk)
        assert [one.text for one in robot.received] == ["a", "b"]


def test_an_answer_that_was_lost_is_counted_and_what_comes_twice_is_marked(as_worker, tree, clock):
    with WeComRobot(clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        told(channel, "a", "b")
        robot.lose_answer(2)
        for _ in range(20):
            sender(clock).send_from(channel.pk)
            clock.pass_by(5)
        assert [one.text for one in robot.received] == ["a", "a", "a", "b"]
        assert states(channel) == ["sent_again", "sent"]
        assert message_of(channel, "a").lost == 2


def test_two_workers_do_not_send_from_one_channel_at_the_same_time(as_worker, tree, clock):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    with WeComRobot(clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        told(channel, *"abcdefgh")

        def work(_):
            try:
                return sender(clock).send_from(channel.pk)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            sent = list(pool.map(work, range(8)))
        assert sum(sent) == 8
        assert [one.text for one in robot.received] == list("abcdefgh")


def test_no_text_and_no_secret_stands_in_the_database_or_in_a_log(as_worker, tree, clock, capfd, caplog):
    from django.db import connection

    with DingTalkRobot("tokentoken", secret="SECsecret", clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "dingtalk", tree.east.pk, secret="SECsecret")
        told(channel, "悄悄话悄悄话")
        sender(clock).send_from(channel.pk)
        assert robot.received
    logged = caplog.text + "".join(capfd.readouterr())
    rows = ""
    with acting_as_system(), connection.cursor() as cursor:
        for table in ("notices_channel", "notices_message", "notices_attempt"):
            cursor.execute(f"select t::text from {table} t")
            rows += str(cursor.fetchall())
    for secret in ("tokentoken", "SECsecret"):
        assert secret not in rows + logged
    assert "悄悄话" not in logged and "悄悄话悄悄话".encode().hex() not in rows


def test_one_receiver_has_one_channel_so_that_nobody_sends_at_twice_its_rate(as_worker, tree):
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=one"
    channel = channel_to(url, "wecom", tree.east.pk)
    with pytest.raises(NoticeRefused):
        channel_to(url, "wecom", tree.west.pk)
    other = channel_to(url + "-other", "wecom", tree.west.pk)
    with acting_as_system(), pytest.raises(NoticeRefused):
        change_channel(other, reach=Reach(url), wished=Wished("x"), by=None, at=START)
    with acting_as_system():
        change_channel(channel, reach=Reach(), wished=Wished("new name", 3), by=None, at=START)
        now = Channel.objects.get(pk=channel.pk)
        assert (now.name, now.per_minute, reach_of(now).url) == ("new name", 3, url)


def test_who_may_not_manage_notices_here_adds_no_channel_and_tests_none(as_worker, tree, cast):
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=one"
    channel = channel_to(url, "wecom", tree.east.pk)
    for who in (cast.worker, cast.neighbour, cast.recorder):
        with acting_as(who), pytest.raises(NotAllowed):
            add_channel(node=tree.east.pk, kind="wecom", reach=Reach(url + "2"), wished=Wished("x"), by=who, at=START)
        with acting_as(who):
            assert not Channel.objects.exists()
    with acting_as(cast.secretary):
        send_test(channel, subject="t", body="t", by=cast.secretary, at=START)
        assert Message.objects.get().key.startswith("test:")


def test_what_is_tried_is_only_added_to(as_worker, tree, clock):
    from django.db import DatabaseError, connections

    with WeComRobot(clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        told(channel, "a")
        sender(clock).send_from(channel.pk)
    for change in ("update notices_attempt set code = 'x'", "delete from notices_attempt"):
        with pytest.raises(DatabaseError), connections["owner"].cursor() as cursor:
            cursor.execute(change)
    with acting_as_system():
        assert Attempt.objects.count() == 2
    assert robot.refused == []
