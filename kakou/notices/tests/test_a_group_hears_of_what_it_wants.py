"""Groups hear of events by a table: gathered into one message with counts and the first places, in quiet hours later,
nothing twice, nothing of what was rolled back, and no word about a person."""

import datetime as dt
import itertools
import zoneinfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakou.access.actions import add_node, grant_role
from kakou.access.actions import second as managed_by
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit import models as audit
from kakou.kernel.errors import NotAllowed
from kakou.kernel.ids import new_id
from kakou.notices import actions
from kakou.notices.actions import hearing
from kakou.notices.events import AT_ONCE, GATHERED, Event, register_event
from kakou.notices.models import Heard, Message, Telling
from kakou.notices.queries import text_of
from kakou.notices.rules.gathering import Waiting, is_quiet, tells_now
from kakou.notices.tests.outgoing import channel_to
from kakou.places.models import Entrance, Unit
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SILENT = register_event(Event("t.silent", "Nothing is heard of a gate", "/ledger/loops/"))
FIRE = register_event(Event("t.fire", "A gate calls for help", "/ledger/loops/", wait=AT_ONCE, wakes=True))
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
NUMBERS = itertools.count()


@pytest.fixture
def places(tree):
    with acting_as_system():
        east = Unit.objects.create(node=tree.east, kind="community_urban", name="东城社区")
        garden = Unit.objects.create(node=tree.garden, kind="compound", name="花园小区")
        Unit.objects.create(node=tree.west, kind="community_rural", name="西郊社区")
        Entrance.objects.create(node=tree.garden_gate, unit=garden, name="东门", kind="compound_gate")
        assert east
    return tree


@pytest.fixture
def group(tree):
    return channel_to("", "mail", tree.east.pk, to=("leads@example.cn",), name="组长群")


@pytest.fixture
def wants(cast):
    """`wants(channel, node, *events, quiet=…)`: said by the commander."""

    def said(channel, node, *events, quiet=None):
        with acting_as(cast.commander):
            return actions.add_tellings(
                events, channel=channel, node=node.pk, quiet=quiet, by=cast.commander, at=AT
            )  # fmt: skip

    return said


def heard(*nodes, event=SILENT, at=AT):
    with acting_as_system():
        return actions.hear(event.name, {f"k{next(NUMBERS)}": node.pk for node in nodes}, at=at)


def told():
    with acting_as_system():
        return [text_of(one) for one in Message.objects.order_by("id")]


def test_forty_at_once_are_one_message_with_their_number_and_the_first_places(places, group, wants):
    wants(group, places.east, SILENT.name)
    heard(*[places.garden_gate] * 37, places.garden, places.east, places.garden)
    assert actions.tell_what_was_heard(at=AT + GATHERED - SECOND) == 0
    assert actions.tell_what_was_heard(at=AT + GATHERED) == 1
    (message,) = told()
    assert message.subject == "卡口：40 条新情况"
    assert message.body.count("：40（") == 1
    assert "花园小区 · 东门、花园小区、东城社区" in message.body
    assert "/ledger/loops/" in message.body
    assert actions.tell_what_was_heard(at=AT + HOUR) == 0


def test_places_past_the_first_three_are_a_number(places, group, wants, tree):
    with acting_as_system():
        from kakou.access.actions import add_node

        more = [add_node(parent=tree.garden) for _ in range(5)]
        for number, node in enumerate(more):
            Unit.objects.create(node=node, kind="compound", name=f"{number}期")
    wants(group, places.east, SILENT.name)
    heard(*more)
    actions.tell_what_was_heard(at=AT + GATHERED)
    assert "5（0期、1期、2期 及另外 2 处）" in told()[0].body


def test_only_what_happens_at_the_place_and_below_of_what_was_asked(places, group, wants):
    wants(group, places.east, SILENT.name)
    assert heard(places.west) == 0
    assert heard(places.garden_gate, event=FIRE) == 0
    assert heard(places.garden_gate) == 1
    with acting_as_system():
        actions.switch(group, on=False, by=None, at=AT)
    assert heard(places.garden_gate) == 0


