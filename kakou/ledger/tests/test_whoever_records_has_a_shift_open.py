"""A recorder who had no shift open on that phone did not record there: one order a day, until the phone tells of it."""

import random
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.badges.actions import issue_badge
from kakou.access.models import PhoneShift, PhoneState
from kakou.access.scope import acting_as_system
from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.actions.shifts import fold_recorders
from kakou.ledger.checks.shifts import SLACK_MS, Opened, is_covered
from kakou.ledger.models import FoldCursor
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    Phone,
    caught_up,
    garden,
    open_about,
    order_about,
    orders,
    passage,
    phone,
    settled,
    visitor,
)
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
KIND = "no_shift"
LATER = AT + DAY


@pytest.fixture(autouse=True)
def talks(request):
    """The phone says how it is, so it tells its shifts."""
    if "phone" in request.fixturenames:
        says_how_it_is(request.getfixturevalue("phone"))


def says_how_it_is(phone, shifts_since=AT):
    with acting_as_system():
        PhoneState.objects.using("owner").create(
            device_id=phone.device, node_id=phone.node, heard_at=AT, reached_since=AT, shifts_since=shifts_since,
            clock_offset_ms=0, queue=0, last_seq=0, most_seq=0, build="1",
        )  # fmt: skip


def shift(phone, whose, since, until=None):
    """The phone tells of a shift: hours after AT."""
    began, ended = to_ms(AT + since * HOUR), None if until is None else to_ms(AT + until * HOUR)
    with acting_as_system():
        PhoneShift.objects.using("owner").create(
            device_id=phone.device, node_id=phone.node, staff=whose, began=began, ended=ended,
            opened_at=AT + since * HOUR, closed_at=None if until is None else AT + until * HOUR,
        )  # fmt: skip


def records(whose, hours=0.0, number=1, **more):
    return passage(visitor(number), at=AT + hours * HOUR, recorder=whose.pk, **more)


def test_one_order_stands_for_all_that_was_recorded_that_day(phone, cast):
    first, *_ = phone.send(*[records(cast.recorder, n, n) for n in range(5)])
    caught_up(fold_recorders, at=LATER)
    order = order_about(f"{phone.node}:{cast.recorder.pk}:{AT.date()}", KIND)
    facts = {"recorder": cast.recorder.pk, "day": str(AT.date()), "many": 5, "passage": str(first)}
    assert (order.node_id, order.facts) == (phone.node, facts)
    phone.send(records(cast.recorder, 24, 9), at=AT + 25 * HOUR)
    caught_up(fold_recorders, at=AT + 2 * DAY)
    assert orders() == [(KIND, "reported")] * 2


def test_whoever_had_his_shift_open_is_no_matter_nor_where_nobody_is_named(phone, cast):
    shift(phone, cast.recorder, -1, 4)
    phone.send(records(cast.recorder), records(cast.recorder, 4, 2), passage(visitor(3)))
    caught_up(fold_recorders, at=LATER)
    assert orders() == []


def test_anothers_shift_another_phone_and_a_shift_that_was_over_are_not_his(phone, cast, garden):
    other = Phone(enrol(cast.lead, garden.garden_gate, "two")[0])
    shift(phone, cast.lead, -1)
    shift(other, cast.recorder, -1)
    shift(phone, cast.recorder, -5, -1)
    phone.send(records(cast.recorder))
    caught_up(fold_recorders, at=LATER)
    assert len(open_about(KIND)) == 1


def test_a_shift_that_is_told_late_closes_it(phone, cast):
    phone.send(records(cast.recorder), records(cast.recorder, 2, 2))
    caught_up(fold_recorders, at=LATER)
    shift(phone, cast.recorder, -1, 1)
    caught_up(fold_recorders, at=LATER)
    assert len(open_about(KIND)) == 1, "it does not explain both"
    shift(phone, cast.recorder, 1.5, 3)
    caught_up(fold_recorders, at=LATER)
    assert orders() == [(KIND, "closed")]


def test_a_shift_that_turns_out_to_have_been_over_opens_it(phone, cast):
    shift(phone, cast.recorder, -1)
    phone.send(records(cast.recorder, 2))
    caught_up(fold_recorders, at=LATER)
    assert orders() == []
    with connections["owner"].cursor() as cursor:
        told = [AT + HOUR, to_ms(AT + HOUR)]
        cursor.execute("update access_phoneshift set closed_at = %s, ended = %s, xid = pg_current_xact_id()", told)
    caught_up(fold_recorders, at=LATER)
    assert len(open_about(KIND)) == 1


def test_what_came_in_a_moment_ago_waits_for_its_shift(phone, cast):
    phone.send(records(cast.recorder), at=AT)
    caught_up(fold_recorders, at=AT + 14 * MINUTE)
    assert orders() == []
    caught_up(fold_recorders, at=AT + 15 * MINUTE)
    assert len(open_about(KIND)) == 1


def test_of_a_phone_that_tells_no_shifts_and_of_what_it_sent_before_it_did_nothing_is_asked(garden, cast):
    silent, old, newer = (Phone(enrol(cast.lead, garden.garden_gate, name)[0]) for name in "abc")
    says_how_it_is(old, shifts_since=None)
    says_how_it_is(newer, shifts_since=AT + HOUR)
    for one in (silent, old, newer):
        one.send(records(cast.recorder))
    caught_up(fold_recorders, at=LATER)
    assert orders() == []
    newer.send(records(cast.recorder, 1, 2))
    caught_up(fold_recorders, at=LATER)
    assert order_about(f"{newer.node}:{cast.recorder.pk}:{AT.date()}", KIND).facts["many"] == 1


