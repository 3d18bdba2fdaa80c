"""A phone's last word about itself, and the order that follows when it lost what it had not sent."""

import datetime as dt
import json

import pytest
import time_machine
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.actions import revoke_device
from kakou.access.leases import read_renewal
from kakou.access.models import PhoneState
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import to_ms
from kakou.ledger.actions.lost import QUEUE_LOST, open_lost
from kakou.ledger.checks.lost import lost
from kakou.places.models import Entrance, Unit
from kakou.vault.keys import bundles
from kakou.workorders.actions import close
from kakou.workorders.models import WorkOrder
from tests.cast import AT, enrol, sign_in

stored = pytest.mark.django_db(databases=["default", "owner"])
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
SAID = {"queue": 0, "last_seq": 0, "clock_at": to_ms(AT), "build": "0.4.0+3f2a"}


@pytest.fixture
def phone(cast, tree):
    with acting_as_system():
        unit = Unit.objects.create(node=tree.garden, kind="compound", name="garden")
        Entrance.objects.create(node=tree.garden_gate, unit=unit, name="gate", kind="compound_gate")
    return enrol(cast.lead, tree.garden_gate)


def says(phone, at=AT, **said):
    client = Client(headers={"authorization": f"Bearer {phone[1]}"})
    with time_machine.travel(at, tick=False):
        return client.post("/api/gate/status", SAID | said, content_type="application/json")


def state():
    with acting_as_system():
        return PhoneState.objects.get()


@stored
def test_what_it_said_last_is_kept_and_nothing_before(phone, tree):
    more = {"battery": 41, "charging": False, "storage_used": 7_000_000, "storage_limit": 10**9, "persisted": True}
    assert says(phone).status_code == 200
    behind = to_ms(AT) - 3_000
    assert says(phone, queue=12, last_seq=40, clock_at=behind, oldest_at=behind - 60_000, **more).status_code == 200
    now = state()
    assert (now.queue, now.last_seq, now.battery, now.charging, now.persisted) == (12, 40, 41, False, True)
    assert (now.clock_offset_ms, now.oldest_at, now.node_id) == (3_000, AT - MINUTE, tree.garden_gate.pk)


@stored
def test_it_is_told_the_time_and_its_lease(phone, tree):
    client = Client(headers={"authorization": f"Bearer {phone[1]}"})
    with time_machine.travel(AT, tick=False):
        bundle = client.get("/api/gate/bundle")
    told = says(phone, AT + HOUR).json()
    assert told["revoked"] is False
    assert (told["server_time"], told["lease_until"]) == (to_ms(AT + HOUR), to_ms(AT + 25 * HOUR))
    for text in (told["lease"], bundle["Kakou-Lease"]):
        said = read_renewal(text, bundles.holds)
        assert (said.gate, said.device, said.hours) == (tree.garden_gate.pk, phone[0].pk, 24)


@stored
@pytest.mark.parametrize(
    "wrong",
    [{"queue": -1}, {"battery": 101}, {"build": "王晓明"}, {"build": "x" * 41}, {"last_seq": 2**53}, {"clock_at": None},
     {"clock_at": 10**15}, {"storage_used": -1}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(phone, wrong):
    assert says(phone, **wrong).status_code == 422
    with acting_as_system():
        assert not PhoneState.objects.exists()


@stored
def test_a_clock_that_is_years_off_is_kept_as_it_is(phone):
    assert says(phone, clock_at=0, oldest_at=0, queue=1, last_seq=1).status_code == 200
    assert says(phone, clock_at=253_402_300_799_999, oldest_at=1, queue=1, last_seq=1).status_code == 200
    assert state().clock_offset_ms == to_ms(AT) - 253_402_300_799_999


@stored
def test_nobody_a_revoked_phone_and_one_that_says_it_without_end_are_sent_away(phone, cast):
    assert says((None, "nonsense")).json()["code"] == "unknown-device"
    assert 429 in [says(phone).status_code for _ in range(15)]
    with acting_as(cast.lead):
        revoke_device(phone[0], by=cast.lead, at=AT)
    answer = says(phone, AT + HOUR)
    assert (answer.status_code, answer.json()["code"]) == (401, "revoked-device")
    assert state().heard_at == AT


def arrived(device, node, *runs):
    """What the fold made of what came from the phone."""
    made = [[first, "", last, ""] for first, last in runs]
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from ledger_chainstate where device_id = %s", [device.pk])
        cursor.execute(
            "insert into ledger_chainstate (device_id, node_id, runs, forks, head_seq, head_hash, clock, changed_at,"
            " anchored_seq) values (%s, %s, %s, '[]', 0, '', 0, %s, 0)",
            [device.pk, node.pk, json.dumps(made), AT],
        )


def orders():
    with acting_as_system():
        told = WorkOrder.objects.filter(kind=QUEUE_LOST.name).order_by("opened_at")
        return [(order.state, order.facts["missing"]) for order in told]


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_phone_that_lost_its_queue_opens_an_order_which_closes_when_it_comes_after_all(phone, tree, cast):
    device = phone[0]
    says(phone, queue=12, last_seq=20)
    arrived(device, tree.garden_gate, (1, 8))
    assert open_lost(at=AT + HOUR) == 0
    says(phone, AT + HOUR, queue=0, last_seq=0)  # its storage was wiped
    assert open_lost(at=AT + HOUR + MINUTE) == 0  # perhaps they are on their way
    assert open_lost(at=AT + 2 * HOUR) == 1
    assert open_lost(at=AT + 3 * HOUR) == 0
    assert orders() == [("reported", 12)]
    assert "丢失 12 条登记" in page_of_phones(cast.secretary, AT + 3 * HOUR)
    arrived(device, tree.garden_gate, (1, 20))  # somebody had kept a copy
    open_lost(at=AT + 4 * HOUR)
    assert orders() == [("closed", 12)]
    assert "丢失" not in page_of_phones(cast.administrator, AT + 4 * HOUR)  # who may not see what it recorded


def page_of_phones(by, at):
    client = Client()
    sign_in(client, by)
    with time_machine.travel(at, tick=False):
        return client.get("/devices/").content.decode()


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_loss_that_somebody_looked_into_is_asked_about_again_only_when_it_grows(phone, tree, cast):
    says(phone, queue=0, last_seq=20)
    arrived(phone[0], tree.garden_gate, (1, 8))
    open_lost(at=AT + HOUR)
    with acting_as(cast.secretary):
        order = WorkOrder.objects.get(kind=QUEUE_LOST.name)
        close(order, evidence={"finding": "The phone fell into the river"}, by=cast.secretary, at=AT + HOUR)
    assert open_lost(at=AT + HOUR + MINUTE) == 0
    says(phone, AT + HOUR, queue=0, last_seq=25)
    assert open_lost(at=AT + 2 * HOUR) == 1
    assert orders() == [("closed", 12), ("reported", 17)]


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_phone_that_holds_or_has_sent_all_of_its_own_has_lost_nothing(made, held, more):
    held = min(held, made)
    assert lost(most_seq=made, last_seq=made, queue=held, known=made - held + more) == 0


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_what_left_it_and_never_came_is_lost(made, held, gone):
    held, gone = min(held, made - 1), min(gone, made - min(held, made - 1))
    assert lost(most_seq=made, last_seq=made, queue=held, known=made - held - gone) == gone


def test_one_that_counts_anew_holds_none_of_the_old():
    assert lost(most_seq=20, last_seq=3, queue=3, known=8) == 12
    assert lost(most_seq=20, last_seq=0, queue=0, known=20) == 0
