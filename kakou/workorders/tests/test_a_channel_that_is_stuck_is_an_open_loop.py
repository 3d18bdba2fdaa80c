"""A channel that does not get its messages out is an open matter of its place, until it does."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as_system
from kakou.notices.actions import add_channel, discard, switch, tell
from kakou.notices.actions.channels import Wished
from kakou.notices.adapters import Reach
from kakou.notices.models import Message
from kakou.workorders.actions import watch_notices
from kakou.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def channel(tree, at):
    with acting_as_system():
        made = add_channel(node=tree.east.pk, kind="wecom", reach=Reach(URL), wished=Wished("a"), by=None, at=at)
    tell("a", key="a", channel=made.pk, at=at)
    return made


def orders():
    with acting_as_system():
        return list(WorkOrder.objects.filter(kind="notices_stuck").values_list("state", "owner__username"))


def test_what_waits_for_an_hour_opens_one_order_and_what_is_sent_closes_it(channel, cast, at):
    assert watch_notices(at=at + 59 * MINUTE) == 0
    assert watch_notices(at=at + 61 * MINUTE) == 1
    assert watch_notices(at=at + 62 * MINUTE) == 0
    assert orders() == [("reported", "secretary")]
    with acting_as_system():
        Message.objects.update(state="sent", settled_at=at)
    watch_notices(at=at + 63 * MINUTE)
    assert [state for state, _ in orders()] == ["closed"]


def test_what_is_dead_opens_one_at_once_until_somebody_decides(channel, cast, at):
    with acting_as_system():
        Message.objects.update(state="dead", settled_at=at)
    assert watch_notices(at=at) == 1
    with acting_as_system():
        discard(Message.objects.get(), reason="said by telephone", by=cast.secretary, at=at)
    watch_notices(at=at + MINUTE)
    assert [state for state, _ in orders()] == ["closed"]


def test_a_channel_that_was_switched_off_may_let_its_messages_wait(channel, at):
    with acting_as_system():
        switch(channel, on=False, by=None, at=at)
    assert watch_notices(at=at + 600 * MINUTE) == 0
