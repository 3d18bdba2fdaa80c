"""From the quarantine desk into the ledger: decided by a person, done by the worker, once, through every check."""

import datetime as dt
import json
import threading
from uuid import UUID

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django import app

from kakou import vault
from kakou.access.actions import add_node
from kakou.access.models import Grant
from kakou.access.pages import nodes_held
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from kakou.kernel.ids import id_at, new_id
from kakou.kernel.time import to_ms
from kakou.ledger import tasks
from kakou.ledger.actions import chain, entering
from kakou.ledger.actions.quarantine import ResolvedAlready, StillUnfit, decide_to_enter, discard, undo_discard
from kakou.ledger.desk import ANOTHER, NAMED_GATE, REPLACES, Correction
from kakou.ledger.lane.chain import START
from kakou.ledger.lane.rows import RowMaker, unsealed
from kakou.ledger.lane.wire import Subject, canonical, digest, read_item
from kakou.ledger.models import Passage, Quarantined, Stray
from kakou.ledger.pages import matters
from kakou.ledger.rules import Clock
from kakou.ledger.tests.gatework import fold_all, stays
from kakou.places.models import Entrance, Unit
from kakou.vault.sealing import key_id_of, seal
from kakou.workorders.actions import close, pause
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import OrderRefused
from kakou.workorders.tests.test_hands_that_meet_open_nothing_twice import wait_until_another_waits
from tests.cast import AT, enrol, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
CAME = AT - dt.timedelta(hours=1)
MS = to_ms(CAME) - 60_000
ID = id_at(MS, b"one")
ITEM = {
    "id": str(ID), "seq": 1, "prev_hash": "0" * 64, "at": MS, "offset": 0, "direction": "in", "crossed": True,
    "checks": {"temperature": 365}, "subject": {"kind": "person", "phone": "13912345678"}, "verdict": "admit",
    "reasons": [], "pack": "test",
}  # fmt: skip


@pytest.fixture
def device(as_worker, cast, tree):
    return enrol(cast.lead, tree.garden_gate)[0]


@pytest.fixture
def lead(cast):
    return cast.lead


def kept(device, reason, contract=1, days=90, **changes):
    """An item as the lane keeps it."""
    id, raw = new_id(), json.dumps(ITEM | changes).encode()
    sealed = seal(
        vault.store(), due=(CAME + dt.timedelta(days=days)).date(), table="ledger_quarantined", row=id, field="payload",
        plain=raw,
    )  # fmt: skip
    Quarantined.objects.using("owner").bulk_create(
        [
            Quarantined(
                id=id, node_id=device.node_id, device_id=device.pk, passage=ID, seq=1, prev_hash=b"p", digest=id.bytes,
                contract=contract, reason=reason, payload=sealed, recorded_at=CAME,
            )
        ]
    )  # fmt: skip
    with acting_as_system():
        return Quarantined.objects.get(pk=id)


def decide(item, by, correction=Correction(), reason="The guard remembers"):
    with acting_as(by):
        decide_to_enter(item, correction=correction, reason=reason, by=by, at=AT)
        tasks.enter_item.defer(item=str(item.pk))


def do_jobs():
    with app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def state(item):
    with acting_as_system():
        item.refresh_from_db()
        return item.state


def passages():
    with acting_as_system():
        return list(Passage.objects.order_by("id"))


def told(action):
    with acting_as_system():
        return list(Event.objects.filter(action=action).order_by("seq"))


def test_it_enters_as_it_was_sent_once_what_was_wrong_is_not_wrong_any_more(device, lead):
    """An app newer than the server sent it; the server knows the contract by now."""
    item = kept(device, "unknown-contract")
    decide(item, lead)
    assert state(item) == "entering"
    assert passages() == []
    do_jobs()
    [row] = passages()
    assert (state(item), item.entered_as, item.correction) == ("entered", ID, None)
    assert (row.id, row.node_id, row.device_id, row.direction) == (ID, device.node_id, device.pk, 1)
    assert (row.happened_at, row.recorded_at) == (CAME - dt.timedelta(minutes=1), CAME)
    body = digest(canonical(read_item(json.dumps(ITEM).encode())))
    assert bytes(row.hash) == RowMaker(vault.store()).fingerprint(body), "the phone sends it again: a duplicate"
    [event] = told("quarantine.entered")
    assert (event.by, event.subject, event.facts["passage"]) == (lead.pk, str(item.pk), str(ID))
    [event] = told("quarantine.enter")
    assert (event.by, event.facts["reason"], event.facts["corrected"]) == (lead.pk, "The guard remembers", [])


