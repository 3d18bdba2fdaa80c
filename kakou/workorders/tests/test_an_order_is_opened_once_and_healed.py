import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.rules import PersonalDataInAudit, ReasonUnfit
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.workorders import actions, events, queries
from kakou.workorders.actions import Matter
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import Kind, OrderRefused, Urgency, within

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
MISSING = events.register_kind(Kind("t_missing", "Missing exit", within(days=1), frozenset({"result"})))
SILENT = events.register_kind(Kind("t_silent", "Gate silent", within(days=1), recurs=True))


@pytest.fixture
def causes():
    return [new_id() for _ in range(3)]


@pytest.fixture
def opened(tree, cast, causes, at):
    gates = [tree.garden_gate.pk, tree.garden_gate.pk, tree.orchard_gate.pk]
    with acting_as_system():
        ids = actions.open_many("t_missing", map(Matter, causes, gates), at=at)
    return dict(zip(causes, ids, strict=True))


def test_it_opens_one_order_however_often_it_is_told(opened, causes, tree, at):
    with acting_as_system():
        again = [Matter(cause, tree.garden_gate.pk) for cause in [*causes, *causes]]
        assert actions.open_many("t_missing", again, at=at + DAY) == []
        assert WorkOrder.objects.count() == 3
        assert Step.objects.count() == 3


def test_everyone_sees_the_orders_of_his_places_with_age_and_owner(opened, cast, at):
    later = at + 2 * DAY
    for who, number in [
        (cast.secretary, 2),
        (cast.neighbour, 1),
        (cast.commander, 3),
        (cast.stranger, 0),
        (cast.auditor, 0),
    ]:
        with acting_as(who):
            seen = queries.open_orders(at=later)
            assert len(seen) == number
            assert all(one.late and one.age == 2 * DAY for one in seen)
            assert queries.counts(at=later) == ({"t_missing": (number, number)} if number else {})
    with acting_as(cast.secretary):
        assert {one.order.owner for one in queries.open_orders(at=later)} == {cast.secretary}


def test_what_healed_closes_with_evidence_and_reopens_when_it_breaks_again(opened, causes, tree, at):
    with acting_as_system():
        exit_id = new_id()
        closed = actions.close_causes("t_missing", {causes[0]: {"exit": exit_id}, new_id(): {}}, at=at + DAY)
        assert closed == [opened[causes[0]]]
        assert not actions.close_cause("t_missing", causes[0], at=at + DAY)
        assert actions.open_once("t_missing", causes[0], node=tree.garden_gate.pk, at=at + 2 * DAY) == closed[0]
        order = queries.order_at(closed[0])
        assert (order.state, order.closed_at, order.due_at) == ("reopened", None, at + 3 * DAY)
        steps = queries.steps_of(order)
        assert [step.kind for step in steps] == ["opened", "closed", "reopened"]
        assert steps[1].facts == {"exit": str(exit_id)}


def test_what_a_person_closed_is_not_opened_again_by_the_fold(opened, causes, tree, cast, at):
    with acting_as(cast.secretary):
        order = queries.order_at(opened[causes[0]])
        actions.close(order, evidence={"result": "由北侧便道离开"}, by=cast.secretary, at=at + DAY)
    with acting_as_system():
        assert actions.open_once("t_missing", causes[0], node=tree.garden_gate.pk, at=at + 2 * DAY) is None
        assert actions.close_cause("t_missing", causes[0], at=at) is False


def test_a_condition_that_comes_back_is_a_new_order(tree, cast, at):
    with acting_as_system():
        first = actions.open_once("t_silent", tree.garden_gate.pk, node=tree.garden_gate.pk, at=at)
        actions.close_cause("t_silent", tree.garden_gate.pk, at=at + DAY, passage=new_id())
        second = actions.open_once("t_silent", tree.garden_gate.pk, node=tree.garden_gate.pk, at=at + 2 * DAY)
        assert second not in (None, first)


def test_a_closed_order_is_reopened_by_hand(opened, causes, cast, at):
    with acting_as(cast.secretary):
        order = queries.order_at(opened[causes[0]])
        with pytest.raises(OrderRefused):
            actions.reopen(order, reason="too early", by=cast.secretary, at=at)
        actions.close(order, evidence={"result": "found"}, by=cast.secretary, at=at)
        with pytest.raises(OrderRefused):
            actions.close(order, evidence={"result": "found"}, by=cast.secretary, at=at)
        actions.reopen(order, reason="somebody else", by=cast.secretary, at=at + DAY)
        again = queries.order_at(order.pk)
        assert (again.state, again.closed_by, again.due_at) == ("reopened", None, at + 2 * DAY)


def test_closing_needs_the_permission_and_evidence_without_numbers_of_people(opened, causes, cast, at):
    with acting_as(cast.recorder):
        order = queries.order_at(opened[causes[0]])
        with pytest.raises(NotAllowed):
            actions.close(order, evidence={"result": "x"}, by=cast.recorder, at=at)
    with acting_as(cast.neighbour):
        with pytest.raises(NotFound):
            queries.order_at(opened[causes[0]])
        with pytest.raises(NotAllowed):
            actions.close(order, evidence={"result": "xx"}, by=cast.neighbour, at=at)
    with acting_as(cast.lead):
        with pytest.raises(OrderRefused):
            actions.close(order, evidence={"other": "xx"}, by=cast.lead, at=at)
        with pytest.raises(ReasonUnfit):
            actions.close(order, evidence={"result": "call 13800001234"}, by=cast.lead, at=at)


