"""Passages go when their time is over, and with them what was made of them; an open loop does not go unseen."""

import datetime as dt
import json
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.ledger.actions.forgetting import forget_all
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.management.retention import retention
from kakou.ledger.models import Quarantined
from kakou.ledger.tests.gatework import IN, OUT, Crossing, fold_all, land, stays, upload
from kakou.screening.actions.audits import Drawn, answer, draw
from kakou.screening.actions.fever import Hot, follow_cases, measured_again, open_cases
from kakou.screening.models import FeverCase, FeverEvent, SpotAudit
from kakou.screening.queries.audits import audit_at
from kakou.screening.queries.fever import case_at
from kakou.workorders.actions import close, note, open_once
from kakou.workorders.models import Step, WorkOrder
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
WANG, LI = UUID(int=1 << 100), UUID(int=2 << 100)
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LATER = NOON + 95 * DAY


def forgotten(at):
    done = forget_all(keep_days=90, by=None, at=at)
    assert list(rebuild(at=at))[-1].gone == 0, "the fold forgets no more and no less"
    return done


def orders():
    with acting_as_system():
        return sorted(WorkOrder.objects.values_list("kind", "state"))


@pytest.fixture
def secretary(land):
    return staff("secretary", Role.COMMUNITY_SECRETARY, Node.objects.get(pk=land.street))


def test_a_closed_stay_goes_with_its_passages(land):
    upload(Crossing(WANG, land.compound_gate, IN, NOON), Crossing(WANG, land.compound_gate, OUT, NOON + HOUR))
    upload(Crossing(LI, land.compound_gate, IN, NOON), Crossing(LI, land.compound_gate, OUT, NOON + 9 * DAY))
    fold_all(NOON + 9 * DAY)
    done = forgotten(LATER)
    assert (done.passages, done.stays, done.open) == (3, 1, 0)
    assert [row[2] for row in stays()] == [LI], "his exit is young enough"
    event = Event.objects.using("owner").get(action="stays.forgotten")
    assert event.facts == {"rows": 1, "unsettled": 0}
    assert forgotten(LATER + 10 * DAY).stays == 1
    assert stays() == []


def test_an_open_stay_waits_until_somebody_said_what_became_of_it(land, secretary):
    upload(Crossing(WANG, land.compound_gate, IN, NOON))
    fold_all(NOON)
    for _ in range(2):
        assert forgotten(LATER).open == 1
        assert orders() == [("open_past_retention", "reported")]
    assert len(stays()) == 1
    with acting_as(secretary):
        close(WorkOrder.objects.get(), evidence={"finding": "moved away in spring"}, by=secretary, at=LATER)
    assert forgotten(LATER).stays == 1
    assert stays() == []
    assert orders() == [("open_past_retention", "closed")]


def test_an_open_stay_that_ends_after_all_is_asked_about_no_more(land):
    upload(Crossing(WANG, land.compound_gate, IN, NOON))
    fold_all(NOON)
    forgotten(LATER)
    left = Crossing(WANG, land.compound_gate, OUT, LATER + HOUR)
    upload(left)
    fold_all(LATER + HOUR)
    assert orders() == [("open_past_retention", "closed")]
    with acting_as_system():
        assert Step.objects.get(kind="closed").facts["passage"] == str(left.id)


def test_an_order_nobody_closed_says_that_its_matter_was_forgotten(land):
    upload(Crossing(WANG, land.compound_gate, IN, NOON), Crossing(WANG, land.compound_gate, IN, NOON + HOUR))
    upload(Crossing(WANG, land.compound_gate, OUT, NOON + 2 * HOUR))
    fold_all(NOON + DAY)
    assert orders() == [("missing_exit", "reported")]
    assert forgotten(LATER).stays == 2
    assert orders() == [("missing_exit", "closed")]
    with acting_as_system():
        assert Step.objects.get(kind="closed").facts == {"state": "forgotten"}
    assert Event.objects.using("owner").get(action="stays.forgotten").facts["unsettled"] == 1


def test_what_closed_orders_say_of_people_is_emptied_and_the_steps_stay(land, secretary):
    with acting_as(secretary):
        for cause, at in (("old", NOON), ("young", LATER - DAY)):
            open_once("missing_exit", cause, node=land.compound, at=at, by=secretary)
            order = WorkOrder.objects.get(cause=cause)
            note(order, text="asked her brother", by=secretary, at=at)
            close(order, evidence={"finding": "is with her brother"}, by=secretary, at=at)
    assert forgotten(LATER).steps == 2, "the opening of it said nothing"
    with acting_as_system():
        told = Step.objects.order_by("id").values_list("order__cause", "kind", "facts")
        assert [facts for cause, _, facts in told if cause == "old"] == [{}, {}, {}]
        assert [kind for cause, kind, _ in told if cause == "old"] == ["opened", "noted", "closed"]
        assert {"finding": "is with her brother"} in [facts for cause, _, facts in told if cause == "young"]
    assert forgotten(LATER).steps == 0


