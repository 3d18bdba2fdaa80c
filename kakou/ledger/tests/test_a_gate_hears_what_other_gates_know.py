"""One of a household went out by the west gate: the phone at the east gate hears of it, by tags and by nothing else."""

import base64
import datetime as dt
import hashlib
import json

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import to_ms
from kakou.ledger.actions.allowances import set_usual
from kakou.ledger.bundle import inside, past
from kakou.ledger.models import Stay
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import ABSENCE, VISIT, StayState
from kakou.ledger.tests.deskwork import AT, HOUR, Phone, passage, resident, settled
from kakou.people.queries import person_at
from kakou.screening.actions.packs import add_pack, publish
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models.passes import PassKind
from kakou.screening.packs import shipped
from kakou.screening.queries.bundle import pass_tag
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def garden(tree):
    """Both compounds, in the role of the front: it is asked here, not the worker."""
    past._known.forget()
    return settled(tree)


@pytest.fixture
def phone(garden, cast):
    return Phone(enrol(cast.lead, garden.garden_gate)[0])


@pytest.fixture
def family(garden, cast):
    return [card(garden, cast, n) for n in range(2)]


def card(garden, cast, number):
    person = resident(garden.garden.pk, number)
    with acting_as(cast.worker):
        new = NewPass(PassKind.RESIDENT, "3栋2单元501", dt.date(2021, 8, 1), None)
        return issue_pass(person_at(person), new, by=cast.worker, at=AT)


def watched():
    return CaptureQueriesContext(connection)


def at_gate(holder, hours, direction="out", **more):
    more = {"direction": direction, "who": "resident", "purpose": "shopping"} | more
    return passage({"pass": holder.pk}, at=AT + hours * HOUR, **more)


@pytest.fixture
def listening(cast, tree):
    """Another phone at the same unit: what it is told at a moment, and its roster with the salt."""
    token = enrol(cast.lead, tree.garden_gate, "second")[1]
    client = Client(headers={"authorization": f"Bearer {token}"})

    def told(hours):
        with time_machine.travel(AT + hours * HOUR, tick=False):
            told_of, bundle = client.get("/api/gate/past"), client.get("/api/gate/bundle")
        payload = bundle.content.decode().split(".")[1]
        return told_of.json(), json.loads(base64.urlsafe_b64decode(payload + "=="))["roster"]

    return told


def test_ways_out_within_the_days_of_the_quota_are_told_by_the_tag_of_the_household(phone, family, listening):
    phone.send(at_gate(family[0], -60), at_gate(family[0], 0), at_gate(family[1], 1, "in"))
    told, roster = listening(2)
    (tag,) = {household for *_, household in roster["passes"]}
    assert told["households"] == {tag: [to_ms(AT)]}
    assert listening(50)[0]["households"] == {}


def test_who_went_beyond_the_quota_uses_up_none_of_it(phone, family, listening):
    phone.send(at_gate(family[0], 0), at_gate(family[1], 1))
    (times,) = listening(2)[0]["households"].values()
    assert times == [to_ms(AT)]


def test_rules_that_name_no_days_of_a_quota_are_of_one_day(phone, family, listening, cast, tree):
    content = shipped("cn-2021-08")
    del content["params"]["quota_days"]
    with acting_as(cast.administrator):
        made = add_pack(content, note="", by=cast.administrator, at=AT)
        publish(str(made), node=tree.garden, starts_at=AT, by=cast.administrator, at=AT)
    phone.send(at_gate(family[0], -30, pack=str(made)), at_gate(family[0], 0, pack=str(made)))
    assert list(listening(2)[0]["households"].values()) == [[to_ms(AT)]]


def test_who_was_persuaded_back_today_is_told_by_the_tag_of_his_pass(phone, family, listening):
    for hours in (-24, 0, 1):
        phone.send(at_gate(family[0], hours, "in", crossed=False, verdict="persuade_back", reasons=["health.old"]))
    told, roster = listening(2)
    salt = base64.b64decode(roster["salt"])
    tag = base64.b64encode(hashlib.sha256(salt + family[0].pk.bytes).digest()[:16]).decode()
    assert told["turned_back"] == {tag: 2}
    assert listening(24)[0]["turned_back"] == {}


