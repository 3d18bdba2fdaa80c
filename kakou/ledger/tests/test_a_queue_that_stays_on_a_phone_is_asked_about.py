"""Passages that grow old on a phone though it is heard open one order; a phone that was away only sends late."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.actions import revoke_device
from kakou.access.models import PhoneState
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import to_ms
from kakou.ledger.actions.stuck import open_stuck
from kakou.ledger.checks.stuck import TOO_LONG, stuck_since
from kakou.ledger.tests.deskwork import AT, HOUR, MINUTE, open_about, order_about, orders, settled
from kakou.workorders.actions import close
from tests.cast import enrol

stored = pytest.mark.django_db(databases=["default", "owner"])
KIND = "queue_stuck"


@pytest.fixture
def phone(cast, tree):
    return enrol(cast.lead, settled(tree).garden_gate)


def says(phone, at, queue=0, oldest=None):
    """The phone says how it is."""
    said = {"queue": queue, "last_seq": 40, "clock_at": to_ms(at), "build": "0.4.0"}
    said |= {"oldest_at": to_ms(oldest)} if oldest else {}
    with time_machine.travel(at, tick=False):
        client = Client(headers={"authorization": f"Bearer {phone[1]}"})
        assert client.post("/api/gate/status", said, content_type="application/json").status_code == 200


def minutes(phone, since, until, **said):
    """It says so every five minutes, and it is looked every time; at which of them orders were opened."""
    opened = []
    for n in range(since, until + 1, 5):
        says(phone, AT + n * MINUTE, **said)
        if open_stuck(at=AT + n * MINUTE):
            opened.append(n)
    return opened


@stored
def test_what_lies_for_half_an_hour_on_a_phone_that_is_heard_opens_one_order_until_it_is_sent(phone):
    assert minutes(phone, 0, 60, queue=12, oldest=AT) == [30]
    order = order_about(phone[0].pk, KIND)
    facts = {"device": phone[0].pk, "unsent": 12, "since": AT.isoformat()}
    assert (order.node_id, order.facts) == (phone[0].node_id, facts)
    assert minutes(phone, 65, 70) == []
    assert orders() == [(KIND, "closed")]


@stored
def test_a_queue_that_moves_on_is_none_that_is_stuck(phone):
    for n in range(0, 120, 5):
        assert minutes(phone, n, n, queue=400, oldest=AT + (n - 25) * MINUTE) == []


@stored
def test_a_phone_that_comes_back_with_an_old_queue_has_time_to_send_it(phone):
    says(phone, AT)
    assert minutes(phone, 300, 325, queue=900, oldest=AT) == []
    assert minutes(phone, 330, 335, queue=900, oldest=AT) == [330]


@stored
def test_of_a_phone_that_went_silent_nothing_new_is_known(phone):
    minutes(phone, 0, 30, queue=12, oldest=AT)
    open_stuck(at=AT + 9 * HOUR)
    assert open_about(KIND) == [str(phone[0].pk)]


@stored
def test_what_somebody_looked_into_opens_no_second_order_until_other_passages_lie_there(phone, cast):
    minutes(phone, 0, 30, queue=12, oldest=AT)
    with acting_as(cast.secretary):
        told = {"finding": "已请技术人员处理"}
        close(order_about(phone[0].pk, KIND), evidence=told, by=cast.secretary, at=AT + 31 * MINUTE)
    assert minutes(phone, 35, 90, queue=12, oldest=AT) == []
    assert minutes(phone, 95, 140, queue=3, oldest=AT + 92 * MINUTE) == [125]


@stored
def test_of_a_phone_that_was_revoked_nothing_is_waited_for(phone, cast):
    minutes(phone, 0, 30, queue=12, oldest=AT)
    with acting_as(cast.lead):
        revoke_device(phone[0], by=cast.lead, at=AT + 31 * MINUTE)
    assert open_stuck(at=AT + 32 * MINUTE) == 0
    assert orders() == [(KIND, "closed")]
    assert open_stuck(at=AT + 33 * MINUTE) == 0


moments = st.datetimes(dt.datetime(2021, 8, 1), dt.datetime(2021, 8, 2), timezones=st.just(dt.UTC))


@given(st.integers(0, 9), st.none() | moments, moments, moments)
def test_it_is_stuck_from_when_it_lay_there_and_was_heard(queue, oldest, reached, heard):
    since = stuck_since(queue=queue, oldest_at=oldest, reached_since=reached, heard_at=heard)
    lay = oldest is not None and queue > 0
    assert (since is not None) == (lay and all(heard - moment >= TOO_LONG for moment in (oldest, reached)))
    assert since is None or since in (oldest, reached)


@stored
def test_it_is_known_since_when_a_phone_is_heard(phone):
    def reached():
        with acting_as_system():
            return PhoneState.objects.get().reached_since

    for n, since in [(0, 0), (14, 0), (29, 0), (45, 45), (50, 45)]:
        says(phone, AT + n * MINUTE)
        assert reached() == AT + since * MINUTE
