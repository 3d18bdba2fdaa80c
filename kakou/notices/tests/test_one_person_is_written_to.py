"""One person is told something of his: by a channel that may, sealed, not too often, and nothing that is over."""

import datetime as dt
import logging
import os
import signal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import now
from kakou.notices.actions import (
    change_channel,
    forget_texts,
    overtake,
    retry,
    send_all,
    switch,
    tell,
    tell_person,
)
from kakou.notices.actions.channels import Wished
from kakou.notices.adapters import Reach, Whom
from kakou.notices.models import Attempt, Channel, Message
from kakou.notices.pages.people import words_about
from kakou.notices.queries import stuck_channels
from kakou.notices.queries.people import receiver, way_to
from kakou.notices.rules import A_PERSON, A_STRANGER, NoticeRefused, Why, free_at
from kakou.notices.tests.gateway import Gateway
from kakou.notices.tests.outgoing import START, channel_to, message_of, outcomes, sender, states
from kakou.notices.tests.test_a_killed_worker_loses_nothing import until, worker
from kakou.notices.tests.test_a_mail_goes_to_its_receivers import server
from kakou.vault.rules import mask
from tests.canaries import CANARIES, database_leaks, leaks
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["server"]
PHONE, OTHER = "+8613812345678", "+8613900139001"
LI = Whom(PHONE)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def gateway():
    with Gateway() as made:
        yield made


@pytest.fixture
def sms(gateway, tree, as_worker):
    return channel_to(gateway.url, "sms", tree.street.pk, to=("13800138000",), may_write_people=True)


def tell_li(tree, *, text="已受理", about=None, event="received", at=START, to=LI):
    return tell_person(text, to=to, about=about or new_id(), event=event, node=tree.garden.pk, at=at)


def messages():
    with acting_as_system():
        return list(Message.objects.select_related("channel").order_by("id"))


def test_it_reaches_him_alone_and_the_channel_s_own_receivers_hear_nothing(sms, gateway, tree, clock):
    assert tell_li(tree)
    assert tell("给值班室", key="a", channel=sms.pk, at=START) == 1
    sender(clock).send_from(sms.pk)
    assert gateway.taken == [([PHONE], "已受理"), (["13800138000"], "给值班室")]


def test_a_text_message_is_read_sooner_than_mail_and_mail_reaches_who_has_no_telephone(sms, tree, clock, server):
    mail = channel_to("", "mail", tree.street.pk, to=("desk@example.cn",), may_write_people=True)
    with acting_as_system():
        both = Whom(PHONE, "li@example.cn")
        assert way_to(tree.garden.pk, both).channel[0] == sms.pk
    tell_li(tree, to=Whom(email="li@example.cn"))
    with server() as made:
        sender(clock).send_from(mail.pk)
    assert [to for to, _ in made.taken] == [["li@example.cn"]] and states(mail) == ["sent"]


def test_only_a_channel_that_may_writes_to_people_and_the_nearest_first(gateway, as_worker, tree):
    channel = channel_to(gateway.url, "sms", tree.street.pk, to=("13800138000",))
    assert not tell_li(tree) and messages() == []
    near = channel_to(gateway.url + "/near", "sms", tree.east.pk, to=("13800138000",))
    with acting_as_system():
        Channel.objects.update(may_write_people=True)
        assert way_to(tree.garden.pk, LI).channel[0] == near.pk
        assert way_to(tree.orchard.pk, LI).channel[0] == channel.pk
        assert way_to(tree.garden.pk, Whom("", "li@example.cn")) is None
    with acting_as_system():
        switch(near, on=False, by=None, at=START)
        assert way_to(tree.garden.pk, LI).channel[0] == channel.pk


