import datetime as dt
import threading

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakou.access import actions
from kakou.access.models import Closure, Node
from kakou.access.rules import Permission
from kakou.access.scope import acting_as, nodes_of
from kakou.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def descendants(node):
    return set(Closure.objects.filter(ancestor=node).values_list("descendant_id", flat=True))


def closure_by_hand():
    parents = dict(Node.objects.values_list("id", "parent_id"))
    pairs = set()
    for node in parents:
        up, depth = node, 0
        while up is not None:
            pairs.add((up, node, depth))
            up, depth = parents[up], depth + 1
    return pairs


def test_a_moved_compound_takes_its_gate_along(tree, cast, at):
    both = cast.administrator
    from kakou.access.actions import grant_role
    from kakou.access.rules import Role

    grant_role(staff=both, role=Role.COMMUNITY_SECRETARY, node=tree.street, by=None, at=at)
    with acting_as(both):
        actions.move_node(tree.garden, parent=tree.west, by=both, at=at)
    assert tree.garden_gate.pk in descendants(tree.west)
    assert tree.garden_gate.pk not in descendants(tree.east)
    assert tree.garden_gate.pk in nodes_of(cast.neighbour)[Permission.SEE_LEDGER]
    assert tree.garden_gate.pk not in nodes_of(cast.secretary)[Permission.SEE_LEDGER]


def test_it_cannot_hang_below_itself(tree, cast, at):
    with pytest.raises(actions.WouldBeCircular):
        actions.move_node(tree.street, parent=tree.garden, by=cast.administrator, at=at)


def test_it_needs_the_right_at_both_ends(tree, cast, at):
    with pytest.raises(NotAllowed):
        actions.move_node(tree.garden, parent=tree.west, by=cast.secretary, at=at)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_two_who_hang_each_others_units_into_their_own_make_no_circle(tree, cast, at):
    """A circle would hang below no place at all: nobody would see what was recorded there."""
    said = []

    def other():
        try:
            actions.move_node(tree.orchard, parent=tree.garden, by=cast.administrator, at=at)
        except actions.WouldBeCircular as refused:
            said.append(refused)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        actions.move_node(tree.garden, parent=tree.orchard, by=cast.administrator, at=at)
        thread.start()
        thread.join(timeout=2)
    thread.join(timeout=30)
    assert len(said) == 1
    assert {tree.garden.pk, tree.orchard_gate.pk} <= descendants(tree.street)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(moves=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=6))
def test_the_closure_always_equals_the_tree(tree, cast, at, moves):
    nodes = [tree.street, tree.east, tree.garden, tree.garden_gate, tree.west, tree.orchard, tree.orchard_gate]
    for what, where in moves:
        try:
            actions.move_node(nodes[what], parent=nodes[where], by=cast.administrator, at=at)
        except actions.WouldBeCircular:
            continue
    assert set(Closure.objects.values_list("ancestor_id", "descendant_id", "depth")) == closure_by_hand()


def test_who_adds_a_node_acts_over_it_at_once(tree, cast):
    from django_scopes import get_scope

    with acting_as(cast.secretary):
        made = actions.add_node(parent=tree.garden)
        assert made.pk in get_scope()["see_places"]
        outside = actions.add_node(parent=tree.orchard)
        assert outside.pk not in get_scope()["see_places"]


def test_a_role_ends_and_stays_written(tree, cast, at):
    grant = cast.recorder.grants.get()
    actions.end_grant(grant, by=cast.administrator, at=at + dt.timedelta(hours=1))
    assert not nodes_of(cast.recorder)[Permission.RECORD_PASSAGES]
    assert cast.recorder.grants.count() == 1