def test_a_second_superior_hears_of_what_happens_where_it_manages_on_behalf(places, cast, wants):
    with acting_as_system():
        county = add_node(parent=None)
        zone = add_node(parent=county)
        managed_by(places.garden, superior=zone)
    for node in (zone, county):
        grant_role(staff=cast.commander, role=Role.COMMANDER, node=node, by=None, at=AT)
    group = channel_to("", "mail", zone.pk, to=("zone@example.cn",), name="开发区群")
    wants(group, county, SILENT.name)
    assert heard(places.garden_gate) == 1
    assert heard(places.garden) == 1
    assert heard(places.east) == 0
    wants(group, zone, SILENT.name)
    wants(group, places.east, SILENT.name)
    assert heard(places.garden_gate) == 1  # by three lines of the table, once


def test_two_lines_of_the_table_tell_a_channel_once(places, group, wants):
    wants(group, places.east, SILENT.name)
    wants(group, places.garden, SILENT.name)
    assert heard(places.garden_gate) == 1


def test_the_same_is_heard_once_and_what_is_rolled_back_never(places, group, wants):
    wants(group, places.east, SILENT.name)
    for _ in range(2):
        with acting_as_system():
            actions.hear(SILENT.name, {"same": places.garden.pk}, at=AT)
    with pytest.raises(RuntimeError), acting_as_system(), transaction.atomic():
        actions.hear(SILENT.name, {"never": places.garden.pk}, at=AT)
        raise RuntimeError
    actions.tell_what_was_heard(at=AT + GATHERED)
    with acting_as_system():  # the same after it was told is told no more
        actions.hear(SILENT.name, {"same": places.garden.pk}, at=AT + HOUR)
    actions.tell_what_was_heard(at=AT + 2 * HOUR)
    assert [message.subject for message in told()] == ["卡口：1 条新情况"]


def test_in_quiet_hours_it_waits_but_for_what_wakes_people(places, group, wants):
    wants(group, places.east, SILENT.name, FIRE.name, quiet=(dt.time(12, 0), dt.time(14, 0)))  # it is 12:45
    heard(places.garden)
    heard(places.garden_gate, event=FIRE)
    assert actions.tell_what_was_heard(at=AT + MINUTE) == 1
    assert "花园小区 · 东门" in told()[0].body and "花园小区）" not in told()[0].body
    assert actions.tell_what_was_heard(at=AT + HOUR) == 0
    assert actions.tell_what_was_heard(at=AT + 75 * MINUTE) == 1
    assert len(told()) == 2


def test_however_much_waits_for_the_morning_what_wakes_people_is_told(places, group, wants, monkeypatch):
    monkeypatch.setattr(hearing, "MOST", 5)
    wants(group, places.east, SILENT.name, FIRE.name, quiet=(dt.time(12, 0), dt.time(14, 0)))
    heard(*[places.garden] * 5)
    heard(places.garden_gate, event=FIRE)
    assert actions.tell_what_was_heard(at=AT + MINUTE) == 1
    assert "花园小区 · 东门" in told()[0].body


def test_whoever_hears_of_it_needs_no_right_to_the_table(places, group, wants, cast):
    wants(group, places.east, SILENT.name)
    with acting_as(cast.recorder):
        assert actions.hear(SILENT.name, {"r": places.garden_gate.pk}, at=AT) == 1
        assert not Telling.objects.exists()


def test_only_who_manages_both_place_and_channel_says_who_is_told(places, group, cast):
    street = channel_to("", "mail", places.street.pk, to=("street@example.cn",), name="街道群")
    for staff, channel, node in (
        (cast.worker, group, places.east), (cast.secretary, street, places.east),
        (cast.secretary, group, places.west),
    ):  # fmt: skip
        with acting_as(staff), pytest.raises(NotAllowed):
            actions.add_tellings([SILENT.name], channel=channel, node=node.pk, quiet=None, by=staff, at=AT)