def stays(node, subject_kind, kind, hours, until=None, due=None):
    """One stay, laid down by the owner: pages may not write them."""
    entry = new_id()
    with acting_as_system():
        Stay.objects.using("owner").create(
            id=new_id(), node_id=node.pk, subject=new_id(), subject_kind=subject_kind, kind=KINDS[kind],
            state=STATES[StayState.OPEN if until is None else StayState.CLOSED], flags=0, enter_passage=entry,
            entered_at=AT + hours * HOUR, since_at=AT + hours * HOUR, due_at=due and AT + due * HOUR,
            left_at=until and AT + until * HOUR, until_at=until and AT + until * HOUR,
        )  # fmt: skip
    return entry


def test_open_visits_are_told_by_the_passage_that_began_them_and_counted_for_the_unit(phone, listening, tree):
    guest = stays(tree.garden, 1, VISIT, 0, due=4)
    stays(tree.garden, 1, VISIT, -2, until=-1)
    van = stays(tree.garden, 2, VISIT, 1)
    stays(tree.garden, 1, ABSENCE, 0)
    stays(tree.orchard, 1, VISIT, 0)
    told, roster = listening(2)
    salt = base64.b64decode(roster["salt"])
    assert told["inside"]["counts"] == {"visitors": 1, "vehicles": 1, "away": 1}
    assert told["inside"]["visits"] == {
        pass_tag(salt, guest): [to_ms(AT), to_ms(AT + 4 * HOUR)], pass_tag(salt, van): [to_ms(AT + HOUR), 0],
    }  # fmt: skip
    assert str(guest) not in json.dumps(told)


def test_how_long_a_visit_may_last_is_told_by_purpose(phone, listening, cast, tree):
    with acting_as_system():
        set_usual(node=tree.garden.pk, by=None, at=AT)
    assert listening(2)[0]["inside"]["limits"] == {"any": 240, "delivery": 60}


def test_of_many_visits_the_latest_are_told_and_all_are_counted(phone, listening, tree, monkeypatch):
    monkeypatch.setattr(inside, "MOST", 2)
    entries = [stays(tree.garden, 1, VISIT, hours) for hours in (-3, 0, 1, 1.5, 1.75)]
    told, roster = listening(2)
    salt = base64.b64decode(roster["salt"])
    assert set(told["inside"]["visits"]) == {pass_tag(salt, entry) for entry in entries[-2:]}
    assert told["inside"]["counts"]["visitors"] == 5


def test_another_unit_hears_nothing_and_nobody_is_named(phone, family, listening, cast, tree):
    phone.send(at_gate(family[0], 0), at_gate(family[1], 1, "in", crossed=False, verdict="persuade_back"))
    west = Client(headers={"authorization": f"Bearer {enrol(cast.neighbour, tree.orchard_gate)[1]}"})
    with time_machine.travel(AT + 2 * HOUR, tick=False):
        told = west.get("/api/gate/past").json()
    assert (told["households"], told["turned_back"]) == ({}, {})
    text = json.dumps(listening(2)[0])
    assert not any(str(one.pk) in text or one.person_id.hex in text for one in family)


def test_phones_that_see_the_same_are_told_of_the_same_moment_and_it_is_read_once(phone, family, cast, tree):
    phone.send(at_gate(family[0], 0))
    clients = [
        Client(headers={"authorization": f"Bearer {enrol(cast.lead, tree.garden_gate, name)[1]}"}) for name in "ab"
    ]
    told, read = [], []
    for client, seconds in ((clients[0], 0), (clients[1], 19), (clients[1], 20)):
        with time_machine.travel(AT + HOUR + dt.timedelta(seconds=seconds), tick=False), watched() as queries:
            told.append(client.get("/api/gate/past").json())
        read.append(any("ledger_passage" in one["sql"] for one in queries))
    assert read == [True, False, True]
    assert [one["at"] - to_ms(AT + HOUR) for one in told] == [0, 0, 20_000]
    first, second, _ = ([*one["households"]] for one in told)
    assert len(first) == len(second) == 1
    assert first != second  # each by its own salt


def test_a_phone_that_was_sent_away_hears_nothing(phone, family):
    assert Client(headers={"authorization": "Bearer nobody"}).get("/api/gate/past").status_code == 401
