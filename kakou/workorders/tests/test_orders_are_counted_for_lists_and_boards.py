"""What lists and boards show is counted from the orders themselves: a day, holes, a board, rates, what is alike."""

import datetime as dt

import pytest
from django.db import connections
from django.db.models import Q

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.workorders import actions, events, queries
from kakou.workorders.actions import Matter, pass_on
from kakou.workorders.figures import day
from kakou.workorders.figures.alike import alike
from kakou.workorders.figures.board import board
from kakou.workorders.figures.holes import EVERY, NOBODYS, OF_EVERY_KIND, OVERDUE, counts_by_hole, within_hole
from kakou.workorders.figures.rates import MEDIANS, RATES, figures
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import ORDINARY, REQUEST, Kind, OrderRefused, State, within

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SLOW = events.register_kind(Kind("t_slow", "Slow", within(days=3)))
ANSWERED = events.register_kind(Kind("t_answered", "Asked for", ORDINARY, frozenset({"result"}), flow=REQUEST))
HEALS = events.register_kind(Kind("t_heals", "Closes with its matter", within(days=3), by_hand=False))
QUICK = events.register_kind(Kind("t_quick", "Quick", within(hours=2)))


def opened(kind, node, at, many=1):
    with acting_as_system():
        ids = actions.open_many(kind.name, [Matter(new_id(), node.pk) for _ in range(many)], at=at)
        return sorted(WorkOrder.objects.filter(pk__in=ids), key=lambda order: order.pk)


def test_a_day_holds_what_one_answers_for_or_helps_with_soonest_due_first(tree, cast, at):
    [slow], [quick] = opened(SLOW, tree.garden, at), opened(QUICK, tree.garden, at)
    [helped], [_foreign] = opened(SLOW, tree.garden, at - HOUR), opened(SLOW, tree.orchard, at)
    with acting_as(cast.secretary):
        for order in (slow, quick):
            actions.name_owner(order, owner=cast.worker, by=cast.secretary, at=at)
        actions.join(helped, helper=cast.worker, by=cast.secretary, at=at)
    with acting_as(cast.worker):
        whose = day.his(cast.worker.pk)
        assert [order.pk for order in day.to_do(whose)] == [quick.pk, helped.pk, slow.pk]
        assert list(day.to_do(whose, node=tree.orchard.pk)) == []
        since, until = at - 12 * HOUR, at + 12 * HOUR
        told = {"at": at + 3 * HOUR, "since": since, "until": until, "node": None}
        assert day.tally(whose, cast.worker.pk, **told) == (1, 0, 2, 0)
        assert day.tally(whose, cast.worker.pk, **{**told, "at": at}) == (0, 1, 2, 0)
        actions.close(quick, evidence={"finding": "done"}, by=cast.worker, at=at)
        assert day.tally(whose, cast.worker.pk, **told) == (0, 0, 2, 1)
        assert [order.pk for order in day.done(cast.worker.pk, since=since)] == [quick.pk]
        assert list(day.done(cast.worker.pk, since=at + HOUR)) == []
        actions.leave(helped, helper=cast.worker, by=cast.worker, at=at)
        assert [order.pk for order in day.to_do(day.his(cast.worker.pk))] == [slow.pk]


def test_a_day_is_found_in_two_queries(tree, cast, at, django_assert_num_queries):
    opened(SLOW, tree.garden, at, many=5)
    with acting_as(cast.secretary), django_assert_num_queries(2):
        assert len(day.to_do(day.his(cast.secretary.pk))) == 5


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_day_is_found_by_index_among_all_that_somebody_ever_closed(tree, cast, at):
    ids = [order.pk for order in opened(SLOW, tree.garden, at, many=6_000)]
    ended = {"state": "closed", "closed_at": at - DAY, "closed_by": cast.worker, "escalate_at": None}
    with acting_as_system():
        WorkOrder.objects.filter(pk__in=ids[:4_000]).update(owner=cast.worker)
        WorkOrder.objects.filter(pk__in=ids[20:4_000]).update(**ended)
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze workorders_workorder")
    with acting_as(cast.worker):
        found = day.to_do(day.his(cast.worker.pk))
        assert len(found) == 20
        assert "order_open_by_owner" in found.explain()
        assert "order_by_closer" in day.done(cast.worker.pk, since=at).explain()


