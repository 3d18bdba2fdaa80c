"""A request is accepted, dispatched, handled, answered, verified and closed; whoever received it first answers for it
until then, wherever it is handled."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.workorders import actions, events, queries
from kakou.workorders.actions import Made, Matter
from kakou.workorders.models import Helper, SiteDay, Step, WorkOrder
from kakou.workorders.rules import ORDINARY, REQUEST, Kind, OrderRefused, Proof, State, StepKind, Urgency, within

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
events.register_kind(Kind("t_heals_only", "Closes with its matter", within(hours=1), by_hand=False))
REQUESTED = events.register_kind(Kind("t_request", "A request", ORDINARY, frozenset({"result"}), flow=REQUEST))
CLEANED = events.register_kind(
    Kind(
        "t_cleaned",
        "A corner to be cleaned",
        ORDINARY,
        frozenset({"result"}),
        flow=REQUEST,
        proof=frozenset({Proof.PHOTO}),
    )
)


@pytest.fixture
def request_(tree, cast, at):
    """Received in the east, on a Tuesday at 12:45."""
    with acting_as_system():
        id = actions.open_once("t_request", new_id(), node=tree.garden.pk, at=at)
    with acting_as(cast.secretary):
        return queries.order_at(id)


def now(order):
    with acting_as_system():
        return WorkOrder.objects.get(pk=order.pk)


def steps(order):
    with acting_as_system():
        return [step.kind for step in queries.steps_of(order)]


def test_it_goes_all_the_way_and_every_step_is_told(request_, cast, at):
    with acting_as(cast.secretary):
        actions.accept(request_, by=cast.secretary, at=at + HOUR)
        actions.begin(request_, by=cast.secretary, at=at + 2 * HOUR)
        actions.answer(request_, evidence={"result": "路灯已修好"}, by=cast.secretary, at=at + DAY)
        with pytest.raises(OrderRefused):
            actions.verify(request_, by=cast.secretary, at=at + DAY)  # he answered it himself
    with acting_as(cast.worker):
        actions.verify(request_, by=cast.worker, at=at + 2 * DAY)
        actions.close(request_, evidence={}, by=cast.worker, at=at + 2 * DAY)
    assert (now(request_).state, now(request_).escalate_at) == (State.CLOSED, None)
    assert steps(request_) == ["opened", "accepted", "begun", "answered", "verified", "closed"]


def test_each_step_starts_the_clock_of_the_next(request_, cast, at):
    assert (request_.due_clock, request_.due_at) == ("accept", at + DAY)
    with acting_as(cast.secretary):
        actions.accept(request_, by=cast.secretary, at=at + HOUR)
        assert (now(request_).due_clock, now(request_).due_at) == ("finish", at + 9 * DAY)  # over one weekend
        actions.answer(request_, evidence={"result": "已处理"}, by=cast.secretary, at=at + DAY)
    assert (now(request_).due_clock, now(request_).due_at) == ("verify", at + 3 * DAY)


def test_a_day_that_the_site_rests_moves_the_time_and_another_year_is_provisional(tree, cast, at):
    SiteDay.objects.create(day=dt.date(2021, 8, 11), is_worked=False, set_at=at, set_by=cast.administrator)
    with acting_as_system():
        id = actions.open_once("t_request", new_id(), node=tree.garden.pk, at=at)
        assert WorkOrder.objects.get(pk=id).due_at == at + 2 * DAY
        far = dt.datetime(2049, 12, 31, 1, tzinfo=dt.UTC)
        id = actions.open_once("t_request", new_id(), node=tree.garden.pk, at=far)
        assert WorkOrder.objects.get(pk=id).due_provisional


def test_another_unit_handles_it_and_who_received_it_sees_all_of_it(request_, tree, cast, at):
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        queries.order_at(request_.pk)
    with acting_as(cast.secretary):
        actions.accept(request_, by=cast.secretary, at=at)
        actions.dispatch(request_, unit=tree.west.pk, by=cast.secretary, at=at + HOUR)
    assert (now(request_).owner_id, now(request_).node_id) == (cast.neighbour.pk, tree.west.pk)
    with acting_as(cast.neighbour):
        theirs = queries.order_at(request_.pk)
        actions.begin(theirs, by=cast.neighbour, at=at + 2 * HOUR)
        with pytest.raises(NotAllowed):  # only who received it passes it to another
            actions.dispatch(theirs, unit=tree.orchard.pk, by=cast.neighbour, at=at + 2 * HOUR)
    with acting_as(cast.secretary):
        mine = queries.order_at(request_.pk)
        assert (mine.state, mine.first_node_id) == (State.IN_PROGRESS, tree.garden.pk)
        assert [one.order.pk for one in queries.open_orders(at=at)] == [mine.pk]
    assert steps(request_) == ["opened", "accepted", "dispatched", "begun"]


def test_what_is_given_back_is_with_who_received_it_again_and_gone_from_the_other(request_, tree, cast, at):
    with acting_as(cast.secretary):
        actions.accept(request_, by=cast.secretary, at=at)
        actions.dispatch(request_, unit=tree.west.pk, by=cast.secretary, at=at)
    with acting_as(cast.neighbour):
        theirs = queries.order_at(request_.pk)
        with pytest.raises(OrderRefused):
            actions.give_back(theirs, reason=" ", by=cast.neighbour, at=at)
        actions.give_back(theirs, reason="不在本村", by=cast.neighbour, at=at + HOUR)
        with pytest.raises(NotFound):
            queries.order_at(request_.pk)
    assert (now(request_).state, now(request_).node_id, now(request_).owner_id) == (
        State.RETURNED, tree.garden.pk, cast.secretary.pk,
    )  # fmt: skip


def test_nobody_makes_himself_the_first_receiver(request_, tree, cast, at):
    with acting_as(cast.secretary):
        actions.accept(request_, by=cast.secretary, at=at)
        actions.dispatch(request_, unit=tree.west.pk, by=cast.secretary, at=at)
    for statement in (
        "update workorders_workorder set first_node_id = node_id where id = %s",
        "update workorders_workorder set node_id = first_node_id where id = %s",
    ):
        with (
            acting_as(cast.neighbour),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [request_.pk])


def test_it_is_dispatched_only_where_somebody_answers(request_, tree, cast, at):
    from kakou.access.actions import add_node

    with acting_as_system():
        island = add_node(parent=None)
    with acting_as(cast.secretary):
        actions.accept(request_, by=cast.secretary, at=at)
        with pytest.raises(OrderRefused):
            actions.dispatch(request_, unit=island.pk, by=cast.secretary, at=at)
        with pytest.raises(NotAllowed):
            actions.dispatch(request_, unit=tree.west.pk, owner=cast.worker, by=cast.secretary, at=at)


def test_its_clocks_stand_still_while_it_waits_and_go_on_by_themselves(request_, cast, at):
    with acting_as(cast.secretary):
        actions.accept(request_, by=cast.secretary, at=at)
        for until in (at, at + 31 * DAY):
            with pytest.raises(OrderRefused):
                actions.pause(request_, until=until, reason="等反映人", by=cast.secretary, at=at)
        actions.pause(request_, until=at + 3 * DAY, reason="等反映人回来", by=cast.secretary, at=at)
        assert now(request_).due_at == at + 14 * DAY  # seven days of work after the pause, over two weekends
        with pytest.raises(OrderRefused):
            actions.pause(request_, until=at + 4 * DAY, reason="还要等", by=cast.secretary, at=at + HOUR)
        actions.resume(request_, by=cast.secretary, at=at + DAY)
        assert now(request_).due_at == at + 10 * DAY
        with pytest.raises(OrderRefused):
            actions.resume(request_, by=cast.secretary, at=at + DAY)
    assert steps(request_)[-2:] == ["paused", "resumed"]


def test_who_helps_is_told_and_leaves_again(request_, cast, at):
    with acting_as(cast.secretary):
        for _ in range(2):
            actions.join(request_, helper=cast.worker, by=cast.secretary, at=at)
        assert [one.staff for one in queries.helpers_of(request_)] == [cast.worker]
        with pytest.raises(NotAllowed):
            actions.join(request_, helper=cast.neighbour, by=cast.secretary, at=at)
        for _ in range(2):
            actions.leave(request_, helper=cast.worker, by=cast.secretary, at=at + HOUR)
        assert queries.helpers_of(request_) == []
        assert Helper.objects.get().left_at == at + HOUR
    assert steps(request_) == ["opened", "helper_joined", "helper_left"]


def test_a_photo_is_needed_before_the_answer_and_again_after_it_was_opened_again(tree, cast, at):
    with acting_as_system():
        id = actions.open_once("t_cleaned", new_id(), node=tree.garden.pk, at=at)
    with acting_as(cast.worker):
        order = queries.order_at(id)
        actions.accept(order, by=cast.worker, at=at)
        with pytest.raises(OrderRefused):
            actions.answer(order, evidence={"result": "扫干净了"}, by=cast.worker, at=at)
        actions.prove(order, proof=Proof.PHOTO, ref=str(new_id()), by=cast.worker, at=at)
        actions.answer(order, evidence={"result": "扫干净了"}, by=cast.worker, at=at)
        actions.reopen(order, reason="角落没扫", by=cast.worker, at=at + HOUR)
        with pytest.raises(OrderRefused):
            actions.answer(order, evidence={"result": "又扫了"}, by=cast.worker, at=at + 2 * HOUR)


def test_of_two_about_the_same_one_follows_the_other(request_, tree, cast, at):
    with acting_as_system():
        ids = actions.open_many("t_request", [Matter(new_id(), tree.garden.pk) for _ in range(2)], at=at)
    with acting_as(cast.secretary):
        second, third = (queries.order_at(id) for id in ids)
        actions.mark_duplicate(second, of=request_, by=cast.secretary, at=at)
        actions.mark_duplicate(third, of=queries.order_at(second.pk), by=cast.secretary, at=at)  # of the first, then
        with pytest.raises(OrderRefused):
            actions.mark_duplicate(request_, of=queries.order_at(third.pk), by=cast.secretary, at=at)
        assert {now(one).duplicate_of_id for one in (second, third)} == {request_.pk}
        assert [one.order.pk for one in queries.open_orders(at=at)] == [request_.pk]
        actions.reopen(second, reason="不是同一件", by=cast.secretary, at=at)
    assert (now(second).state, now(second).duplicate_of) == (State.REOPENED, None)


def test_what_closes_with_its_matter_only_follows_no_other(tree, cast, at):
    """Else a fever would go on that nobody is asked about."""
    with acting_as_system():
        ids = actions.open_many("t_heals_only", [Matter(new_id(), tree.garden.pk) for _ in range(2)], at=at)
    with acting_as(cast.secretary):
        one, other = (queries.order_at(id) for id in ids)
        with pytest.raises(OrderRefused):
            actions.mark_duplicate(one, of=other, by=cast.secretary, at=at)
    assert now(one).state == State.REPORTED


def test_nobody_follows_what_is_closed_already(request_, tree, cast, at):
    with acting_as_system():
        (id,) = actions.open_many("t_request", [Matter(new_id(), tree.garden.pk)], at=at)
    with acting_as(cast.secretary):
        seen_open = queries.order_at(id)
        actions.accept(seen_open, by=cast.secretary, at=at)
        actions.answer(seen_open, evidence={"result": "扫干净了"}, by=cast.secretary, at=at)
        actions.close(seen_open, evidence={}, by=cast.secretary, at=at)
        with pytest.raises(OrderRefused):
            actions.mark_duplicate(request_, of=seen_open, by=cast.secretary, at=at)
    assert now(request_).duplicate_of is None


def test_many_are_handed_on_at_once_all_or_none(tree, cast, at):
    with acting_as_system():
        mine = actions.open_many("t_request", [Matter(new_id(), tree.garden.pk) for _ in range(5)], at=at)
    with acting_as(cast.secretary):
        orders = [queries.order_at(id) for id in mine]
        assert actions.hand_on(orders, owner=cast.worker, by=cast.secretary, at=at) == 5
        with pytest.raises(actions.NotHandedOn) as told:
            actions.hand_on(orders, owner=cast.neighbour, by=cast.secretary, at=at)
        assert told.value.refused.keys() == set(mine)
        assert {type(why) for why in told.value.refused.values()} == {NotAllowed}
        actions.mark_duplicate(orders[3], of=orders[0], by=cast.secretary, at=at)
        with pytest.raises(actions.NotHandedOn) as told:
            actions.hand_on(orders, owner=cast.liaison, by=cast.secretary, at=at)
        assert list(told.value.refused) == [mine[3]]
    assert {now(one).owner_id for one in orders} == {cast.worker.pk}


def test_what_is_urgent_has_its_own_clocks(tree, cast, at):
    from kakou.workorders.rules import EMERGENCY

    kind = events.register_kind(Kind("t_urgent", "Help", ORDINARY, flow=REQUEST, sooner={Urgency.EMERGENCY: EMERGENCY}))
    with acting_as_system():
        [id] = actions.open_many(kind.name, [Matter(1, tree.garden.pk)], at=at, urgency=Urgency.EMERGENCY)
        assert WorkOrder.objects.get(pk=id).due_at == at + dt.timedelta(minutes=1)
    with acting_as(cast.secretary):
        actions.accept(queries.order_at(id), by=cast.secretary, at=at)
        assert now(queries.order_at(id)).due_at == at + dt.timedelta(minutes=3)


def test_steps_made_without_a_network_are_taken_once_and_what_came_too_late_is_kept(request_, cast, at):
    made = [
        Made(new_id(), request_.pk, StepKind.ANSWERED, at + 3 * HOUR, {"result": "修好了"}),
        Made(new_id(), request_.pk, StepKind.ACCEPTED, at + HOUR),
        Made(new_id(), request_.pk, StepKind.BEGUN, at + 2 * HOUR),
    ]
    with acting_as(cast.worker):
        came = at + DAY
        assert {one.what for one in actions.take_made(made, by=cast.worker, at=came)} == {"taken"}
        assert {one.what for one in actions.take_made(made, by=cast.worker, at=came)} == {"again"}
        late = Made(new_id(), request_.pk, StepKind.BEGUN, at + 2 * HOUR)
        assert [one.what for one in actions.take_made([late, late], by=cast.worker, at=came)] == ["late", "again"]
    assert steps(request_) == ["opened", "accepted", "begun", "answered", "came_late"]
    with acting_as_system():
        assert Step.objects.get(kind="came_late").facts == {"tried": "begun"}
        assert now(request_).answered_at == at + 3 * HOUR


def test_a_proof_that_is_none_is_refused_and_the_rest_is_taken(request_, cast, at):
    made = [
        Made(new_id(), request_.pk, StepKind.PROVED, at, {"proof": "a feeling", "ref": "x"}),
        Made(new_id(), request_.pk, StepKind.PROVED, at + HOUR, {"proof": "photo", "ref": str(new_id())}),
        Made(new_id(), request_.pk, StepKind.ACCEPTED, at + 2 * HOUR),
    ]
    with acting_as(cast.worker):
        assert [one.what for one in actions.take_made(made, by=cast.worker, at=at + DAY)] == [
            "refused",
            "taken",
            "taken",
        ]


def test_a_step_of_somebody_who_may_not_take_it_is_refused_and_says_why(request_, cast, at):
    made = Made(new_id(), request_.pk, StepKind.ACCEPTED, at)
    with acting_as(cast.neighbour):
        [one] = actions.take_made([made], by=cast.neighbour, at=at)
    assert (one.what, bool(one.why)) == ("refused", True)
    with acting_as(cast.worker):
        [one] = actions.take_made([Made(new_id(), request_.pk, StepKind.ESCALATED, at)], by=cast.worker, at=at)
    assert one.what == "refused"
    assert steps(request_) == ["opened"]