def test_it_becomes_a_stay(device, lead, tree):
    with acting_as_system():
        unit = Unit.objects.create(node=tree.garden, kind="compound", name="garden")
        Entrance.objects.create(node=tree.garden_gate, unit=unit, name="gate", kind="compound_gate")
    decide(kept(device, "unknown-contract"), lead)
    do_jobs()
    fold_all(AT)
    assert len(stays()) == 1


def test_a_job_that_runs_twice_or_beside_itself_stores_once(device, lead):
    item = kept(device, "unknown-contract")
    decide(item, lead)
    tasks.enter_item.defer(item=str(item.pk))

    def enter():
        entering.enter_item(item.pk, at=AT)
        connections.close_all()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    do_jobs()
    assert len(passages()) == 1
    assert len(told("quarantine.entered")) == 1


def test_arguments_of_the_job_name_nobody(device, lead):
    decide(kept(device, "phone-refused"), lead, Correction(subject=Subject(kind="person", phone="13900139007")))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select args::text from procrastinate_jobs where task_name like '%enter_item' order by id desc limit 1"
        )
        [(args,)] = cursor.fetchall()
        cursor.execute("select ledger_quarantined::text from ledger_quarantined")
        [(row,)] = cursor.fetchall()
    assert set(json.loads(args)) == {"item"}
    assert "13900139007" not in args + row


def test_a_job_that_was_lost_is_done_within_minutes(device, lead):
    item = kept(device, "unknown-contract")
    with acting_as(lead):
        decide_to_enter(item, correction=Correction(), reason="sure", by=lead, at=AT)
    assert entering.enter_what_is_left(at=AT + dt.timedelta(seconds=30)) == 0
    assert entering.enter_what_is_left(at=AT + dt.timedelta(minutes=2)) == 1
    assert state(item) == "entered"


def test_a_corrected_time_keeps_both_and_is_flagged(device, lead):
    item = kept(device, "impossible-time", at=4_000, id=str(id_at(4_000, b"one")))
    decide(item, lead, Correction(happened=MS))
    do_jobs()
    while chain.fold_chains(start=RowMaker(vault.store()).fingerprint(START), at=AT):
        pass
    [row] = passages()
    with acting_as_system():
        assert Stray.objects.filter(pk=row.pk).exists(), "its day finds it, whatever its id says"
    assert (to_ms(row.happened_at), to_ms(row.device_at)) == (MS, 4_000)
    assert row.clock & Clock.SKEWED


def test_who_passed_is_said_anew_and_sealed(device, lead):
    item = kept(device, "phone-refused", subject={"kind": "person", "phone": "123"})
    decide(item, lead, Correction(subject=Subject(kind="person", phone="139 0013 9007", name="孙小刚")))
    do_jobs()
    [row] = passages()
    assert unsealed(vault.store(), row.id, bytes(row.sealed)).subject.name == "孙小刚"
    assert row.subject == RowMaker(vault.store()).subject_key(Subject(kind="person", phone="13900139007"))


def test_what_is_still_unfit_is_said_at_once(device, lead):
    item = kept(device, "impossible-time", at=4_000)
    with pytest.raises(StillUnfit) as told_so, acting_as(lead):
        decide_to_enter(item, correction=Correction(), reason="as it is", by=lead, at=AT)
    assert (told_so.value.reason, told_so.value.where) == ("impossible-time", "$.at")
    assert state(item) == "waiting"


