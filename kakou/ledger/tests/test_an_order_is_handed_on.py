"""Every open order has somebody who answers for it; whoever may close it may take it or hand it on."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.utils import translation

from kakou.access.actions import close_account
from kakou.access.models import Device
from kakou.access.queries import holders_of
from kakou.access.rules import Permission, Role
from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.ledger.pages.order_words import told
from kakou.workorders.actions import open_once
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import StepKind
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def ask(client, district):
    """`ask(staff, path, data)` → the answer, in English."""

    def asked(staff, path="", data=None, order=district.order):
        sign_in(client, staff)
        client.cookies["django_language"] = "en"
        path = f"/ledger/loops/{order}/{path}"
        return client.get(path) if data is None else client.post(path, data)

    return asked


def owner_of(district):
    with acting_as_system():
        return WorkOrder.objects.get(pk=district.order).owner


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_it_is_handed_to_one_who_may_close_it_and_that_stays_on_record(ask, district):
    answer = ask(district.cast.secretary, "owner/", {"owner": district.cast.worker.pk})
    assert answer.status_code == 302
    assert owner_of(district) == district.cast.worker
    page = text_of(ask(district.cast.secretary))
    assert "worker answers for it now." in page
    assert "Owner named secretary worker" in page
    event = Event.objects.using("owner").get(action="order.owner_named")
    assert (event.by, event.subject) == (district.cast.secretary.pk, str(district.order))


def test_it_is_taken_with_one_button(ask, district):
    assert "I take it" in text_of(ask(district.cast.liaison))
    ask(district.cast.liaison, "owner/", {"owner": district.cast.liaison.pk})
    assert owner_of(district) == district.cast.liaison
    assert "I take it" not in text_of(ask(district.cast.liaison))


@pytest.mark.parametrize("who", ["recorder", "auditor", "neighbour", "stranger"])
def test_who_may_not_close_it_is_no_choice(ask, district, who):
    held = getattr(district.cast, who)
    page = ask(district.cast.secretary).content.decode()
    assert f'<option value="{held.pk}"' not in page
    assert ask(district.cast.secretary, "owner/", {"owner": held.pk}).status_code == 422
    assert owner_of(district) == district.cast.secretary


@pytest.mark.parametrize(("who", "status"), [("recorder", 403), ("enterprise", 403), ("neighbour", 404)])
def test_who_may_not_close_it_hands_nothing_on(ask, district, who, status):
    held = getattr(district.cast, who)
    assert ask(held, "owner/", {"owner": district.cast.worker.pk}).status_code == status
    assert owner_of(district) == district.cast.secretary


def test_naming_the_same_one_again_adds_nothing(ask, district):
    ask(district.cast.secretary, "owner/", {"owner": district.cast.secretary.pk})
    with acting_as_system():
        assert not Step.objects.filter(kind=StepKind.OWNER_NAMED).exists()


def test_a_closed_one_is_not_handed_on(ask, district):
    ask(district.cast.secretary, "close/", {"finding": "Went home by the lane"})
    answer = ask(district.cast.secretary, "owner/", {"owner": district.cast.worker.pk})
    assert answer.status_code == 422
    assert owner_of(district) == district.cast.secretary


def test_one_closed_too_early_is_opened_again_with_the_reason(ask, district):
    assert "Closed too early?" not in text_of(ask(district.cast.worker))
    ask(district.cast.secretary, "close/", {"finding": "Went home by the lane"})
    assert ask(district.cast.worker, "reopen/", {"reason": ""}).status_code == 422
    assert ask(district.cast.worker, "reopen/", {"reason": "Seen inside again"}).status_code == 302
    page = text_of(ask(district.cast.worker))
    assert "Opened again worker Seen inside again" in page
    assert "Close with this evidence" in page
    assert ask(district.cast.worker, "reopen/", {"reason": "Twice"}).status_code == 422


def test_the_nearest_come_first_and_closed_accounts_not_at_all(district):
    close_account(district.cast.liaison, by=None, at=AT)
    with acting_as_system():
        held = holders_of(Permission.CLOSE_ORDERS, district.tree.garden_gate.pk)
    assert [role for _, role in held] == [
        Role.GATE_LEAD, Role.COMMUNITY_WORKER, Role.COMMUNITY_SECRETARY, Role.COMMANDER,
    ]  # fmt: skip


def test_one_sees_ones_own_and_what_nobody_has(client, ask, district):
    path = f"/ledger/loops/?place={district.tree.garden.pk}&"
    ask(district.cast.worker)  # logs in
    assert "Nothing waits for you" in text_of(client.get(path + "whose=mine"))
    assert "Everything open has an owner" in text_of(client.get(path + "hole=nobody"))
    ask(district.cast.worker, "owner/", {"owner": district.cast.worker.pk})
    mine = text_of(client.get(path + "whose=mine"))
    assert "1 open" in mine
    assert "Missing exit" in mine
    ask(district.cast.secretary)
    assert "0 open" in text_of(client.get(path + "whose=mine"))
    with acting_as_system():
        WorkOrder.objects.update(owner=None)
    assert "1 open" in text_of(client.get(path + "hole=nobody"))


def test_what_is_about_a_phone_names_it_and_says_how_much_is_missing(ask, district):
    with acting_as_system():
        phone = Device.objects.get(name="一号机")
        gate = district.tree.garden_gate.pk
        gap = open_once("chain_gap", phone.pk, node=gate, at=AT, device=phone.pk, first=7, missing=3)
        for language, words in (("en", "3 missing, from number 7 on"), ("zh-hans", "从第 7 号起，缺 3 条")):
            with translation.override(language):
                assert [texts for _, texts in told(Step.objects.filter(order_id=gap))] == [[words]]
    page = text_of(ask(district.cast.secretary, order=gap))
    assert "一号机" in page
    assert "3 missing, from number 7 on" in page
