"""The secretary reads what an order is about without a code, and finds the page on which its matter is settled."""

import re

import pytest
import time_machine
from django.urls import NoReverseMatch, reverse

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.ledger.actions.occupants import fold_occupants
from kakou.ledger.actions.temperatures import fold_temperatures
from kakou.ledger.tests.deskwork import (
    AT,
    FINE,
    HOUR,
    MINUTE,
    garden,
    look,
    order_about,
    passage,
    phone,
    visitor,
)
from kakou.ledger.tests.test_whoever_sits_in_a_vehicle_is_recorded import rider, van
from kakou.screening.actions.audits import Drawn, draw
from kakou.screening.actions.fever import follow_cases
from kakou.workorders.actions import open_once
from kakou.workorders.models import WorkOrder
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT + HOUR, tick=False):
        yield


@pytest.fixture(autouse=True)
def pages_of_screening(settings):
    try:
        reverse("screening:trust")
    except NoReverseMatch:
        settings.ROOT_URLCONF = "kakou.ledger.tests.screening_pages"


@pytest.fixture
def ask(client, cast):
    """`ask(order, who)` → the text of its page, or of the list without an order."""

    def asked(order=None, who=cast.secretary, language="en"):
        sign_in(client, who)
        client.cookies["django_language"] = language
        answer = client.get(f"/ledger/loops/{order.pk}/" if order else "/ledger/loops/")
        assert answer.status_code == 200
        return answer.content.decode()

    return asked


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def milder(phone, cast):
    (red,) = phone.send(
        passage(visitor(), checks=FINE | {"health": "red"}, without=("temperature",), recorder=cast.recorder.pk)
    )
    look()
    return order_about(red, "verdict_milder")


def test_a_verdict_is_told_with_what_the_rules_say_and_whom_to_ask(milder, ask):
    page = text_of(ask(milder))
    assert "Recorded: Admitted. By the rules cn-2021-08.1: Referred." in page
    assert "The health code is red Not looked at: Temperature" in page
    assert "Recorded by recorder" in page
    assert "What did the recorder say?" in page
    assert "Recorded: Admitted. By the rules" in text_of(ask())


def test_it_is_told_in_chinese_too(milder, ask):
    page = text_of(ask(milder, language="zh-hans"))
    assert "登记：放行。按规则 cn-2021-08.1：移交。" in page
    assert "健康码红码 未查验：体温" in page


def test_rules_that_are_gone_leave_their_codes(milder, ask):
    with acting_as_system():
        facts = milder.facts | {"pack": "cn-2021-08.7"}
        WorkOrder.objects.using("owner").filter(pk=milder.pk).update(facts=facts)
    assert "health.red temperature.not_looked" in text_of(ask(milder))


def test_equal_temperatures_are_told_as_a_row(phone, ask, cast):
    many = [passage(visitor(n), at=AT + n * MINUTE, recorder=cast.recorder.pk) for n in range(8)]
    (first, *_) = phone.send(*many)
    fold_temperatures(at=AT)
    page = text_of(ask(order_about(first, "equal_temperatures")))
    assert "8 × 36.5 °C" in page
    assert "Recorded by recorder" in page


def test_who_was_turned_away_without_a_reason_is_asked_about_with_his_verdict(phone, ask, cast):
    (held,) = phone.send(passage(visitor(), verdict="hold", reasons=[], recorder=cast.recorder.pk))
    look()
    order = order_about(held, "verdict_unexplained")
    assert "Recorded: Held. Recorded by recorder" in text_of(ask(order)).replace("· ", "")
    assert "劝返或留置，却没有写原因" in text_of(ask(order, language="zh-hans"))


def test_bare_temperatures_are_told_with_their_day(phone, ask):
    phone.send(passage(visitor(), without=("thermometer",)))
    look()
    assert "体温没有写明体温计或测量时间 2021年8月" in text_of(ask(language="zh-hans"))
    assert "Temperatures without their thermometer or their time" in text_of(ask())


def test_missing_occupants_are_counted(phone, ask):
    vehicle = van(3)
    phone.send(vehicle, rider(1, vehicle), rider(2, vehicle))
    fold_occupants(at=AT + HOUR)
    assert "3 aboard, 2 recorded" in text_of(ask(order_about(vehicle["id"], "occupants_missing")))


def test_unknown_rules_are_named_at_their_gate(phone, ask):
    phone.send(passage(visitor(), pack="cn-2021-08.9"), passage(visitor(), pack="13800138000"))
    look()
    page = text_of(ask())
    assert "Rules cn-2021-08.9" in page
    assert "What the phone names is no version of any rules." in page
    assert "13800138000" not in page