def test_what_was_told_is_forgotten_after_its_time(group, places, wants):
    wants(group, places.east, SILENT.name)
    heard(places.garden)
    actions.tell_what_was_heard(at=AT + GATHERED)
    with acting_as_system():
        assert Heard.objects.get().told_at == AT + GATHERED


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    bursts=st.lists(st.tuples(st.integers(0, 3600), st.integers(1, 40), st.booleans()), min_size=1, max_size=8),
    looks=st.integers(30, 120),
)
def test_an_outage_opens_any_number_and_the_messages_stay_few(places, cast, bursts, looks):
    """`bursts`: seconds, how many at once, rolled back or not; the worker looks every so many seconds."""
    tree, name = places, f"g{next(NUMBERS)}@example.cn"
    channel = channel_to("", "mail", tree.east.pk, to=(name,), name=name)
    with acting_as(cast.commander):
        actions.add_tellings([SILENT.name], channel=channel, node=tree.east.pk, quiet=None, by=cast.commander, at=AT)
    kept, due = 0, sorted(bursts)
    for second in range(0, 3600 + 2 * int(GATHERED.total_seconds()), looks):
        while due and due[0][0] <= second:
            _, many, is_kept = due.pop(0)
            try:
                with acting_as_system(), transaction.atomic():
                    keys = {str(new_id()): tree.garden_gate.pk for _ in range(many)}
                    actions.hear(SILENT.name, keys, at=AT + second * SECOND)
                    if not is_kept:
                        raise InterruptedError
            except InterruptedError:
                continue
            kept += many
        actions.tell_what_was_heard(at=AT + second * SECOND)
    with acting_as_system():
        messages = Message.objects.filter(channel=channel)
        heard_of = Heard.objects.filter(channel=channel)
        assert heard_of.count() == heard_of.exclude(told_at=None).count() == kept
        numbers = [int(text_of(one).subject.split("：")[1].split(" ")[0]) for one in messages]
        assert sum(numbers) == kept  # each in one message
        assert len(numbers) <= 3600 // GATHERED.total_seconds() + 2
        Telling.objects.filter(channel=channel).delete()


times = st.times().map(lambda time: time.replace(microsecond=0))


@given(times, times, st.datetimes(min_value=dt.datetime(2021, 1, 1), max_value=dt.datetime(2022, 1, 1)))
def test_quiet_hours_are_those_between_also_over_midnight(since, until, wall):
    at = wall.replace(tzinfo=ZONE)
    opposite = is_quiet((until, since), at, ZONE)
    assert is_quiet(None, at, ZONE) is False
    if since != until:
        assert is_quiet((since, until), at, ZONE) is not opposite


@given(st.lists(st.integers(0, 600), min_size=1, max_size=20))
def test_all_that_waits_goes_with_the_first_that_has_waited_long_enough(ages):
    waiting = [Waiting("e", 1, AT - age * SECOND, GATHERED, False, None) for age in ages]
    found = tells_now(waiting, AT, ZONE)
    assert found == (list(range(len(ages))) if max(ages) >= GATHERED.total_seconds() else [])


def test_it_is_said_on_a_page_and_taken_back(client, places, group, cast):
    sign_in(client, cast.secretary)
    client.cookies["django_language"] = "en"
    page = client.get("/notices/tellings/").content.decode()
    assert "Nobody is told of anything yet" in page and "Choose the place first" in page
    where = f"/notices/tellings/?place={places.east.pk}"
    sent = {"channel": group.pk, "events": ["order.passed_on", "opened.gate_silent"], "quiet_from": "22:00"}
    refused = client.post(where, sent)
    assert refused.status_code == 422 and "leave both empty" in refused.content.decode()
    assert client.post(where, {**sent, "quiet_until": "06:30"}).status_code == 302
    page = client.get(where).content.decode()
    assert "22:00–06:30" in page and "An order was late and is passed on" in page
    with acting_as_system():
        row = Telling.objects.get(event="order.passed_on")
    assert client.post(f"/notices/tellings/{row.pk}/stop/").status_code == 302
    assert client.post(f"/notices/tellings/{row.pk}/stop/").status_code == 404
    with acting_as_system():
        assert [one.event for one in Telling.objects.all()] == ["opened.gate_silent"]


def test_a_channel_that_comes_on_again_is_told_from_then_on(client, places, group, wants, cast):
    wants(group, places.east, SILENT.name)
    heard(*[places.garden_gate] * 3)
    sign_in(client, cast.administrator)
    switch = f"/notices/channel/{group.pk}/switch/"
    for on in ("no", "yes"):
        with time_machine.travel(AT + MINUTE, tick=False):
            said = client.post(switch, {"on": on}, follow=True).content.decode()
        heard(places.garden_gate, at=AT + MINUTE) if on == "no" else None
    assert "从现在起" in said
    assert "3 条" in said
    assert actions.tell_what_was_heard(at=AT + HOUR) == 0
    [event] = audit.Event.objects.using("owner").filter(action="channel.switched_on")
    assert event.facts == {"let_go": 3}
    heard(places.garden_gate, at=AT + HOUR)
    assert actions.tell_what_was_heard(at=AT + HOUR + GATHERED) == 1
    assert told()[0].subject == "卡口：1 条新情况"
