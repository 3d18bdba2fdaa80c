"""A staffed gate of which nothing is heard opens one order while that lasts; a server that was away accuses none."""

import datetime as dt

import pytest

from kakou.access.actions import add_node
from kakou.access.models import Device
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions.silent import Listening, open_silent
from kakou.ledger.queries.where import SILENT_AFTER, phones_of
from kakou.ledger.tests.deskwork import AT, DAY, HOUR, MINUTE, garden, open_about, order_about, orders
from kakou.places.models import Entrance, Unit
from kakou.workorders.actions import close
from kakou.workorders.models import Step
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden"]
KIND = "gate_silent"


@pytest.fixture
def gate(garden, cast):
    """The node of the garden's gate, with two phones."""
    enrol(cast.lead, garden.garden_gate, "one")
    enrol(cast.lead, garden.garden_gate, "two")
    return garden.garden_gate.pk


def heard(gate, at, name=None):
    """Its phones (or the one of that name) send something."""
    with acting_as_system():
        phones = Device.objects.using("owner").filter(node_id=gate)
        assert (phones.filter(name=name) if name else phones).update(last_seen_at=at)


def entrance(gate, **changed):
    with acting_as_system():
        Entrance.objects.using("owner").filter(node_id=gate).update(**changed)


def silence(at, listening=AT - DAY):
    return open_silent(at=at, listening=listening)


def why_closed():
    with acting_as_system():
        return [step.facts.get("healed") for step in Step.objects.filter(kind="closed").order_by("id")]


def test_a_gate_that_falls_silent_opens_one_order_and_closes_it_when_it_is_heard(gate):
    heard(gate, AT)
    assert silence(AT + SILENT_AFTER) == 0
    assert [silence(AT + SILENT_AFTER + n * MINUTE) for n in (1, 2, 300)] == [1, 0, 0]
    order = order_about(gate, KIND)
    assert (order.node_id, order.facts) == (gate, {"since": AT.isoformat(), "phones": 2})
    heard(gate, AT + 6 * HOUR)
    silence(AT + 6 * HOUR)
    assert (orders(), why_closed()) == ([(KIND, "closed")], ["heard"])
    silence(AT + 7 * HOUR)
    assert orders() == [(KIND, "closed"), (KIND, "reported")], "it may fall silent again"


def test_it_is_silent_where_the_pages_call_it_so(gate):
    """One phone that is heard does not speak for the other."""
    heard(gate, AT)
    heard(gate, AT + HOUR, "one")
    with acting_as_system():
        assert phones_of([gate])[gate].silent(AT + HOUR)
    assert silence(AT + HOUR) == 1


def test_a_gate_that_was_never_heard_is_none_that_fell_silent(gate):
    assert silence(AT + DAY) == 0


@pytest.mark.parametrize("state", ["closed", "emergency_only"])
def test_where_nobody_is_posted_nobody_is_missed(gate, state):
    heard(gate, AT)
    entrance(gate, state=state)
    assert silence(AT + HOUR) == 0
    entrance(gate, state="staffed")
    assert silence(AT + HOUR) == 1
    entrance(gate, state=state)
    silence(AT + HOUR)
    assert (orders(), why_closed()) == ([(KIND, "closed")], ["not_staffed"])


def test_phones_that_are_put_out_of_use_are_not_waited_for(gate):
    heard(gate, AT)
    silence(AT + HOUR)
    with acting_as_system():
        Device.objects.using("owner").update(revoked_at=AT + HOUR)
    silence(AT + 2 * HOUR)
    assert (open_about(KIND), why_closed()) == ([], ["no_phone"])


def test_whoever_has_not_listened_himself_calls_nobody_silent(gate):
    heard(gate, AT)
    back = AT + 5 * HOUR  # the server was away
    assert silence(back, listening=back) == 0
    assert silence(back + SILENT_AFTER - MINUTE, listening=back) == 0
    assert silence(back + SILENT_AFTER, listening=back) == 1


def test_after_its_database_was_away_the_server_listens_anew(gate):
    heard(gate, AT)
    listening = Listening(AT - 6 * MINUTE)
    for n in range(-5, 1):
        assert listening.look(AT + n * MINUTE) == 0
    back = AT + 40 * MINUTE
    assert [listening.look(back + n * MINUTE) for n in range(int(SILENT_AFTER / MINUTE))] == [0] * 15
    assert listening.look(back + SILENT_AFTER) == 1


def test_a_silence_that_somebody_looked_into_opens_no_second_order(gate, cast):
    heard(gate, AT)
    silence(AT + HOUR)
    with acting_as(cast.secretary):
        close(order_about(gate, KIND), evidence={"finding": "电池没电，已换"}, by=cast.secretary, at=AT + 2 * HOUR)
    assert silence(AT + 3 * HOUR) == 0
    heard(gate, AT + 4 * HOUR)
    assert silence(AT + 4 * HOUR) == 0
    assert silence(AT + 5 * HOUR) == 1


@pytest.fixture
def three(gate, garden, cast):
    """Two more gates of the garden with a phone each."""
    found = [gate]
    with acting_as_system():
        unit = Unit.objects.get(node=garden.garden)
        nodes = [add_node(parent=garden.garden) for _ in range(2)]
        for number, node in enumerate(nodes):
            Entrance.objects.create(node=node, unit=unit, name=f"{number}号门", kind="compound_gate", state="staffed")
    for node in nodes:
        with acting_as(cast.secretary):
            enrol(cast.secretary, node, "phone")
        found.append(node.pk)
    return found


def minute_by_minute(listening, gates, since, until, *, hears):
    """The worker looks every minute; the gates speak every minute, a few seconds apart, as far as `hears` says."""
    for n in range(since, until):
        at = AT + n * MINUTE
        for number, gate in enumerate(gates):
            if hears(gate, n):
                heard(gate, at - dt.timedelta(seconds=7 * number))
        listening.look(at)


def test_when_the_intake_hears_nobody_no_gate_is_accused(three):
    listening = Listening(AT)
    minute_by_minute(listening, three, 1, 20, hears=lambda _gate, _n: True)
    minute_by_minute(listening, three, 20, 80, hears=lambda _gate, _n: False)
    assert open_about(KIND) == []
    assert [kind for kind, state in orders() if state == "reported"] == ["intake_deaf"]
    minute_by_minute(listening, three, 80, 82, hears=lambda _gate, _n: True)
    assert (orders(), why_closed()) == ([("intake_deaf", "closed")], ["heard"])
    # one that stays away when the others are back is the gate's own, once it has had its time to speak
    minute_by_minute(listening, three, 82, 120, hears=lambda gate, _n: gate != three[2])
    assert sorted(orders()) == [("gate_silent", "reported"), ("intake_deaf", "closed")]


def test_one_gate_among_others_that_are_heard_is_silent_as_before(three):
    listening = Listening(AT)
    minute_by_minute(listening, three, 1, 60, hears=lambda gate, n: gate != three[1] or n < 20)
    assert orders() == [("gate_silent", "reported")]


def test_a_server_that_has_just_begun_says_nothing_of_its_intake(three):
    for gate in three:
        heard(gate, AT - 5 * HOUR)
    listening = Listening(AT)
    minute_by_minute(listening, three, 1, 15, hears=lambda _gate, _n: False)
    assert orders() == []