@pytest.mark.parametrize("kind", ["wecom", "webhook"])
def test_a_group_never_writes_to_people_whatever_is_tried(tree, as_worker, kind):
    url = {"wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a", "webhook": "https://a.example.cn"}[kind]
    secret = "" if kind == "wecom" else "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
    with pytest.raises(NoticeRefused):
        channel_to(url, kind, tree.street.pk, secret=secret, may_write_people=True)
    made = channel_to(url, kind, tree.street.pk, secret=secret)
    with pytest.raises(IntegrityError), acting_as_system():
        Channel.objects.filter(pk=made.pk).update(may_write_people=True)


def test_what_is_rolled_back_was_never_told_and_the_same_twice_is_once(sms, tree):
    about = new_id()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell_li(tree, about=about)
        raise ZeroDivisionError
    assert messages() == []
    for _ in range(3):
        assert tell_li(tree, about=about)
    assert states(sms) == ["waiting"]


def test_nothing_of_him_stands_anywhere_in_plain_and_the_desk_shows_no_end_of_his_number(sms, tree, clock, caplog):
    caplog.set_level(logging.DEBUG)
    canary = CANARIES[0]
    tell_li(tree, to=Whom("+86" + canary.phone))
    sender(clock).send_from(sms.pk)
    [message] = messages()
    assert message.state == "sent" and receiver(message) == "+86" + canary.phone
    assert mask("receiver", receiver(message)) == canary.phone[:3] + "*" * 8
    assert leaks(log=caplog.text) == database_leaks() == []


def test_he_is_destroyed_with_the_text_on_its_day(sms, tree, clock):
    tell_li(tree)
    sender(clock).send_from(sms.pk)
    assert forget_texts(by=None, at=START + 29 * DAY) == 0
    assert forget_texts(by=None, at=START + 31 * DAY) == 1
    [message] = messages()
    assert (bytes(message.to_sealed), message.person, bytes(message.text_sealed)) == (b"", None, b"")
    assert receiver(message) == "" and message.state == "sent"


def test_he_is_destroyed_on_its_day_where_it_waits_in_a_channel_that_is_off(sms, gateway, tree, clock):
    tell_li(tree)
    with acting_as_system():
        Channel.objects.filter(pk=sms.pk).update(enabled=False)
    assert forget_texts(by=None, at=START + 31 * DAY) == 1
    [message] = messages()
    assert (bytes(message.to_sealed), message.person, bytes(message.text_sealed)) == (b"", None, b"")
    with acting_as_system():
        Channel.objects.filter(pk=sms.pk).update(enabled=True)
    sender(clock).send_from(sms.pk)
    assert gateway.taken == [] and states(sms) == ["dropped"]


def test_one_that_waits_past_its_day_is_sent_to_nobody(sms, gateway, tree, clock):
    tell_li(tree)
    with acting_as_system():
        Message.objects.update(to_sealed=b"")
    sender(clock).send_from(sms.pk)
    assert gateway.taken == [] and states(sms) == ["dead"]


def test_what_is_over_before_it_could_be_told_is_not_told(sms, gateway, tree, clock):
    lamp, drain = new_id(), new_id()
    tell_li(tree, about=lamp, event="received")
    tell_li(tree, about=drain, event="received")
    clock.pass_by(60)
    tell_li(tree, about=lamp, event="answered", text="已答复", at=clock())
    overtake([drain], at=clock())
    sender(clock).send_from(sms.pk)
    assert gateway.to(PHONE) == ["已答复"]
    assert states(sms) == ["dropped", "dropped", "sent"]
    assert [(one.event, one.arrived) for one in words_about([lamp])[lamp]] == [("received", False), ("answered", True)]


def test_what_is_stuck_and_over_is_tried_no_more(sms, gateway, tree, clock, cast):
    gateway.says[PHONE] = 400
    about = new_id()
    tell_li(tree, about=about)
    sender(clock).send_from(sms.pk)
    assert states(sms) == ["dead"]
    overtake([about], at=clock())
    with acting_as_system(), pytest.raises(NoticeRefused):
        retry(messages()[0], by=cast.administrator, at=clock())
    assert states(sms) == ["dropped"]