def test_an_owner_is_one_who_may_close_it(opened, causes, cast, at):
    with acting_as(cast.secretary):
        order = queries.order_at(opened[causes[0]])
        with pytest.raises(NotAllowed):
            actions.name_owner(order, owner=cast.neighbour, by=cast.secretary, at=at)
        actions.name_owner(order, owner=cast.worker, by=cast.secretary, at=at)
        actions.note(order, text="asked the neighbours", by=cast.secretary, at=at)
        assert queries.order_at(order.pk).owner == cast.worker
        assert [step.kind for step in queries.steps_of(order)] == ["opened", "owner_named", "noted"]


def test_facts_are_never_personal(tree, cast, at):
    with acting_as_system(), pytest.raises(PersonalDataInAudit):
        actions.open_once("t_missing", new_id(), node=tree.garden_gate.pk, at=at, name="王迪")
    with acting_as_system(), pytest.raises(KeyError):
        actions.open_once("t_unknown", new_id(), node=tree.garden_gate.pk, at=at)


@pytest.mark.parametrize("statement", ["update workorders_step set at = now()", "delete from workorders_step"])
def test_steps_are_never_changed(opened, statement):
    with acting_as_system(), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_hundreds_open_at_once(tree, cast, at, django_assert_max_num_queries):
    matters = [Matter(new_id(), tree.garden_gate.pk, {"gate": tree.garden_gate.pk}) for _ in range(1000)]
    with acting_as_system(), django_assert_max_num_queries(9):  # the last: who wants to hear of it
        assert len(actions.open_many("t_missing", matters, at=at)) == 1000


URGENT = events.register_kind(
    Kind("t_burst_pipe", "Burst pipe", within(days=1), sooner={Urgency.EMERGENCY: within(hours=2)})
)


def test_what_breaks_again_is_as_urgent_as_it_was(tree, at):
    causes = [new_id(), new_id()]
    with acting_as_system():
        for cause, urgency in zip(causes, (Urgency.EMERGENCY, Urgency.NORMAL), strict=True):
            actions.open_many("t_burst_pipe", [Matter(cause, tree.garden.pk)], at=at, urgency=urgency)
        actions.close_causes("t_burst_pipe", causes, at=at + HOUR)
        actions.open_many("t_burst_pipe", [Matter(cause, tree.garden.pk) for cause in causes], at=at + DAY)
        found = {order.cause: order for order in WorkOrder.objects.filter(kind="t_burst_pipe")}
    first, second = (found[str(cause)] for cause in causes)
    assert (first.urgency, first.due_at, first.escalate_at) == ("emergency", at + DAY + 2 * HOUR, first.due_at)
    assert (second.urgency, second.due_at, second.state) == ("normal", at + 2 * DAY, "reopened")


def test_what_was_closed_by_mistake_goes_on_by_its_former_clock(opened, causes, cast, at):
    with acting_as(cast.secretary):
        order = queries.order_at(opened[causes[0]])
        before = queries.order_at(order.pk)
        actions.close(order, evidence={"result": "found"}, by=cast.secretary, at=at + 20 * HOUR)
        actions.reopen(order, reason="mistake", by=cast.secretary, at=at + 20 * HOUR + MINUTE)
        again = queries.order_at(order.pk)
    assert (again.state, again.closed_at) == ("reopened", None)
    for clock in ("begun_at", "due_at", "due_clock", "escalate_at", "pauses"):
        assert getattr(again, clock) == getattr(before, clock), clock


def test_a_time_of_its_own_and_a_pause_outlive_a_closing_that_is_undone(opened, causes, cast, at):
    own = at + 30 * HOUR
    with acting_as(cast.secretary):
        order = queries.order_at(opened[causes[0]])
        actions.pause(order, until=at + 2 * HOUR, reason="waits for the key", by=cast.secretary, at=at + HOUR)
    with acting_as_system():
        actions.set_due("t_missing", {causes[0]: own})
    with acting_as(cast.secretary):
        actions.close(order, evidence={"result": "found"}, by=cast.secretary, at=at + 20 * HOUR)
        actions.reopen(order, reason="mistake", by=cast.secretary, at=at + 20 * HOUR)
        again = queries.order_at(order.pk)
    assert (again.due_at, again.escalate_at, len(again.pauses)) == (own, own, 1)


def test_what_was_passed_on_already_is_not_passed_on_for_a_mistake(opened, causes, cast, at):
    late = at + DAY + HOUR
    actions.pass_on(at=late)
    with acting_as(cast.commander):
        order = queries.order_at(opened[causes[0]])
        then = order.escalate_at
        actions.close(order, evidence={"result": "found"}, by=cast.commander, at=late + HOUR)
        actions.reopen(order, reason="mistake", by=cast.commander, at=late + HOUR)
        assert queries.order_at(order.pk).escalate_at == then


def test_whoever_did_not_close_it_and_whoever_comes_later_begins_its_clock_anew(opened, causes, cast, at):
    with acting_as(cast.commander):
        order = queries.order_at(opened[causes[0]])
        for by, later in ((cast.secretary, HOUR), (cast.commander, MINUTE)):
            actions.close(order, evidence={"result": "found"}, by=cast.secretary, at=at + HOUR)
            actions.reopen(order, reason="too early", by=by, at=at + HOUR + later)
            assert queries.order_at(order.pk).due_at == at + HOUR + later + DAY