def test_nobody_changes_a_step_by_hand(land, secretary):
    with acting_as(secretary):
        open_once("missing_exit", "a", node=land.compound, at=NOON, by=secretary)
    for alias in ("owner", "default"):
        with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("update workorders_step set facts = '{}'")


def test_quarantine_is_emptied_in_time_and_tells_what_nobody_decided(land):
    def kept_apart(device, at):
        Quarantined.objects.using("owner").create(
            id=uuid4(), node_id=land.compound_gate, device_id=device, digest=uuid4().bytes, contract=1,
            reason="too-long", payload=b"sealed", recorded_at=at,
        )  # fmt: skip

    with acting_as_system():
        for device in (7, 8):
            kept_apart(device, NOON)
            open_once("quarantine", device, node=land.compound_gate, at=NOON)
        kept_apart(8, LATER)
    assert forgotten(LATER + HOUR).quarantined == 2
    with acting_as_system():
        assert Quarantined.objects.count() == 1
        assert sorted(WorkOrder.objects.values_list("cause", "state")) == [("7", "closed"), ("8", "reported")]
        assert Step.objects.get(kind="closed").facts == {"healed": "forgotten"}
    facts = Event.objects.using("owner").get(action="quarantine.forgotten").facts
    assert (facts["rows"], facts["undecided"]) == (2, 2)


def test_a_fever_that_ended_goes_with_what_was_done_and_one_that_goes_on_stays(land, secretary):
    def fever(at, *, ended):
        passage, gate = uuid4(), land.compound_gate
        open_cases([Hot(passage, gate, 378, 373, 15, "cn-2021-08.1", at)], at=at)
        if ended:
            measured_again(case_at(passage), passage=uuid4(), tenths=366, at=at + HOUR, recorded_at=at + HOUR)
        return passage

    with acting_as_system():
        gone, on, young = fever(NOON, ended=True), fever(NOON, ended=False), fever(LATER - DAY, ended=True)
        follow_cases(at=LATER)
    assert forgotten(LATER).fevers == 1
    with acting_as_system():
        assert {*FeverCase.objects.values_list("pk", flat=True)} == {on, young}
        assert not FeverEvent.objects.filter(case_id=gone).exists()
    assert orders() == [("fever", "reported")], "somebody still has to say what became of it"
    facts = Event.objects.using("owner").get(action="fever.forgotten").facts
    assert (facts["rows"], facts["steps"]) == (1, 2)
    assert forgotten(LATER).fevers == 0


def test_who_was_to_be_asked_again_is_forgotten_and_how_many_nobody_asked_is_told(land, secretary):
    asked, unasked, young = (Drawn(uuid4(), land.compound_gate) for _ in range(3))
    with acting_as_system():
        draw(NOON, [asked, unasked], at=NOON)
        draw(LATER, [young], at=LATER - DAY)
    with acting_as(secretary):
        said = {"health": "yes", "temperature": "yes", "mask": "no"}
        answer(audit_at(asked.passage), said, note="", by=secretary, at=NOON + HOUR)
    assert forgotten(LATER).spot_audits == 2
    with acting_as_system():
        assert [audit.pk for audit in SpotAudit.objects.all()] == [young.passage]
        left = WorkOrder.objects.filter(closed_at=None).values_list("cause", flat=True)
        assert [*left] == [str(young.passage)]
        assert Step.objects.get(kind="closed", order__cause=str(unasked.passage)).facts == {"state": "forgotten"}
    facts = Event.objects.using("owner").get(action="spot_audits.forgotten").facts
    assert (facts["rows"], facts["unasked"]) == (2, 1)


def test_the_command_says_what_it_destroyed(land):
    answer = CliRunner().invoke(retention, ["--yes", "--json"])
    told = json.loads(answer.output)
    assert sorted(told) == [
        "fevers", "open", "passages", "quarantined", "shifts", "spot_audits", "stays", "steps", "visits",
    ]  # fmt: skip
    assert set(told.values()) == {0}
    assert "0" in CliRunner().invoke(retention, ["--yes"]).output


def test_only_the_worker_forgets(transactional_db):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select workorders_forget(now() - interval '90 days')")