def test_one_under_way_may_arrive_and_is_not_tried_again_if_it_does_not(sms, gateway, tree, clock):
    about = new_id()
    for status, ends in ((503, "dropped"), (200, "sent")):
        gateway.says[PHONE] = status
        tell_li(tree, about=about, at=clock())

        def over(parcel):
            from kakou.notices.posting import carry

            overtake([about], at=clock())
            return carry(parcel)

        sender(clock, over).send_from(sms.pk)
        assert states(sms)[-1] == ends
        clock.pass_by(3600)


def test_a_number_that_takes_nothing_holds_up_nobody_else(sms, gateway, tree, clock):
    gateway.says[PHONE] = 503
    tell_li(tree)
    tell_li(tree, to=Whom(OTHER))
    tell("给值班室", key="a", channel=sms.pk, at=START)
    sender(clock).send_from(sms.pk)
    assert [to for to, _ in gateway.taken] == [[OTHER], ["13800138000"]]
    assert states(sms) == ["waiting", "sent", "sent"]
    gateway.says.clear()
    clock.pass_by(700)
    send_due(clock)
    assert states(sms) == ["sent"] * 3


def send_due(clock):
    from kakou.notices.queries import due_channels

    with acting_as_system():
        due = due_channels(clock())
    for channel in due:
        sender(clock).send_from(channel)


def test_the_channel_s_own_messages_stay_in_order_whatever_people_are_told(sms, gateway, tree, clock):
    gateway.says["13800138000"] = 503
    tell("先", key="1", channel=sms.pk, at=START)
    tell("后", key="2", channel=sms.pk, at=START)
    tell_li(tree)
    sender(clock).send_from(sms.pk)
    assert gateway.taken == [([PHONE], "已受理")]
    gateway.says.clear()
    clock.pass_by(60)
    send_due(clock)
    assert [text for _, text in gateway.taken] == ["已受理", "先", "后"]


def test_nobody_is_written_to_more_often_than_the_table_allows(gateway, sms, tree, clock):
    second = channel_to(gateway.url + "/2", "sms", tree.west.pk, to=("13800138000",), may_write_people=True)
    for number in range(40):
        place = tree.orchard if number % 2 else tree.garden
        tell_person(f"{number}", to=LI, about=new_id(), event="answered", node=place.pk, at=START)
    tell_li(tree, text="另一人", to=Whom(OTHER))
    came = []
    for _ in range(30):
        before = len(gateway.to(PHONE))
        for channel in (sms, second):
            sender(clock).send_from(channel.pk)
        came += [clock()] * (len(gateway.to(PHONE)) - before)
        clock.pass_by(3600)
    assert gateway.to(OTHER) == ["另一人"]
    for limit in A_PERSON.limits:
        assert max(sum(one <= other < one + limit.per for other in came) for one in came) <= limit.count
    assert len(came) > A_PERSON.limits[0].count
    left = {(one.state, one.dropped) for one in messages() if one.state != "sent"}
    assert left == {("dropped", Why.TOO_MANY.value)}  # nothing is left for the days after


def test_a_flood_of_reports_under_somebody_s_number_keeps_no_answer_from_him(gateway, sms, tree, clock):
    for number in range(40):
        tell_person(f"{number}", to=LI, about=new_id(), event="received", node=tree.garden.pk, at=START)
    tell_person("已答复", to=LI, about=new_id(), event="answered", node=tree.garden.pk, at=START)
    sender(clock).send_from(sms.pk)
    assert sorted(gateway.to(PHONE)) == ["0", "1", "已答复"]
    for _ in range(30):
        clock.pass_by(3600)
        sender(clock).send_from(sms.pk)
    assert len(gateway.to(PHONE)) <= 1 + 2 * A_STRANGER.limits[1].count  # thirty hours begin in two days
    assert "waiting" not in states(sms)


