"""What is late goes up the place tree; a unit in which nobody answers is passed over and becomes an open matter."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kakou.access.actions import add_node, second
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.workorders import actions, events, queries
from kakou.workorders.actions import Matter
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import ORDINARY, REQUEST, Kind, within
from tests.cast import staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LATE = events.register_kind(Kind("t_late", "A matter", within(hours=1), again=2 * HOUR))
ASKED = events.register_kind(Kind("t_asked", "A request", ORDINARY, flow=REQUEST))


def opened(tree, at, many=1, kind="t_late"):
    with acting_as_system():
        return actions.open_many(kind, [Matter(new_id(), tree.garden.pk) for _ in range(many)], at=at)


def order(id):
    with acting_as_system():
        return WorkOrder.objects.get(pk=id)


def passed(at):
    return actions.pass_on(at=at)


def findings():
    with acting_as_system():
        return list(WorkOrder.objects.filter(kind="unit_without_owner").values_list("cause", "state"))


def test_it_is_passed_on_when_its_time_has_run_out_and_not_before(tree, at):
    worker, secretary = (
        staff("worker", Role.COMMUNITY_WORKER, tree.garden), staff("secretary", Role.COMMUNITY_WORKER, tree.east)
    )  # fmt: skip
    staff("street", Role.COMMUNITY_WORKER, tree.street)
    [id] = opened(tree, at)
    assert order(id).owner == worker
    assert passed(at + HOUR - dt.timedelta(seconds=1)) == 0
    assert passed(at + HOUR) == 1
    assert (order(id).owner, order(id).answers_node_id) == (secretary, tree.east.pk)
    assert passed(at + HOUR) == 0
    assert passed(at + 3 * HOUR) == 1
    assert (order(id).answers_node_id, order(id).escalate_at) == (tree.street.pk, None)  # nobody stands above
    assert passed(at + 9 * DAY) == 0
    with acting_as_system():
        assert [step.kind for step in queries.steps_of(order(id))] == ["opened", "escalated", "escalated"]


def test_a_unit_without_a_responsible_person_is_passed_over_and_asked_about_until_it_has_one(tree, at):
    staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    street = staff("street", Role.COMMUNITY_WORKER, tree.street)
    [id] = opened(tree, at)
    passed(at + HOUR)
    assert order(id).owner == street
    assert findings() == [(str(tree.east.pk), "reported")]
    passed(at + 2 * HOUR)
    assert findings() == [(str(tree.east.pk), "reported")]
    staff("somebody", Role.COMMUNITY_SECRETARY, tree.east)
    passed(at + 3 * HOUR)
    assert findings() == [(str(tree.east.pk), "closed")]


def test_with_nobody_above_it_stays_where_it_is_and_says_so(tree, at):
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    [id] = opened(tree, at)
    assert passed(at + HOUR) == 1
    assert (order(id).owner, order(id).escalate_at) == (worker, None)
    assert {cause for cause, _ in findings()} == {str(tree.east.pk), str(tree.street.pk)}
    with acting_as_system():
        assert Step.objects.get(order_id=id, kind="escalated").facts == {"clock": "finish", "top": True}


def test_a_step_that_starts_another_clock_puts_it_off(tree, at):
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    staff("street", Role.COMMUNITY_WORKER, tree.street)
    [id] = opened(tree, at, kind="t_asked")
    with acting_as(worker):
        actions.accept(queries.order_at(id), by=worker, at=at + HOUR)
    assert passed(at + DAY) == 0
    assert passed(order(id).due_at) == 1


def test_what_waits_is_not_passed_on(tree, at):
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    staff("street", Role.COMMUNITY_WORKER, tree.street)
    [id] = opened(tree, at)
    with acting_as(worker):
        actions.pause(queries.order_at(id), until=at + DAY, reason="等钥匙", by=worker, at=at)
    assert passed(at + DAY) == 0
    assert passed(at + DAY + HOUR) == 1


def test_what_healed_or_closed_is_never_passed_on(tree, at):
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    ids = opened(tree, at, 2)
    with acting_as_system():
        actions.close_cause("t_late", order(ids[0]).cause, at=at, healed="left")
    with acting_as(worker):
        actions.close(queries.order_at(ids[1]), evidence={"note": "done"}, by=worker, at=at)
    assert passed(at + 9 * DAY) == 0


def test_due_rows_are_found_by_index_in_two_queries_however_many_are_open(tree, at):
    staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    for _ in range(4):
        opened(tree, at + DAY, 1_000)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select id from workorders_workorder where escalate_at <= %s order by escalate_at limit 500", [at]
        )
        assert "order_to_pass_on" in " ".join(row[0] for row in cursor.fetchall())
    with CaptureQueriesContext(connection) as seen:
        actions.pass_on(at=at)
    assert len([one for one in seen if "workorders_" in one["sql"]]) <= 2


def test_hundreds_are_passed_on_in_parts(tree, at, monkeypatch):
    from kakou.workorders.actions import escalating

    monkeypatch.setattr(escalating, "MOST", 7)
    staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    staff("street", Role.COMMUNITY_WORKER, tree.street)
    opened(tree, at, 30)
    assert [passed(at + HOUR) for _ in range(6)] == [7, 7, 7, 7, 2, 0]
    with acting_as_system():
        assert Step.objects.filter(kind="escalated").count() == 30


def test_an_order_of_a_kind_that_is_gone_holds_nothing_up(tree, at, monkeypatch):
    staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    staff("street", Role.COMMUNITY_WORKER, tree.street)
    yesterday = Kind("t_of_yesterday", "A matter of yesterday", within(hours=1))
    with monkeypatch.context() as patched:
        patched.setitem(events._KINDS, yesterday.name, yesterday)
        [gone] = opened(tree, at, kind=yesterday.name)
    [other] = opened(tree, at)
    assert passed(at + HOUR) == 2
    assert {order(gone).answers_node_id, order(other).answers_node_id} == {tree.street.pk}


def test_a_tree_that_is_cut_anew_is_followed(tree, at):
    with acting_as_system():
        corner = add_node(parent=tree.garden)
    staff("worker", Role.COMMUNITY_WORKER, corner)
    garden = staff("garden", Role.COMMUNITY_WORKER, tree.garden)
    with acting_as_system():
        id = actions.open_once("t_late", new_id(), node=corner.pk, at=at)
    passed(at + HOUR)
    assert order(id).owner == garden


def zone_over(node):
    """A development zone in a line of its own, which manages `node` on behalf of its superior."""
    with acting_as_system():
        county = add_node(parent=None)
        zone = add_node(parent=county)
        second(node, superior=zone)
    return zone, county


def test_with_nobody_left_in_the_own_line_the_second_superior_answers_and_then_its_own_superior(tree, at):
    zone, county = zone_over(tree.east)
    staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    officer, head = staff("zone", Role.COMMUNITY_WORKER, zone), staff("county", Role.COMMUNITY_WORKER, county)
    [id] = opened(tree, at)
    assert passed(at + HOUR) == 1
    assert (order(id).owner, order(id).answers_node_id) == (officer, zone.pk)
    assert {cause for cause, _ in findings()} == {str(tree.east.pk), str(tree.street.pk)}  # of the own line alone
    with acting_as(officer):
        assert queries.order_at(id).owner == officer
    assert passed(at + 3 * HOUR) == 1
    assert (order(id).owner, order(id).escalate_at) == (head, None)


def test_as_long_as_the_own_line_has_somebody_it_goes_there(tree, at):
    zone, _ = zone_over(tree.east)
    staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    staff("zone", Role.COMMUNITY_SECRETARY, zone)
    street = staff("street", Role.COMMUNITY_WORKER, tree.street)
    [id] = opened(tree, at)
    passed(at + HOUR)
    assert (order(id).owner, order(id).escalate_at) == (street, None)


def test_what_opens_where_nobody_of_the_own_line_answers_is_the_second_superiors(tree, at):
    zone, _ = zone_over(tree.garden)
    officer = staff("zone", Role.COMMUNITY_WORKER, zone)
    [id] = opened(tree, at)
    assert (order(id).owner, order(id).answers_node_id) == (officer, zone.pk)
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.street)
    [later] = opened(tree, at)
    assert order(later).owner == worker
