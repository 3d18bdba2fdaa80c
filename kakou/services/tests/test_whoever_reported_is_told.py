"""Whoever reported is told what becomes of it: by text message or mail, with the code and where to look, in his
language, as long as he wants; and nothing that he wrote, no name and no end of a number."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.queries import subjects_of
from kakou.notices.actions.channels import switch
from kakou.notices.models import Channel, Message
from kakou.notices.tests.gateway import Gateway
from kakou.notices.tests.outgoing import channel_to
from kakou.notices.tests.outgoing import sent_by_the_worker as sent
from kakou.notices.tests.test_a_mail_goes_to_its_receivers import server
from kakou.services.actions import Said, hush, make_key, propose, rate
from kakou.services.models import Request
from kakou.services.queries.following import around
from kakou.services.rules import Channel as ByWay
from kakou.services.rules import Rating, spaced
from kakou.services.rules.telling import WORDS, Word
from kakou.services.tests.asking import (
    HOUR,
    LAMP,
    PHONE,
    answered,
    asked,
    fresh,
    lamp_reported_twice,
    order_of,
    places,
    stored,
)
from kakou.workorders import actions as orders
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places", "server"]
SITE = "https://kakou.example.cn"
OTHER = "+8613900139001"


@pytest.fixture(autouse=True)
def site(settings):
    cache.clear()
    settings.SITE_URL, settings.OUTGOING_NETWORKS = SITE, ["127.0.0.0/8"]


@pytest.fixture
def gateway():
    with Gateway() as made:
        yield made


@pytest.fixture
def sms(gateway, places):
    return channel_to(gateway.url, "sms", places.street.pk, to=("13800138000",), may_write_people=True)


def told():
    with acting_as_system():
        return [(one.event, one.state) for one in Message.objects.order_by("id")]


def link_in(text):
    return re.search(r"https?://\S+", text)[0]


def test_from_the_report_to_the_rating(sms, gateway, places, cast):
    resident = Client(headers={"accept-language": "zh-hans"})
    at = f"/s/at/{places.garden.pk}/"
    with time_machine.travel(AT, tick=False):
        page = resident.get(at).content.decode()
        assert re.search(r'name="wants_word"[^>]*checked', page) and "有进展时给我发短信" in page
        said = {"category": "facilities", "text": LAMP, "phone": "138 1234 5678", "name": "王小明", "wants_word": "on"}
        assert "有进展时会发消息到这里" in resident.post(at, said).content.decode()
    [request] = stored()
    sent(AT)
    [received] = gateway.to(PHONE)
    assert spaced(request.code) in received and "已收到" in received
    follow = link_in(received)
    assert follow.startswith(SITE) and parse_qs(urlsplit(follow).query) == {"code": [request.code]}

    answered(request, cast.worker)
    sent(AT + HOUR)
    second = gateway.to(PHONE)[1]
    assert "请查看答复并评价" in second and "路灯" not in second and "王" not in second and "5678" not in second

    with time_machine.travel(AT + 2 * HOUR, tick=False):
        page = resident.get(follow.removeprefix(SITE)).content.decode()
        assert request.code in page or spaced(request.code) in page
        mine = {"code": request.code, "last_four": "5678"}
        assert "路灯已修好" in resident.post("/s/follow/", mine).content.decode()
        done = resident.post("/s/follow/", mine | {"act": "rate", "rating": "very", "remark": ""})
        assert "您的诉求就此办结" in done.content.decode()
    sent(AT + 3 * HOUR)
    assert len(gateway.to(PHONE)) == 2  # his own rating settled it: nobody tells him
    assert order_of(request).state == "closed"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_word_says_no_more_than_it_may_in_his_language(sms, gateway, places, cast, language):
    mine = asked(places.garden.pk, at=AT - HOUR, wants_word=True, language=language, name="王小明")
    other = asked(places.garden.pk, at=AT - HOUR, text="三号楼前路灯不亮了", phone=OTHER)
    with acting_as(cast.worker):
        orders.accept(fresh(mine).order, by=cast.worker, at=AT)
        orders.mark_duplicate(fresh(mine).order, of=fresh(other).order, by=cast.worker, at=AT)
        orders.reopen(fresh(mine).order, reason="不是一件事", by=cast.worker, at=AT + HOUR / 9)
        orders.answer(fresh(mine).order, evidence={"answer": "灯已修好"}, by=cast.worker, at=AT + HOUR / 6)
        orders.close(fresh(mine).order, evidence={}, by=cast.worker, at=AT + HOUR / 3)
    events = {"received", "joined", "answered", "closed"}
    assert {event for event, _ in told()} == events
    with acting_as_system():
        Message.objects.update(state="waiting", settled_at=None, dropped="")
    sent(AT + HOUR)
    texts = gateway.to(PHONE)
    assert len(texts) == len(events)
    for text in texts:
        assert spaced(mine.code) in text and link_in(text)
        for secret in ("路灯", "灯已修好", "王", "5678", "花园"):
            assert secret not in text.replace(mine.code, "").replace(spaced(mine.code), "")
        assert any(ord(sign) > 0x3000 for sign in text) is (language == "zh-hans")
        assert len(text) <= 5 * 67


def test_those_who_reported_the_same_hear_of_it_too(sms, gateway, places, cast):
    with acting_as_system():
        lamp_reported_twice(places.garden.pk)
        Request.objects.update(wants_word=True)
    first, second = stored()
    with acting_as(cast.worker):
        orders.mark_duplicate(fresh(second).order, of=fresh(first).order, by=cast.worker, at=AT)
    sent(AT)
    answered(first, cast.worker)
    sent(AT + HOUR)
    assert "请查看答复并评价" in gateway.to(PHONE)[-1]
    joined = gateway.to(OTHER)
    assert len(joined) == 2 and spaced(second.code) in joined[1] and "评价" not in joined[1]


def test_given_back_is_told_too(sms, gateway, places, cast):
    mine = asked(places.garden.pk, wants_word=True, at=AT - HOUR)
    with acting_as(cast.secretary):
        order = fresh(mine).order
        orders.accept(order, by=cast.secretary, at=AT)
        orders.dispatch(fresh(mine).order, unit=places.garden.pk, owner=cast.worker, by=cast.secretary, at=AT)
        orders.give_back(fresh(mine).order, reason="不归我们", by=cast.secretary, at=AT + HOUR)
    sent(AT + HOUR)
    assert [event for event, _ in told()] == ["received", "returned"]
    assert "不归我们" not in gateway.to(PHONE)[-1]


def test_without_a_tick_a_number_or_a_channel_nobody_is_told(places, cast, gateway):
    asked(places.garden.pk, wants_word=True)
    assert told() == []  # no channel
    channel_to(gateway.url, "sms", places.street.pk, to=("13800138000",), may_write_people=True)
    asked(places.garden.pk, text="另一件")
    asked(places.garden.pk, text="第三件", phone="", wants_word=True)
    assert told() == []
    assert [one.wants_word for one in stored()].count(True) == 1


def test_no_tick_is_offered_where_nobody_can_be_told(places):
    with time_machine.travel(AT, tick=False):
        assert "wants_word" not in Client().get(f"/s/at/{places.garden.pk}/").content.decode()


def test_no_messages_are_promised_where_nobody_can_be_told(places):
    mine = asked(places.garden.pk, wants_word=True)  # as a program reports
    page = Client(headers={"accept-language": "en"})
    with time_machine.travel(AT, tick=False):
        shown = page.post("/s/follow/", {"code": mine.code, "last_four": "5678"}).content.decode()
    assert spaced(mine.code) in shown and "message" not in shown.split("<main")[1]


def test_what_is_rolled_back_is_not_told(sms, places, cast):
    mine = asked(places.garden.pk, wants_word=True)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        answered(mine, cast.worker)
        raise ZeroDivisionError
    assert told() == [("received", "waiting")]


def test_what_is_not_so_any_more_is_not_told(sms, gateway, places, cast):
    mine = asked(places.garden.pk, wants_word=True)
    answered(mine, cast.worker)
    assert told() == [("received", "dropped"), ("answered", "waiting")]
    with acting_as_system():
        switch(Channel.objects.get(), on=False, by=None, at=AT)
    with acting_as(cast.worker):
        orders.reopen(fresh(mine).order, reason="还没好", by=cast.worker, at=AT + 2 * HOUR)
    with acting_as_system():
        switch(Channel.objects.get(), on=True, by=None, at=AT)
    sent(AT + 2 * HOUR)
    assert gateway.taken == [] and {state for _, state in told()} == {"dropped"}


def test_whoever_wants_no_more_is_left_alone(sms, gateway, places, cast):
    mine = asked(places.garden.pk, wants_word=True)
    page, keys = Client(headers={"accept-language": "en"}), {"code": mine.code, "last_four": "5678"}
    with time_machine.travel(AT + HOUR / 2, tick=False):
        assert "no more messages" in page.post("/s/follow/", keys).content.decode()
        wrong = page.post("/s/follow/", keys | {"last_four": "1111", "act": "hush"})
        assert wrong.status_code == 422 and fresh(mine).wants_word
        for _ in range(2):
            hushed = page.post("/s/follow/", keys | {"act": "hush"}).content.decode()
        assert "You are sent no more messages" in hushed and 'value="hush"' not in hushed
    assert told() == [("received", "dropped")] and not fresh(mine).wants_word
    assert subjects_of("request.hushed") == {str(mine.pk)}
    answered(mine, cast.worker)
    sent(AT + HOUR)
    assert gateway.taken == []


def test_an_address_of_mail_alone_is_enough_to_be_told_to_look_and_to_rate(places, cast, server):
    channel_to("", "mail", places.street.pk, to=("desk@example.cn",), may_write_people=True)
    mine = asked(places.garden.pk, phone="", email="Li.Lei@example.cn", wants_word=True)
    answered(mine, cast.worker)
    with server() as made:
        sent(AT + HOUR)
    [(to, letter)] = made.taken  # the first word was overtaken
    assert (to == ["Li.Lei@example.cn"] and "by=3Dmail" in letter) or "by=mail" in letter
    page = Client(headers={"accept-language": "zh-hans"})
    with time_machine.travel(AT + 2 * HOUR, tick=False):
        asks = page.get(f"/s/follow/?code={mine.code}&by=mail").content.decode()
        assert "您留下的邮箱地址" in asks and 'inputmode="email"' in asks
        for wrong in ("li.lei@example.com", "@", "5678", "13812345678", "li.lei@example.c"):
            answer = page.post("/s/follow/", {"code": mine.code, "last_four": wrong})
            assert answer.status_code == 422
        keys = {"code": mine.code, "last_four": "li.lei@example.cn"}
        assert "路灯已修好" in page.post("/s/follow/", keys).content.decode()
        page.post("/s/follow/", keys | {"act": "rate", "rating": "ok"})
    assert fresh(mine).rating == "ok"


def test_the_desk_sees_what_was_told_when_and_why_not(sms, gateway, places, cast, client):
    mine = asked(places.garden.pk, wants_word=True, at=AT - HOUR)
    sent(AT - HOUR)
    gateway.says[PHONE] = 400
    answered(mine, cast.worker, at=AT)
    sent(AT)
    sign_in(client, cast.worker)  # who may see no channel
    with time_machine.travel(AT + HOUR, tick=False):
        page = client.get(f"/services/{mine.pk}/").content.decode()
        assert "已告知" in page and "短信" in page and "未能告知" in page and "400" in page
        assert "13812345678" not in page and "5678" not in page
        quiet = asked(places.garden.pk, text="另一件")
        assert "不要求告知" in client.get(f"/services/{quiet.pk}/").content.decode()
        nobody = asked(places.garden.pk, text="第三件", phone="")
        assert "没有留下号码或地址" in client.get(f"/services/{nobody.pk}/").content.decode()
        with acting_as_system():
            Channel.objects.update(may_write_people=False)
        assert "没有可发给个人的渠道" in client.get(f"/services/{mine.pk}/").content.decode()


def test_a_clerk_asks_and_ticks(sms, places, cast, client):
    sign_in(client, cast.worker)
    with time_machine.travel(AT, tick=False):
        page = client.get(f"/services/new/?place={places.garden.pk}").content.decode()
        assert re.search(r'name="wants_word"[^>]*checked', page)
        said = {
            "unit": places.garden.pk, "channel": "phone", "category": "facilities", "text": LAMP,
            "phone": "13812345678", "key": "01890a5d-ac96-774b-bcce-b302099a8057",
        }  # fmt: skip
        assert client.post("/services/new/", said).status_code == 302
        assert told() == []  # not ticked
        said |= {"wants_word": "on", "key": "01890a5d-ac96-774b-bcce-b302099a8058"}
        assert client.post("/services/new/", said).status_code == 302
    assert told() == [("received", "waiting")]


def test_called_back_and_content_is_not_told_again(sms, places, cast):
    mine = asked(places.garden.pk, wants_word=True)
    answered(mine, cast.worker)
    with acting_as(cast.secretary):
        rate(fresh(mine), Rating.VERY, by=cast.secretary, at=AT + 2 * HOUR)
    assert [event for event, _ in told()] == ["received", "answered"]


def test_every_word_has_its_text():
    assert set(WORDS) == set(Word)


@pytest.mark.parametrize(
    ("contact", "kinds", "is_told"),
    [
        ({"phone": "13812345678"}, ("sms",), True), ({"email": "li@example.cn"}, ("mail",), True),
        ({"email": "li@example.cn"}, ("sms",), False), ({"phone": "13812345678"}, (), False),
        ({}, ("sms", "mail"), False),
    ],
)  # fmt: skip
def test_a_program_names_who_is_told_and_hears_that_he_is(places, gateway, contact, kinds, is_told):
    for kind in kinds:
        to = {"sms": ("13800138000",), "mail": ("desk@example.cn",)}[kind]
        channel_to(gateway.url if kind == "sms" else "", kind, places.street.pk, to=to, may_write_people=True)
    with acting_as_system():
        key = make_key(name="城市随手拍", node=places.east.pk, by=None, at=AT)[1]
    report = {"api_key": key, "service_code": "facilities", "address_string": "花园小区", "description": LAMP}
    with time_machine.travel(AT, tick=False):
        program = Client(headers={"accept-language": "en"})
        [answer] = program.post("/open311/v2/requests.json", report | contact).json()
    assert ("is told by message" in answer["service_notice"]) is is_told
    assert told() == ([("received", "waiting")] if is_told else [])


def test_a_mail_that_became_a_request_is_answered_by_mail(places, cast, client, server):
    channel_to("", "mail", places.street.pk, to=("desk@example.cn",), may_write_people=True)
    with acting_as_system():
        said = Said(LAMP, mark="lamp", email="li@example.cn")
        id = propose(said, node=places.garden.pk, channel=ByWay.MAIL, at=AT - HOUR)
    sign_in(client, cast.worker)
    form = {"unit": places.garden.pk, "category": "facilities", "text": LAMP, "phone": "", "name": ""}
    with time_machine.travel(AT, tick=False):
        assert 'name="wants_word"' in client.get(f"/services/proposals/{id}/").content.decode()
        assert client.post(f"/services/proposals/{id}/", form | {"wants_word": "on"}).status_code == 302
    with server() as made:
        sent(AT)
    assert [to for to, _ in made.taken] == [["li@example.cn"]]


def test_who_wants_no_more_while_he_is_being_told_is_told_nothing(sms, places, cast):
    mine = asked(places.garden.pk, at=AT - HOUR, wants_word=True)
    said, hushed = threading.Event(), threading.Event()

    def says_no_more():
        try:
            assert said.wait(30)
            with around(mine.code):
                hush(fresh(mine), at=AT + HOUR)
        finally:
            hushed.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(says_no_more)
        with transaction.atomic():
            answered(mine, cast.worker)
            said.set()
            hushed.wait(2)
        done.result(30)
    assert ("answered", "dropped") in told()
    assert ("answered", "waiting") not in told()