def test_whoever_is_left_alone_for_a_while_opens_no_loop(sms, gateway, tree, clock):
    for number in range(8):
        tell_li(tree, text=f"{number}")
    sender(clock).send_from(sms.pk)
    assert states(sms).count("waiting") == 6
    later = START + HOUR + HOUR / 60
    with acting_as_system():
        Message.objects.filter(state="waiting").update(next_at=later + HOUR)
        assert stuck_channels(later) == []
        Message.objects.filter(state="waiting").update(next_at=START)  # it might go, and nobody sends it
        assert stuck_channels(later) == [(sms.pk, tree.street.pk)]


@given(st.lists(st.integers(0, 3 * 86400), max_size=60))
def test_whatever_was_sent_the_next_keeps_every_limit(seconds):
    """Each goes when it may: no window of any limit holds more than it allows."""
    ended = []
    for wish in sorted(seconds):
        at = free_at(A_PERSON, ended, max([START + dt.timedelta(seconds=wish), *ended[:1]]))
        ended.insert(0, at)
    for limit in A_PERSON.limits:
        for one in ended:
            assert sum(one <= other < one + limit.per for other in ended) <= limit.count


def test_a_channel_that_may_no_more_writes_to_nobody(sms, gateway, tree, clock):
    tell_li(tree)
    with acting_as_system():
        change_channel(sms, reach=Reach(), wished=Wished("sms", may_write_people=False), by=None, at=START)
    sender(clock).send_from(sms.pk)
    assert gateway.taken == []
    assert outcomes(messages()[0])[-1] == ("never", "not-to-people")
    assert states(sms) == ["dead"]


def test_only_an_administrator_opens_it_and_who_leads_it_elsewhere_closes_it(gateway, sms, tree, cast):
    from kakou.access.actions import grant_role
    from kakou.access.rules import Role
    from kakou.access.scope import acting_as
    from kakou.kernel.errors import Refusal

    secretary = staff("of_the_street", Role.COMMUNITY_SECRETARY, tree.street)
    kept = Wished("sms")
    with acting_as(secretary):
        same = change_channel(sms, reach=Reach(), wished=kept, by=secretary, at=START)
        assert same.may_write_people
        other = Reach("http://127.0.0.1:1/x", "n", ("13800138000",))
        moved = change_channel(sms, reach=other, wished=kept, by=secretary, at=START)
        assert not moved.may_write_people
    with acting_as(secretary), pytest.raises(Refusal) as refused:
        change_channel(sms, reach=Reach(), wished=Wished("sms", may_write_people=True), by=secretary, at=START)
    assert refused.value.status == 403
    grant_role(staff=secretary, role=Role.ADMINISTRATOR, node=tree.street, by=None, at=START)
    with acting_as(secretary):
        again = change_channel(sms, reach=Reach(), wished=Wished("sms", may_write_people=True), by=secretary, at=START)
    assert again.may_write_people


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the other process finds the private server only")
def test_a_worker_that_is_killed_loses_none(gateway, as_worker, tree):
    sms = channel_to(gateway.url, "sms", tree.street.pk, to=("13800138000",), may_write_people=True)
    for number in (PHONE, OTHER):
        tell_li(tree, to=Whom(number), at=now())
    gateway.hold.clear()
    killed = worker()
    until(lambda: gateway.taken)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    gateway.hold.set()
    until(lambda: send_all(at=now()) is not None and "waiting" not in states(sms))
    assert sorted(to for to, _ in gateway.taken) == [[PHONE], [PHONE], [OTHER]]
    assert len(set(gateway.ids)) == 2  # a gateway that knows ids sends nothing twice
    assert sorted(states(sms)) == ["sent", "sent_again"]


def test_every_attempt_is_kept_without_him(sms, tree, clock):
    tell_li(tree)
    sender(clock).send_from(sms.pk)
    with acting_as_system():
        assert list(Attempt.objects.order_by("id").values_list("outcome", "code")) == [("begun", ""), ("sent", "200")]
    assert message_of(sms, messages()[0].key).event == "received"
