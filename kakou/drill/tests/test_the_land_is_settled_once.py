from itertools import combinations

import pytest

from kakou.access.actions import add_node
from kakou.access.models import Grant, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.drill import actions, queries
from kakou.drill.rules import DrillRefused, NotADrill
from kakou.drill.world import EntranceState, UnitKind, World
from kakou.places.models import Entrance, Unit
from kakou.places.queries import shapes as shapes_of

pytestmark = pytest.mark.django_db


def test_it_makes_the_tree_of_its_seed(at):
    settlement = actions.settle(seed=7, at=at)
    world = World(7)
    with acting_as_system():
        assert Unit.objects.filter(kind=UnitKind.COMPOUND).count() == 21
        assert Entrance.objects.filter(state=EntranceState.SEALED).exclude(seal_material="").count() > 30
        for unit in world.land.units:
            row = Unit.objects.get(node_id=settlement.unit_nodes[unit.number])
            assert (row.name, row.kind) == (unit.name, unit.kind)
        for entrance in world.staffed:
            row = Entrance.objects.select_related("unit").get(node_id=settlement.entrance_nodes[entrance.number])
            assert (row.name, row.unit.name) == (entrance.name, world.land.units[entrance.unit].name)
            assert settlement.recorders[entrance.number]


def test_every_place_lies_within_the_one_around_it_and_none_over_its_neighbour(at):
    settlement = actions.settle(seed=7, at=at)
    world = World(7)
    with acting_as_system():
        shapes = shapes_of()
    assert shapes.keys() == {*settlement.unit_nodes, *settlement.entrance_nodes}
    for unit in world.land.units[1:]:
        mine, around = (shapes[settlement.unit_nodes[n]] for n in (unit.number, unit.parent))
        assert all(around.holds(corner) for corner in mine.rings[0])
    for one, other in combinations([unit for unit in world.land.units if unit.parent >= 0], 2):
        if one.parent == other.parent:
            first, second = (shapes[settlement.unit_nodes[unit.number]].bounds for unit in (one, other))
            apart = first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]
            assert apart, (one.name, other.name)


def test_there_is_one_account_of_each_role_and_all_are_of_the_drill(small, at):
    actions.settle(seed=7, at=at)
    assert not Staff.objects.filter(is_drill=False).exists()
    assert set(Grant.objects.values_list("role", flat=True)) == {role.value for role in Role}
    assert not any(staff.has_usable_password() for staff in Staff.objects.all())
    secretary = Staff.objects.get(username="drill-community-secretary")
    with acting_as(secretary):
        assert 2 <= Unit.objects.count() < 12


def test_twice_changes_nothing_and_another_seed_is_refused(small, at):
    assert actions.settle(seed=7, at=at) == actions.settle(seed=7, at=at)
    with pytest.raises(DrillRefused):
        actions.settle(seed=8, at=at)


def test_it_does_not_touch_a_system_with_places_of_its_own(at):
    add_node(parent=None)
    with pytest.raises(NotADrill):
        actions.settle(seed=7, at=at)
    assert queries.settlement() is None
