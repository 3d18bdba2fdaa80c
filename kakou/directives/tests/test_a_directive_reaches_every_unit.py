"""A directive becomes one task and one order for each unit, whole subtrees too; sent twice it is one; it ends when it
is withdrawn or replaced, and nothing of it is written anew."""

import pytest
from django.db import DatabaseError, transaction

from kakou.access.scope import acting_as, acting_as_system
from kakou.directives import actions
from kakou.directives.models import Directive, Task
from kakou.directives.rules import DirectiveRefused
from kakou.directives.tests.handing import HOUR, fresh, handed, places, said, task, units
from kakou.kernel.errors import NotAllowed
from kakou.kernel.ids import new_id
from kakou.places.models import Unit
from kakou.places.recut import move_unit
from kakou.workorders.actions import reopen
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import State
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


def test_each_unit_has_one_order_due_when_it_is_to_be_acknowledged(places, cast):
    directive = handed(cast.commander, places)
    assert units(directive) == {"东城社区", "西郊社区"}
    order = task(directive, places.east).order
    assert (order.kind, order.node_id, order.due_at, order.owner_id) == (
        "directive", places.east.pk, AT + 2 * HOUR, cast.secretary.pk,
    )  # fmt: skip


def test_a_whole_subtree_is_told(places, cast):
    directive = handed(cast.commander, places, units=[places.east.pk, places.west.pk], below=True)
    assert units(directive) == {"东城社区", "花园小区", "西郊社区", "果园村"}


def test_sent_twice_it_is_one(places, cast):
    key = new_id()
    assert handed(cast.commander, places, key=key) == handed(cast.commander, places, key=key)
    with acting_as_system():
        assert (Directive.objects.count(), Task.objects.count(), WorkOrder.objects.count()) == (1, 2, 2)


def test_a_unit_that_is_cut_anew_keeps_its_task(places, cast):
    directive = handed(cast.commander, places, units=[places.garden.pk])
    with acting_as_system():
        garden, west = (Unit.objects.select_related("node").get(node=one) for one in (places.garden, places.west))
        Unit.objects.filter(pk=garden.pk).update(name="花园一期")
    with acting_as(cast.administrator):
        move_unit(garden, parent=west, reason="drill", by=cast.administrator, at=AT + HOUR)
    assert units(directive) == {"花园小区"}
    kept = task(directive, places.garden)
    with acting_as(cast.neighbour):  # in whose community it lies now
        actions.acknowledge(kept, by=cast.neighbour, at=AT + 2 * HOUR)
    assert task(directive, places.garden).acknowledged_by == cast.neighbour


def test_only_who_directs_there_hands_down_and_only_below(places, cast):
    for staff in (cast.worker, cast.secretary):
        with acting_as(staff), pytest.raises(NotAllowed):
            actions.issue(said(), home=places.street.pk, units=[places.east.pk], key=new_id(), by=staff, at=AT)
    with acting_as(cast.secretary), pytest.raises(DirectiveRefused):
        actions.issue(
            said(), home=places.east.pk, units=[places.west.pk], key=new_id(), by=cast.secretary, at=AT
        )  # fmt: skip
    with acting_as_system():
        assert not Directive.objects.exists()
        assert not WorkOrder.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "联系王某 13812345678"}, {"title": " "}, {"acknowledge_by": AT},
        {"deadline": AT + HOUR}, {"deadline": AT + 24 * 400 * HOUR},
    ],
    ids=["a number of a person", "no title", "no time to acknowledge", "done before acknowledged", "too far"],
)  # fmt: skip
def test_what_is_not_fit_is_refused(places, cast, wrong):
    with pytest.raises(DirectiveRefused):
        handed(cast.commander, places, said=said(**wrong))


def test_nothing_is_to_be_done_again_about_one_that_was_withdrawn(places, cast):
    directive = handed(cast.commander, places)
    with acting_as(cast.commander):
        actions.withdraw(directive, reason="上级撤回", by=cast.commander, at=AT + HOUR)
        with pytest.raises(DirectiveRefused):
            reopen(task(directive, places.east).order, reason="还要做", by=cast.commander, at=AT + 2 * HOUR)
    assert task(directive, places.east).order.state == State.CLOSED


def test_withdrawn_its_open_orders_end_and_what_was_done_stays(places, cast):
    directive = handed(cast.commander, places)
    with acting_as(cast.secretary):
        actions.finish(task(directive, places.east), text="已落实", by=cast.secretary, at=AT + HOUR)
    with acting_as(cast.commander):
        actions.withdraw(directive, reason="上级撤回", by=cast.commander, at=AT + 2 * HOUR)
    east, west = task(directive, places.east), task(directive, places.west)
    assert (east.done_at, east.done_by) == (AT + HOUR, cast.secretary)
    assert (west.state, west.done_at, west.order.state) == (State.CLOSED, None, State.CLOSED)
    assert fresh(directive).end_reason == "上级撤回"
    with acting_as(cast.commander), pytest.raises(DirectiveRefused):
        actions.withdraw(directive, reason="上级撤回", by=cast.commander, at=AT + 3 * HOUR)


def test_replaced_it_names_the_next_and_its_words_stay(places, cast):
    directive = handed(cast.commander, places)
    then = handed(cast.commander, places, at=AT + HOUR, replaces=directive, said=said(text="改为三人值守。"))
    former = fresh(directive)
    assert (former.replaced_by_id, former.text) == (then.pk, "今晚起各卡口双人值守。")
    assert task(directive, places.west).order.state == State.CLOSED
    assert task(then, places.west).order.state == State.REPORTED


def test_no_page_can_write_its_words_anew(places, cast):
    directive = handed(cast.commander, places)
    with acting_as(cast.commander), pytest.raises(DatabaseError), transaction.atomic():
        Directive.objects.filter(pk=directive.pk).update(text="别的")
