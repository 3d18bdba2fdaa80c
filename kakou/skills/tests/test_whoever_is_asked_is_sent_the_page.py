"""Whoever is asked to help is sent the page on which he answers; nobody is once he is needed no more."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from kakou.access.scope import acting_as, acting_as_system
from kakou.notices.models import Message
from kakou.notices.tests.gateway import Gateway
from kakou.notices.tests.outgoing import channel_to, sent_by_the_worker
from kakou.skills import actions
from kakou.skills.tests.helping import AT, HOUR, Call, ask, call, driver, fresh, places, say
from kakou.workorders import actions as orders
from kakou.workorders.queries import order_at
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
SITE = "https://kakou.example.cn"


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


@pytest.fixture
def two(places, cast):
    return [driver(places.garden, number, cast.secretary)[0] for number in (1, 2)]


def stands():
    with acting_as_system():
        return list(Message.objects.order_by("id").values_list("state", flat=True))


def test_from_the_page_of_the_desk_to_the_answer(sms, gateway, places, cast, two, client):
    made = call(places, cast.secretary, note="叉车在北门")
    sign_in(client, cast.secretary)
    with time_machine.travel(AT, tick=False):
        done = client.post(f"/helpers/{made.pk}/ask/", {"person": [str(one.pk) for one in two]}, follow=True)
        page = done.content.decode()
        assert "链接会以短信发给每个人" in page and "http://testserver/h/" in page  # the link to copy stays
    sent_by_the_worker(AT)
    texts = gateway.to("+8613800130001")
    assert len(texts) == 1 and "叉车" in texts[0] and "吴超" not in texts[0] and "北门" not in texts[0]
    link = re.search(r"https://\S+", texts[0])[0]
    assert link.startswith(SITE)
    with time_machine.travel(AT + HOUR, tick=False):
        sign_in(client, cast.secretary)
        assert "已告知" in client.get(f"/helpers/{made.pk}/").content.decode()
        answer = Client().post(link.removeprefix(SITE), {"answer": "yes"})
        assert answer.status_code == 200
    with acting_as_system():
        assert Call.objects.get().asked.filter(answer="yes").count() == 1


@pytest.mark.parametrize("how", ["yes", "ended", "answered", "settled"])
def test_nobody_is_sent_it_once_he_is_needed_no_more(sms, gateway, places, cast, two, how):
    made = call(places, cast.secretary)
    first, _ = ask(made, two, cast.secretary)
    assert stands() == ["waiting", "waiting"]
    if how in ("yes", "answered"):
        say(first, how == "yes", by=cast.secretary)
    elif how == "ended":
        with acting_as(cast.secretary):
            actions.end_call(fresh(made), by=cast.secretary, at=AT)
    else:
        with acting_as(cast.secretary):
            order = order_at(made.order_id)
            orders.accept(order, by=cast.secretary, at=AT)
            orders.answer(order_at(made.order_id), evidence={"answer": "好了"}, by=cast.secretary, at=AT)
            orders.close(order_at(made.order_id), evidence={}, by=cast.secretary, at=AT)
    left = {"yes": [], "ended": [], "settled": [], "answered": ["waiting"]}[how]
    assert [state for state in stands() if state != "dropped"] == left
    sent_by_the_worker(AT)
    assert len(gateway.taken) == len(left)


def test_without_a_channel_or_an_address_of_ours_the_link_is_sent_by_hand(places, cast, two, gateway, settings):
    made = call(places, cast.secretary)
    ask(made, two[:1], cast.secretary)
    assert stands() == []
    channel_to(gateway.url, "sms", places.street.pk, to=("13800138000",), may_write_people=True)
    settings.SITE_URL = ""
    ask(made, two[1:], cast.secretary)
    assert stands() == []