def test_another_body_under_the_same_id_stays_at_the_desk_with_the_reason(device, lead):
    first, second = kept(device, "unknown-contract"), kept(device, "unknown-contract", direction="out")
    decide(first, lead)
    decide(second, lead)
    do_jobs()
    assert (state(first), state(second)) == ("entered", "waiting")
    assert (second.trouble, second.correction, second.entered_as) == ("other-body", None, None)
    assert [row.direction for row in passages()] == [1]
    [event] = told("quarantine.returned")
    assert (event.by, event.facts["code"]) == (lead.pk, "other-body")
    assert told("quarantine.entered")[0].subject == str(first.pk)


@pytest.mark.parametrize(("fresh", "corrects"), [(REPLACES, ID), (ANOTHER, None)])
def test_another_body_gets_an_id_of_its_own_and_refers_to_the_first(device, lead, fresh, corrects):
    decide(kept(device, "unknown-contract"), lead)
    item = kept(device, "other-body", direction="out")
    decide(item, lead, Correction(fresh=fresh), reason="seen by the guard")
    do_jobs()
    assert state(item) == "entered"
    rows = {row.id: row for row in passages()}
    row = rows.pop(item.entered_as)
    assert list(rows) == [ID]
    assert (row.direction, row.corrects) == (2, corrects)
    note = unsealed(vault.store(), row.id, bytes(row.sealed)).correction
    assert note == "seen by the guard" + ("" if corrects else f" [{ID}]")


def test_the_gate_that_it_names_is_taken_where_the_decider_decides_too(device, cast, tree):
    with acting_as_system():
        north = add_node(parent=tree.garden)
        unit = Unit.objects.create(node=tree.garden, kind="compound", name="garden")
        Entrance.objects.create(node=north, unit=unit, name="north", kind="compound_gate")
    item = kept(device, "other-gate", gate=north.pk)
    with pytest.raises(NotAllowed), acting_as(cast.lead):  # of the south gate alone
        decide_to_enter(item, correction=Correction(gate=NAMED_GATE), reason="he stood there", by=cast.lead, at=AT)
    with pytest.raises(StillUnfit), acting_as(cast.worker):  # undecided
        decide_to_enter(item, correction=Correction(), reason="he stood there", by=cast.worker, at=AT)
    decide(item, cast.worker, Correction(gate=NAMED_GATE))
    other = kept(device, "other-gate", gate=tree.orchard_gate.pk, id=str(id_at(MS, b"two")))
    decide(other, cast.lead, Correction(gate="phone"))
    do_jobs()
    assert sorted(row.node_id for row in passages()) == sorted([north.pk, device.node_id])


def test_whoever_lost_the_right_meanwhile_enters_nothing(device, lead):
    item = kept(device, "unknown-contract")
    decide(item, lead)
    Grant.objects.filter(staff=lead).update(ended_at=AT)
    do_jobs()
    assert (state(item), item.trouble, passages()) == ("waiting", "not-allowed", [])


def test_a_neighbour_and_a_recorder_decide_nothing(device, cast):
    item = kept(device, "unknown-contract")
    for who in (cast.neighbour, cast.recorder, cast.commander):
        with pytest.raises(NotAllowed), acting_as(who):
            decide_to_enter(item, correction=Correction(), reason="why not", by=who, at=AT)
        with pytest.raises(NotAllowed), acting_as(who):
            discard(item, reason="why not", by=who, at=AT)


def test_a_key_that_fell_due_is_said(device, lead):
    item = kept(device, "unknown-contract", days=77)  # a key of its own
    decide(item, lead)
    vault.store().destroy(key_id_of(bytes(item.payload)), at=AT)
    entering.enter_item(item.pk, at=AT)
    assert (state(item), item.trouble) == ("waiting", "key-destroyed")