@pytest.fixture
def fever(phone):
    held, slipped = phone.send(
        passage(visitor(), checks=FINE | {"temperature": 378}, verdict="hold"), passage(visitor(), at=AT + MINUTE)
    )
    look()
    follow_cases(at=AT)
    return order_about(held, "fever"), order_about(slipped, "fever_walked")


def test_a_fever_is_settled_on_its_own_page(fever, ask, cast):
    order, walked = fever
    where = f'href="/screening/fever/{order.cause}/'
    page = ask(order)
    assert where in page
    assert "Close with this evidence" not in page
    assert where in ask(walked)
    assert "Close with this evidence" in ask(walked)
    assert where not in ask(order, cast.enterprise), "who may not see fevers is led to none"


def test_whom_to_ask_again_is_one_click_away(phone, ask, cast):
    (passed,) = phone.send(passage(visitor()))
    with acting_as_system():
        draw(AT, [Drawn(passed, phone.node)], at=AT)
        root = garden_root(phone)
        old = open_once("trust_list_old", f"{root}:{new_id()}", node=root, at=AT)
        order = WorkOrder.objects.get(pk=old)
    page = ask(order_about(passed, "spot_audit"))
    assert f'href="/screening/audits/{passed}/' in page
    assert "Close with this evidence" not in page
    assert "/screening/audits/" not in ask(order_about(passed, "spot_audit"), cast.recorder)
    assert 'href="/screening/trust/' in ask(order, cast.commander)


def said_of(kind, phone, ask, **facts):
    """What the page of such an order says it is about, in English and Chinese."""
    cause = facts.pop("cause", phone.node)
    with acting_as_system():
        order = WorkOrder.objects.get(pk=open_once(kind, cause, node=phone.node, at=AT, **facts))
    return [text_of(ask(order, language=language)) for language in ("en", "zh-hans")]


def test_a_silent_gate_and_a_stuck_queue_are_told_since_when(phone, ask):
    english, chinese = said_of("gate_silent", phone, ask, since=AT.isoformat(), phones=2)
    assert "Not all of its phones heard since Aug. 10, 2021, 12:45 p.m." in english
    assert "卡口失联" in chinese
    facts = {"device": phone.device, "unsent": 12, "since": AT.isoformat(), "cause": phone.device}
    english, chinese = said_of("queue_stuck", phone, ask, **facts)
    assert "12 passages unsent, since Aug. 10, 2021, 12:45 p.m." in english
    assert "12 条通行记录自2021年8月10日" in chinese


def test_whoever_recorded_without_a_shift_is_named_with_the_day(phone, ask, cast):
    facts = {"recorder": cast.recorder.pk, "day": "2021-08-10", "many": 5, "passage": new_id(), "cause": "1:2:x"}
    english, chinese = said_of("no_shift", phone, ask, **facts)
    assert "5 passages on Aug. 10, 2021" in english
    assert "Recorded by recorder" in english
    assert "登记人当时没有在该手机上班" in chinese


def test_a_warning_tells_what_how_many_and_what_is_usual(phone, ask):
    for sign, words in (("fever", "Too warm"), ("persuaded_back", "Persuaded back"), ("codes", "Code not green")):
        facts = {"sign": sign, "many": 9, "before": 14, "day": "2021-08-10", "hour": 12, "cause": f"1:{sign}"}
        english, chinese = said_of("above_usual", phone, ask, **facts)
        assert words in english
        assert "9 on Aug. 10, 2021 from 12 to 13 o'clock; in the 14 days before 14" in english.replace("&#x27;", "'")
        assert "12 时至 13 时 9 人；此前 14 天同一时段共 14 人" in chinese


def test_who_is_seen_again_is_told_with_what_became_of_him(phone, ask):
    back, again = phone.send(passage(visitor(), verdict="persuade_back"), passage(visitor(), at=AT + MINUTE))
    facts = {"passage": again, "other": back, "minutes": 61, "crossed": True, "cause": again}
    english, chinese = said_of("seen_again", phone, ask, **facts)
    assert "Seen again, and went through; since he was persuaded back: 1 hour" in english
    assert "劝返后再次出现" in chinese


def garden_root(phone):
    from kakou.access.models import Closure

    return Closure.objects.filter(descendant_id=phone.node).order_by("-depth").first().ancestor_id