def test_each_hole_holds_what_its_table_says(tree, cast, at):
    late, waiting, nobodys, fine = opened(SLOW, tree.garden, at, many=4)
    [passed] = opened(QUICK, tree.garden, at)
    with acting_as(cast.secretary):
        actions.pause(waiting, until=at + 2 * DAY, reason="等钥匙", by=cast.secretary, at=at)
    with acting_as_system():
        WorkOrder.objects.filter(pk=late.pk).update(due_at=at - HOUR, escalate_at=at - HOUR)
        WorkOrder.objects.filter(pk=nobodys.pk).update(owner=None)
        late_then_passed = {late.pk, passed.pk}
        with acting_as(cast.secretary):
            assert counts_by_hole(at=at)["overdue"] == 1
        pass_on(at=at + 3 * HOUR)
    with acting_as(cast.secretary):
        counted = counts_by_hole(at=at + 3 * HOUR)
        assert counted[EVERY] == 5
        for name, many in {"overdue": 2, "nobody": 1, "waiting": 1, "passed_on": 2}.items():
            found = list(queries.still_open(among=within_hole(name, at + 3 * HOUR)))
            assert (name, counted[name], len(found)) == (name, many, many)
        held = queries.still_open(among=within_hole("passed_on", at + 3 * HOUR))
        assert {order.pk for order in held} == late_then_passed
        assert counts_by_hole(at=at + 3 * DAY)["waiting"] == 0  # it went on by itself
        assert fine.pk in {order.pk for order in queries.still_open()}
    assert within_hole("no such hole", at) is None


def test_a_hole_is_registered_once():
    for hole in OF_EVERY_KIND:
        assert events.register_hole(hole) is hole
    with pytest.raises(ValueError, match="overdue"):
        events.register_hole(events.Hole("overdue", "Another", NOBODYS.holds))
    assert events.HOLES["overdue"] is OVERDUE


def test_a_board_counts_by_state_and_kind(tree, cast, at):
    first, *_ = opened(SLOW, tree.garden, at, many=3)
    opened(QUICK, tree.garden, at + HOUR, many=2)
    with acting_as(cast.secretary):
        actions.begin(first, by=cast.secretary, at=at)
        told = board(at=at + 4 * HOUR)
        assert [tuple(cell)[1:] for cell in told[State.REPORTED]] == [
            ("t_quick", 2, 2, at + HOUR), ("t_slow", 2, 0, at),
        ]  # fmt: skip
        assert [tuple(cell)[1:] for cell in told[State.IN_PROGRESS]] == [("t_slow", 1, 0, at)]
        assert told[State.RETURNED] == []
        assert not any(board(at=at, node=tree.orchard.pk).values())


def rates_of(told):
    return {rate.name: (rate.part(told), rate.whole(told)) for rate in RATES}


