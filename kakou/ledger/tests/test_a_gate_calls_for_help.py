"""A volunteer calls from the gate: a work order opens, sent twice it is one, and the gate hears who took it."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from kakou.access.actions import revoke_device
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.ids import new_id
from kakou.kernel.time import to_ms
from kakou.ledger.calls import KINDS, Call
from kakou.places.models import Entrance, Unit
from kakou.workorders.actions import close, name_owner, note
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.queries import open_orders
from tests.cast import AT, enrol, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def gates(tree):
    with acting_as_system():
        for node, gate in ((tree.garden, tree.garden_gate), (tree.orchard, tree.orchard_gate)):
            unit = Unit.objects.create(node=node, kind="compound", name=str(node.pk))
            Entrance.objects.create(node=gate, unit=unit, name="gate", kind="compound_gate")


@pytest.fixture
def enrolled(cast, tree, gates):
    return enrol(cast.lead, tree.garden_gate)


@pytest.fixture
def phone(enrolled):
    return asking(enrolled[1])


def asking(token):
    client = Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    def ask(body=None):
        path = "/api/gate/calls"
        answer = client.get(path) if body is None else client.post(path, body, content_type="application/json")
        return answer.status_code, answer.json()

    return ask


def call(kind="help", **more):
    return {"id": str(new_id()), "kind": kind, "at": to_ms(AT), **more}


def orders():
    with acting_as_system():
        return list(WorkOrder.objects.filter(kind__startswith="gate_").order_by("opened_at"))


@pytest.mark.parametrize("kind", ["help", "supplies", "relief", "other"])
def test_each_kind_opens_an_order_at_the_gate_that_somebody_answers_for(phone, cast, tree, kind):
    sent = call(kind)
    status, told = phone(sent)
    (order,) = orders()
    assert status == 200
    assert (order.kind, order.node_id, order.owner) == (KINDS[Call(kind)].name, tree.garden_gate.pk, cast.secretary)
    assert (order.cause, told["id"], told["state"]) == (sent["id"], sent["id"], "open")


def test_help_comes_before_whatever_else_is_open(phone):
    for kind in ("supplies", "relief", "other", "help"):
        phone(call(kind))
    with acting_as_system():
        assert open_orders(at=AT)[0].order.kind == "gate_help"


def test_sent_twice_it_is_one(phone):
    sent = call("supplies", supplies=["water", "masks"], note="From the shop")
    assert phone(sent) == phone(sent)
    assert len(orders()) == 1
    with acting_as_system():
        assert Step.objects.filter(kind="noted").count() == 1
    assert Event.objects.using("owner").filter(action="gate.called").count() == 1


def test_another_call_under_the_same_id_changes_nothing(phone):
    sent = call("supplies", supplies=["water"])
    phone(sent)
    for other in ({"kind": "relief"}, {"supplies": ["masks"]}):
        status, told = phone(sent | other)
        assert (status, told["code"]) == (409, "call-known")
    assert len(orders()) == 1


def test_another_gate_cannot_take_its_id_and_sees_nothing_of_it(phone, cast, tree):
    sent = call()
    phone(sent)
    other = asking(enrol(cast.neighbour, tree.orchard_gate)[1])
    assert other() == (200, [])
    assert other(sent)[0] == 409
    assert len(orders()) == 1


def test_one_that_was_closed_is_not_opened_by_sending_it_again(phone, cast):
    sent = call()
    phone(sent)
    with acting_as(cast.secretary):
        close(orders()[0], evidence={"finding": "Two people went there"}, by=cast.secretary, at=AT + MINUTE)
    status, told = phone(sent)
    assert (status, told["state"]) == (200, "done")
    assert len(orders()) == 1


def test_the_gate_hears_who_took_it_and_that_it_is_done(phone, cast):
    phone(call())
    (order,) = orders()
    assert [(one["state"], one["since"]) for one in phone()[1]] == [("open", to_ms(AT))]
    with acting_as(cast.secretary):
        name_owner(order, owner=cast.worker, by=cast.secretary, at=AT + MINUTE)
    cast.worker.display = "Community worker Li"
    cast.worker.save()
    (told,) = phone()[1]
    assert (told["state"], told["who"], told["since"]) == ("taken", "Community worker Li", to_ms(AT + MINUTE))
    with acting_as(cast.worker):
        close(order, evidence={"finding": "Settled"}, by=cast.worker, at=AT + 2 * MINUTE)
    (told,) = phone()[1]
    assert (told["state"], told["who"], told["since"]) == ("done", "Community worker Li", to_ms(AT + 2 * MINUTE))


def test_a_note_of_whoever_answers_for_it_says_that_he_comes_and_no_account_is_named(phone, cast):
    phone(call())
    with acting_as(cast.secretary):
        note(orders()[0], text="On my way", by=cast.secretary, at=AT + MINUTE)
    type(cast.secretary).objects.filter(pk=cast.secretary.pk).update(display="")
    (told,) = phone()[1]
    assert told["state"] == "taken"
    assert told["who"].startswith(cast.secretary.username[0] + "*")
    assert cast.secretary.username not in str(told)


def test_the_gate_is_told_of_a_day_and_of_what_is_still_open(phone, cast):
    first, second = call(), call("relief")
    phone(first), phone(second)
    settled = next(order for order in orders() if order.cause == first["id"])
    with acting_as(cast.secretary):
        close(settled, evidence={"finding": "Settled"}, by=cast.secretary, at=AT)
    assert {one["id"] for one in phone()[1]} == {first["id"], second["id"]}
    with time_machine.travel(AT + 25 * HOUR, tick=False):
        assert [one["id"] for one in phone()[1]] == [second["id"]]


@pytest.mark.parametrize(("clock", "offset"), [(-90, 90), (90, -90), (0, 0)], ids=["slow", "fast", "right"])
def test_what_waited_for_a_network_stands_at_its_own_time_and_is_late(phone, clock, offset):
    sent = call(at=to_ms(AT + clock * MINUTE), offset=offset * 60_000)
    with time_machine.travel(AT + HOUR, tick=False):
        assert phone(sent)[0] == 200
        with acting_as_system():
            assert [one.late for one in open_orders(at=AT + HOUR)] == [True]
    assert orders()[0].opened_at == AT


@pytest.mark.parametrize(("at", "opened"), [(0, AT - 24 * HOUR), (to_ms(AT) + 10**9, AT)])
def test_a_clock_that_is_years_off_writes_neither_the_past_nor_the_future(phone, at, opened):
    assert phone(call(at=at))[0] == 200
    assert orders()[0].opened_at == opened


@pytest.mark.parametrize(
    "wrong",
    [call("dance"), call(note="call 13800000000"), call(note="x"), call("supplies", supplies=["gold"]),
     {"kind": "help"}, call(at=-1), call(recorder=0)],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_opens_nothing(phone, wrong):
    assert phone(wrong)[0] == 422
    assert orders() == []


def test_who_is_on_shift_is_kept_and_nobody_elsewhere_can_be_named(phone, cast):
    phone(call(recorder=cast.recorder.pk))
    phone(call("relief", recorder=cast.neighbour.pk))
    phone(call("other", recorder=2**31 - 1))
    assert {order.kind: order.facts.get("recorder") for order in orders()} == {
        "gate_help": cast.recorder.pk, "gate_relief": None, "gate_call": None,
    }  # fmt: skip


def test_a_phone_that_was_revoked_and_a_stranger_call_nobody(enrolled, phone, cast):
    assert asking("nobody's")(call())[0] == 401
    with acting_as(cast.lead):
        revoke_device(enrolled[0], by=cast.lead, at=AT)
    status, told = phone(call())
    assert (status, told["code"]) == (401, "revoked-device")
    assert phone()[0] == 401
    assert orders() == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["A gate needs supplies", "Drinking water · Masks", "Behind the shed"]),
     ("zh-hans", ["卡口需要物资", "饮用水 · 口罩", "Behind the shed"])],
)  # fmt: skip
def test_the_desk_reads_what_is_needed_and_who_called(client, phone, cast, language, words):
    phone(call("supplies", supplies=["masks", "water"], note="Behind the shed", recorder=cast.recorder.pk))
    sign_in(client, cast.secretary)
    client.cookies["django_language"] = language
    page = re.sub(r"<[^>]+>", " ", client.get(f"/ledger/loops/{orders()[0].pk}/").content.decode())
    for word in [*words, cast.recorder.display or cast.recorder.username]:
        assert word in page