def test_a_correction_is_no_record_of_its_own_and_takes_the_passage_away(phone, cast):
    (wrong,) = phone.send(records(cast.recorder))
    caught_up(fold_recorders, at=LATER)
    phone.send(records(cast.recorder, 1, corrects=wrong, correction="登记错了"), at=LATER)
    caught_up(fold_recorders, at=LATER + HOUR)
    assert orders() == [(KIND, "closed")]


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_same_in_whatever_order_passages_and_shifts_come_in(phone, cast, seed):
    dice, at = random.Random(seed), AT + 4 * DAY
    staff = [cast.recorder, cast.lead]
    told = [
        (lambda whose=dice.choice(staff), since=dice.randrange(60) + n / 100: shift(phone, whose, since, since + 3))
        for n in range(12)
    ]
    made = [records(dice.choice(staff), dice.randrange(64 * 60) / 60, n) for n in range(40)]
    sent = [(lambda one=one: phone.send(one, at=AT + 3 * DAY)) for one in made]
    steps = told + sent
    dice.shuffle(steps)
    for step in steps:
        step()
        if dice.random() < 0.3:
            fold_recorders(at=at, most=dice.choice([1, 3, 1000]))
    caught_up(fold_recorders, at=at)
    found = open_about(KIND)
    assert found
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate workorders_workorder cascade")
    with acting_as_system():
        FoldCursor.objects.filter(name__startswith="recorders").update(xid=0)
    caught_up(fold_recorders, at=at)
    assert open_about(KIND) == found


hours = st.integers(0, 100 * 3_600_000)


@given(hours, st.none() | hours, hours)
def test_a_shift_covers_what_lies_in_it_by_either_clock(since, until, moment):
    ours, own = 200 * 3_600_000, 400 * 3_600_000  # both clocks tell quite another time
    ends = (None, None) if until is None else (until + ours, until + own)
    shifts = {(1, 2): [Opened(1, 2, since + ours, ends[0], since + own, ends[1])]}
    lies = since - SLACK_MS <= moment and (until is None or moment <= until + SLACK_MS)

    def row(here=0, there=0, device=1, recorder=2):
        told = {"happened_at": from_ms(here), "device_at": from_ms(there)}
        return SimpleNamespace(device=device, recorder=recorder, **told)

    assert is_covered(row(here=moment + ours), shifts) is lies
    assert is_covered(row(there=moment + own), shifts) is lies
    both = {"here": moment + ours, "there": moment + own}
    assert not is_covered(row(**both, recorder=3), shifts)
    assert not is_covered(row(**both, device=3), shifts)
    assert not is_covered(row(**both), {})


def says(token, at, *shifts):
    said = {"queue": 0, "last_seq": 0, "clock_at": to_ms(at) - 5_000, "build": "1", "shifts": list(shifts)}
    with time_machine.travel(at, tick=False):
        client = Client(headers={"authorization": f"Bearer {token}"})
        return client.post("/api/gate/status", said, content_type="application/json").status_code


def known():
    with acting_as_system():
        rows = PhoneShift.objects.order_by("began").values_list("staff__username", "opened_at", "closed_at")
        return [tuple(row) for row in rows]


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_phone_tells_its_shifts_with_its_status_and_once_is_as_often(tree, cast):
    _, token = enrol(cast.lead, settled(tree).garden_gate)
    issue_badge(pin="271846", by=cast.recorder, at=AT)
    own = to_ms(AT) - 5_000  # its clock is five seconds behind
    opened = {"recorder": cast.recorder.pk, "opened": own}
    closed = opened | {"closed": own + 3_600_000}
    assert [says(token, AT, opened), says(token, AT + MINUTE, opened)] == [200, 200]
    assert known() == [("recorder", AT, None)]
    for told in (closed, closed, opened):
        says(token, AT + 2 * HOUR, told)
    assert known() == [("recorder", AT, AT + HOUR)]
    with acting_as_system():
        assert PhoneState.objects.get().shifts_since == AT
    older = {"queue": 0, "last_seq": 1, "clock_at": to_ms(AT + 3 * HOUR), "build": "0.3.0"}  # it knows of no shifts
    with time_machine.travel(AT + 3 * HOUR, tick=False):
        client = Client(headers={"authorization": f"Bearer {token}"})
        assert client.post("/api/gate/status", older, content_type="application/json").status_code == 200
    with acting_as_system():
        assert PhoneState.objects.get().shifts_since is None


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_shift_of_nobody_or_without_a_badge_is_not_kept_and_one_that_cannot_be_is_refused(tree, cast):
    _, token = enrol(cast.lead, settled(tree).garden_gate)
    assert says(token, AT, {"recorder": 2**31 - 1, "opened": 1}, {"recorder": cast.recorder.pk, "opened": 1}) == 200
    assert known() == []
    for wrong in ({"recorder": 0, "opened": 1}, {"recorder": 1, "opened": -1}, {"recorder": 1}):
        assert says(token, AT, wrong) == 422
    assert says(token, AT, *[{"recorder": 1, "opened": n} for n in range(51)]) == 422