def test_rates_say_what_their_formulas_say(tree, cast, at):
    closed, late, healed, begun, _untouched, twin = opened(QUICK, tree.garden, at, many=6)
    opened(SLOW, tree.orchard, at)  # out of sight
    with acting_as(cast.secretary):
        actions.close(closed, evidence={"finding": "x1"}, by=cast.secretary, at=at + HOUR)
        actions.begin(begun, by=cast.secretary, at=at + 30 * dt.timedelta(minutes=1))
        actions.mark_duplicate(twin, of=begun, by=cast.secretary, at=at)
    with acting_as_system():
        actions.close_cause(QUICK.name, healed.cause, at=at + HOUR)
        pass_on(at=at + 3 * HOUR)
    with acting_as(cast.secretary):
        actions.close(late, evidence={"finding": "x2"}, by=cast.secretary, at=at + 4 * HOUR)
        every, quick = figures(since=at, until=at + DAY, at=at + 5 * HOUR)
    assert (every.kind, quick.kind, every[1:]) == (None, "t_quick", quick[1:])
    assert (every.opened, every.healed, every.closed, every.overdue) == (5, 1, 3, 2)
    assert rates_of(every) == {"response": (3, 4), "in_time": (2, 5), "passed_on": (3, 5)}
    minutes = [median.of(every) // dt.timedelta(minutes=1) for median in MEDIANS]
    assert minutes == [60, 60, 300]


def test_a_request_is_settled_by_its_answer_however_long_it_is_looked_at_afterwards(tree, cast, at):
    soon, late = opened(ANSWERED, tree.garden, at, many=2)
    with acting_as(cast.secretary):
        for order, answered in ((soon, at + HOUR), (late, at + 20 * DAY)):
            actions.accept(order, by=cast.secretary, at=at)
            actions.begin(order, by=cast.secretary, at=at)
            actions.answer(order, evidence={"result": "x1"}, by=cast.secretary, at=answered)
        actions.close(soon, evidence={}, by=cast.secretary, at=at + 40 * DAY)
        actions.close(late, evidence={}, by=cast.secretary, at=at + 20 * DAY + HOUR)
        assert [one.in_time for one in figures(since=at, until=at + DAY, at=at + 41 * DAY)] == [1, 1]
        actions.reopen(late, reason="x2", by=cast.secretary, at=at + 41 * DAY)
        actions.answer(late, evidence={"result": "x3"}, by=cast.secretary, at=at + 41 * DAY + HOUR)
        actions.close(late, evidence={}, by=cast.secretary, at=at + 42 * DAY)
        assert [one.in_time for one in figures(since=at, until=at + DAY, at=at + 42 * DAY)] == [2, 2]


def test_what_closes_with_its_matter_is_not_opened_again_by_hand(tree, cast, at):
    [order] = opened(HEALS, tree.garden, at)
    with acting_as_system():
        actions.close_cause(HEALS.name, order.cause, at=at)
    with acting_as(cast.secretary), pytest.raises(OrderRefused, match="Open its page"):
        actions.reopen(order, reason="x1", by=cast.secretary, at=at)


def test_holes_of_a_kind_count_that_kind_alone(tree, cast, at):
    opened(SLOW, tree.garden, at)
    opened(QUICK, tree.garden, at, many=2)
    with acting_as(cast.secretary):
        counted = counts_by_hole(at=at + 3 * HOUR, kind=QUICK.name)
        assert (counted[EVERY], counted["overdue"]) == (2, 2)
        assert counts_by_hole(at=at + 3 * HOUR, among=Q(kind=SLOW.name))[EVERY] == 1


def test_orders_opened_outside_of_the_span_count_nowhere(tree, cast, at):
    opened(QUICK, tree.garden, at)
    with acting_as(cast.secretary):
        [told] = figures(since=at + HOUR, until=at + DAY, at=at + DAY)
        assert (told.opened, rates_of(told)) == (0, {"response": (0, 0), "in_time": (0, 0), "passed_on": (0, 0)})
        assert [median.of(told) for median in MEDIANS] == [None] * 3
        assert [one.opened for one in figures(since=at, until=at + DAY, at=at, node=tree.east.pk)] == [1, 1]
        assert [one.opened for one in figures(since=at, until=at + DAY, at=at, node=tree.orchard.pk)] == [0]


def test_what_is_alike_stands_at_the_same_place_and_near_in_time(tree, cast, at):
    [asked] = opened(SLOW, tree.garden, at)
    [far], [near] = opened(SLOW, tree.garden, at - 2 * DAY), opened(SLOW, tree.garden, at + HOUR)
    [elsewhere] = opened(SLOW, tree.garden_gate, at)
    opened(QUICK, tree.garden, at)
    with acting_as(cast.secretary):
        assert [order.pk for order in alike(asked)] == [near.pk, far.pk, elsewhere.pk]
        actions.close(near, evidence={"finding": "x3"}, by=cast.secretary, at=at + HOUR)
        assert [order.pk for order in alike(asked)] == [far.pk, elsewhere.pk]