def test_it_is_discarded_with_a_reason_and_that_can_be_undone(device, lead, cast):
    item = kept(device, "wrong-shape")
    with acting_as(lead):
        discard(item, reason="a trial", by=lead, at=AT)
    assert (state(item), item.resolution, item.resolved_by_id) == ("set_aside", "a trial", lead.pk)
    with pytest.raises(ResolvedAlready), acting_as(lead):
        decide_to_enter(item, correction=Correction(), reason="no trial", by=lead, at=AT)
    with acting_as(cast.worker):
        undo_discard(item, by=cast.worker, at=AT)
    assert (state(item), item.resolution, item.resolved_by_id) == ("waiting", "", None)
    with pytest.raises(ResolvedAlready), acting_as(lead):
        undo_discard(item, by=lead, at=AT)
    assert [event.by for event in told("quarantine.discard")] == [lead.pk]
    assert [event.by for event in told("quarantine.undo")] == [cast.worker.pk]


def quarantine_orders():
    with acting_as_system():
        return sorted(WorkOrder.objects.filter(kind="quarantine").values_list("state", flat=True))


def test_the_phones_chain_has_no_fork_and_its_order_closes_only_when_all_is_done(device, lead):
    item, other = kept(device, "unknown-contract"), kept(device, "unknown-contract", seq=2)
    start = RowMaker(vault.store()).fingerprint(START)
    while chain.fold_chains(start=start, at=AT):
        pass
    decide(item, lead)
    with acting_as(lead):
        discard(other, reason="a trial", by=lead, at=AT)
    assert chain.close_emptied_quarantines(at=AT) == 0, "one is being entered, and may come back"
    do_jobs()
    while chain.fold_chains(start=start, at=AT):
        pass
    with acting_as_system():
        [standing] = chain.ChainState.objects.all()
    assert (standing.forks, standing.node_id) == ([1], device.node_id)  # both claim to be its first
    assert chain.close_emptied_quarantines(at=AT) == 1
    assert quarantine_orders() == ["closed"]
    with acting_as(lead):
        undo_discard(other, by=lead, at=AT)
    assert quarantine_orders() == ["closed", "reported"]


def test_what_is_put_back_while_its_order_is_about_to_close_is_asked_about(device, lead):
    item = kept(device, "unknown-contract")
    chain.fold_chains(start=RowMaker(vault.store()).fingerprint(START), at=AT)
    with acting_as(lead):
        discard(item, reason="no trial", by=lead, at=AT)

    def close():
        try:
            chain.close_emptied_quarantines(at=AT)
        finally:
            connections.close_all()

    other = threading.Thread(target=close)
    with acting_as(lead), transaction.atomic():
        list(WorkOrder.objects.select_for_update().filter(kind="quarantine"))  # somebody is at it
        other.start()
        wait_until_another_waits()
        undo_discard(item, by=lead, at=AT)
    other.join()
    assert (state(item), "reported" in quarantine_orders()) == ("waiting", True)


def test_entering_gives_no_right_to_import(device, cast):
    """The widened scope is the job's alone: a worker of the community imports nothing by it."""
    decide(kept(device, "unknown-contract"), cast.worker)
    do_jobs()
    assert len(passages()) == 1
    other = staff("guard", Role.GATE_LEAD, device.node)
    item = kept(device, "unknown-contract", id=str(UUID(int=5)))
    with acting_as(other), pytest.raises(Exception, match="row-level security"):
        Passage.objects.create(
            id=item.pk, node_id=device.node_id, hash=b"", direction=1, crossed=True, subject=item.pk, subject_kind=1,
            happened_at=AT, device_at=AT, recorded_at=AT,
        )  # fmt: skip


def test_its_order_is_closed_by_nobodys_hand_while_something_waits(device, lead):
    item = kept(device, "unknown-contract")
    chain.fold_chains(start=RowMaker(vault.store()).fingerprint(START), at=AT)
    with acting_as(lead):
        order = WorkOrder.objects.get(kind="quarantine")
        with pytest.raises(OrderRefused, match="by hand"):
            close(order, evidence={"finding": "looked"}, by=lead, at=AT)
        pause(order, until=AT + dt.timedelta(days=2), reason="the maker looks into it", by=lead, at=AT)
        assert matters.door(order, nodes_held, place=None).href == "/ledger/quarantine/"
        discard(item, reason="no trial", by=lead, at=AT)
    assert chain.close_emptied_quarantines(at=AT) == 1
