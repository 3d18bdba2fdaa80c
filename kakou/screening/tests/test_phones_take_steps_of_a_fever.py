"""The recorder takes the steps of a fever on the phone: sent twice they are one, and another gate sees none."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import to_ms
from kakou.places.models import Entrance, Unit
from kakou.screening.actions.fever import Hot, forget_fevers, open_cases
from kakou.screening.models import FeverEvent
from kakou.screening.queries.fever import case_at
from tests.cast import AT, enrol

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def case(tree):
    with acting_as_system():
        for node, gate in ((tree.garden, tree.garden_gate), (tree.orchard, tree.orchard_gate)):
            unit = Unit.objects.create(node=node, kind="compound", name=str(node.pk))
            Entrance.objects.create(node=gate, unit=unit, name="gate", kind="compound_gate")
        (made,) = open_cases([Hot(new_id(), tree.garden_gate.pk, 378, 373, 15, "cn-2021-08.1", AT)], at=AT)
    with time_machine.travel(AT, tick=False):
        yield made


@pytest.fixture
def phone(cast, tree):
    return asking(enrol(cast.lead, tree.garden_gate)[1])


def asking(token):
    client = Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    def ask(path, body=None):
        if body is None:
            answer = client.get(f"/api/gate/{path}")
        else:
            answer = client.post(f"/api/gate/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    return ask


def step(kind, **facts):
    return {"id": str(new_id()), "kind": kind, "at": to_ms(AT), **facts}


def test_open_ones_are_told_with_what_is_due(phone, case):
    status, told = phone("fever")
    assert status == 200
    assert [(one["passage"], one["state"], one["first"], one["limit"]) for one in told] == [
        (str(case), "resting", 378, 373)
    ]


def test_a_step_is_taken_and_sent_again_is_the_same(phone, case):
    sent = step("still_high", tenths=381)
    for _ in range(2):
        status, told = phone(f"fever/{case}/steps", sent)
        assert (status, told["state"], told["second"]) == (200, "to_isolate", 381)
    with acting_as_system():
        events = FeverEvent.objects.filter(case=case)
        assert events.count() == 2
        assert events.exclude(device=None).get().by is None  # by a phone, not by an account
    status, told = phone(f"fever/{case}/steps", {**sent, "tenths": 390})
    assert (status, told["code"]) == (409, "step-known")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (step("fetched", how="ambulance"), 422),
        (step("isolated"), 422),
        (step("still_high", tenths=500), 422),
        (step("dance"), 422),
        (step("noted", note="call 13800000000"), 422),
        ({"kind": "noted"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(phone, case, sent, status):
    assert phone(f"fever/{case}/steps", sent)[0] == status
    with acting_as_system():
        assert case_at(case).state == "resting"


def test_a_case_that_is_not_known_yet_is_told_so(phone, case):
    status, told = phone(f"fever/{new_id()}/steps", step("still_high", tenths=381))
    assert (status, told["code"]) == (404, "not-found")


def test_another_compounds_phone_sees_nothing_of_it(case, cast, tree):
    other = asking(enrol(cast.neighbour, tree.orchard_gate)[1])
    assert other("fever") == (200, [])
    assert other(f"fever/{case}/steps", step("still_high", tenths=381))[0] == 404


def test_a_phone_whose_clock_runs_ahead_does_not_write_the_future(phone, case):
    status, _ = phone(f"fever/{case}/steps", {**step("still_high", tenths=381), "at": to_ms(AT) + 10**9})
    assert status == 200
    with acting_as_system():
        assert FeverEvent.objects.exclude(device=None).get().at == AT


def test_a_phone_whose_clock_is_years_behind_ends_no_fever_before_it_began(phone, case):
    """Else the case would be past its time at once, and destroyed the same night with all that was done."""
    ended = {**step("ended", outcome="mistake", note="misread"), "at": 0}
    assert phone(f"fever/{case}/steps", ended)[0] == 200
    with acting_as_system():
        assert case_at(case).ended_at == AT
        assert forget_fevers(before=AT - dt.timedelta(days=1), by=None, at=AT) == 0


def test_a_step_of_another_case_is_not_taken_for_one_of_this(phone, case, tree):
    with acting_as_system():
        (other,) = open_cases([Hot(new_id(), tree.garden_gate.pk, 378, 373, 15, "cn-2021-08.1", AT)], at=AT)
    sent = step("still_high", tenths=381)
    assert phone(f"fever/{case}/steps", sent)[0] == 200
    status, told = phone(f"fever/{other}/steps", sent)
    assert (status, told["code"]) == (409, "step-known")


@pytest.mark.parametrize(("clock", "offset"), [(-90, 90), (90, -90), (0, 0)], ids=["slow", "fast", "right"])
def test_a_phone_whose_clock_is_wrong_says_so_and_the_step_stands_at_its_time(phone, case, clock, offset):
    minute, at = 60_000, AT + dt.timedelta(minutes=16)
    sent = step("still_high", tenths=381, thermometer="t-7") | {"at": to_ms(at) + clock * minute}
    with time_machine.travel(AT + dt.timedelta(minutes=20), tick=False):
        assert phone(f"fever/{case}/steps", sent | {"offset": offset * minute})[0] == 200
    with acting_as_system():
        told = FeverEvent.objects.exclude(device=None).get()
        assert (told.at, told.facts) == (at, {"tenths": 381, "thermometer": "t-7"})


def test_an_offset_that_leads_out_of_all_time_is_no_error(phone, case):
    sent = step("still_high", tenths=381) | {"at": 0, "offset": -8_000_000_000_000}
    assert phone(f"fever/{case}/steps", sent)[0] == 200
