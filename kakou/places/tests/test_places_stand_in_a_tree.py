import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from kakou.access.models import Node
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.places import actions, queries
from kakou.places.models import Entrance, Period, Unit
from kakou.places.recut import move_unit
from kakou.places.rules import EntranceKind, EntranceState, Management, PlaceRefused, UnitKind

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def places(tree, at):
    """The cast's tree with names and kinds on its nodes."""
    kinds = {
        "street": UnitKind.STREET,
        "east": UnitKind.COMMUNITY_URBAN,
        "garden": UnitKind.COMPOUND,
        "west": UnitKind.COMMUNITY_RURAL,
        "orchard": UnitKind.VILLAGE,
    }
    with acting_as_system():
        units = {
            name: Unit.objects.create(node=getattr(tree, name), kind=kind, name=name) for name, kind in kinds.items()
        }
        for unit, kind in [("garden", EntranceKind.COMPOUND_GATE), ("orchard", EntranceKind.VILLAGE_PATH)]:
            Entrance.objects.create(
                node=getattr(tree, f"{unit}_gate"), unit=units[unit], name=f"{unit} gate", kind=kind
            )
    return units


def tree_seen_by(staff, at):
    with acting_as(staff):
        return [(branch.unit.name, branch.depth) for branch in queries.tree(at)]


def periods(unit):
    return [
        (Management(row.management), row.starts_at, row.ends_at)
        for row in Period.objects.filter(unit=unit).order_by("starts_at")
    ]


@pytest.mark.parametrize("later", [0, 1])
@pytest.mark.parametrize("bounded", [False, True])
def test_a_lockdown_inside_closed_management_leaves_it_closed_when_it_ends(cast, places, at, later, bounded):
    garden, hour = places["garden"], dt.timedelta(hours=1)
    end = at + 9 * hour if bounded else None
    start = at + later * hour
    with acting_as(cast.secretary):
        who = {"by": cast.secretary, "at": at}
        actions.manage(garden, management=Management.CLOSED, starts_at=at, ends_at=end, **who)
        actions.manage(garden, management=Management.LOCKDOWN, starts_at=start, ends_at=start + 2 * hour, **who)
        found = periods(garden)
    before = [(Management.CLOSED, at, start)] if later else []
    lockdown = (Management.LOCKDOWN, start, start + 2 * hour)
    assert found == [*before, lockdown, (Management.CLOSED, start + 2 * hour, end)]


def test_everyone_sees_the_branch_that_is_theirs(places, cast, at):
    assert tree_seen_by(cast.secretary, at) == [("east", 0), ("garden", 1)]
    assert tree_seen_by(cast.neighbour, at) == [("west", 0), ("orchard", 1)]
    assert tree_seen_by(cast.commander, at) == [("street", 0), ("east", 1), ("garden", 2), ("west", 1), ("orchard", 2)]
    assert tree_seen_by(cast.stranger, at) == []


def test_a_secretary_adds_a_unit_and_sees_it_at_once(places, cast, at):
    with acting_as(cast.secretary):
        unit = actions.add_unit(kind=UnitKind.COMPOUND, name="二期", parent=places["east"], by=cast.secretary, at=at)
        gate = actions.add_entrance(unit=unit, name="南门", kind=EntranceKind.COMPOUND_GATE, by=cast.secretary, at=at)
        assert queries.unit_at(unit.node_id) == unit
        assert queries.names([unit.node_id, gate.node_id]) == {unit.node_id: "二期", gate.node_id: "南门"}
        assert [u.name for u in queries.path_of(gate.node_id)] == ["east", "二期"]


@pytest.mark.parametrize("who", ["recorder", "worker", "neighbour", "auditor", "stranger"])
def test_others_add_nothing(places, cast, at, who):
    staff = getattr(cast, who)
    with acting_as(staff), pytest.raises(NotAllowed):
        actions.add_unit(kind=UnitKind.COMPOUND, name="x", parent=places["east"], by=staff, at=at)
    with acting_as(cast.administrator), pytest.raises(NotAllowed):
        actions.add_unit(kind=UnitKind.COUNTY, name="x", parent=None, by=cast.administrator, at=at)


def test_missing_and_forbidden_look_the_same(places, cast):
    with acting_as(cast.secretary):
        for node in (places["west"].node_id, 10**9):
            with pytest.raises(NotFound) as refusal:
                queries.unit_at(node)
            assert str(refusal.value) == "This place is not known here."


def test_what_does_not_fit_is_refused_and_leaves_no_node(places, cast, at):
    nodes = Node.objects.count()
    with acting_as_system():
        for facts in [
            {"kind": UnitKind.STREET, "name": "x", "parent": places["garden"]},
            {"kind": UnitKind.COMPOUND, "name": "garden", "parent": places["east"]},
            {"kind": UnitKind.COMPOUND, "name": "x", "parent": places["east"], "code": "12"},
            {"kind": UnitKind.COMPOUND, "name": "x", "parent": places["east"], "residents": 3},
        ]:
            with pytest.raises(PlaceRefused):
                actions.add_unit(**facts, by=None, at=at)
        with pytest.raises(PlaceRefused):
            actions.add_entrance(unit=places["garden"], name="x", kind=EntranceKind.SITE_GATE, by=None, at=at)
        with pytest.raises(PlaceRefused):
            actions.add_entrance(
                unit=places["garden"], name="garden gate", kind=EntranceKind.COMPOUND_GATE, by=None, at=at
            )
    assert Node.objects.count() == nodes


def test_a_seal_says_what_it_is_and_the_former_state_is_kept(places, cast, at):
    with acting_as(cast.secretary):
        gate = Entrance.objects.get(name="garden gate")
        actions.set_entrance_state(
            gate, state=EntranceState.SEALED, material="铁皮围挡", opener=cast.lead, by=cast.secretary, at=at
        )
        gate.refresh_from_db()
        assert (gate.state, gate.sealed_at, gate.opener) == ("sealed", at, cast.lead)
        with pytest.raises(PlaceRefused):
            actions.set_entrance_state(gate, state=EntranceState.SEALED, material="铁皮围挡", by=cast.secretary, at=at)
        with connection.cursor() as cursor:
            cursor.execute("select state from places_entranceevent where id = %s", [gate.pk])
            assert cursor.fetchall() == [("staffed",)]
    with acting_as(cast.neighbour), connection.cursor() as cursor:
        cursor.execute("select count(*) from places_entranceevent")
        assert cursor.fetchone() == (0,)


def test_one_rule_at_a_time(places, cast, at):
    hour = dt.timedelta(hours=1)
    garden = places["garden"]
    with acting_as(cast.secretary):
        actions.manage(garden, management=Management.CLOSED, starts_at=at, by=cast.secretary, at=at)
        actions.manage(
            garden, management=Management.LOCKDOWN, starts_at=at + hour, ends_at=at + 3 * hour, by=cast.secretary, at=at
        )
        seen = [queries.management_of(garden, at + n * hour) for n in (-1, 0, 1, 2, 3)]
        assert seen == ["open", "closed", "lockdown", "lockdown", "closed"]
        with pytest.raises(PlaceRefused):
            actions.manage(garden, management=Management.CONTROL, starts_at=at - hour, by=cast.secretary, at=at)
        assert [b.management for b in queries.tree(at) if b.unit == garden] == ["closed"]
        with pytest.raises(IntegrityError), transaction.atomic():
            Period.objects.create(
                unit=garden, node_id=garden.node_id, management="open", starts_at=at, ends_at=at + 2 * hour, set_at=at
            )


def test_the_fold_gets_gates_and_the_tree(places, tree, at):
    with acting_as_system():
        actions.add_entrance(
            unit=places["garden"], name="inner", kind=EntranceKind.ROAD_CHECKPOINT, is_inner=True, by=None, at=at
        )
        seen = queries.topology()
    assert seen.gates == {tree.garden_gate.pk, tree.orchard_gate.pk}
    assert len(seen.readers) == 1
    assert seen.parents[tree.garden_gate.pk] == tree.garden.pk
    assert seen.parents[tree.street.pk] is None


def test_a_moved_unit_takes_its_gate_along(places, cast, tree, at):
    with acting_as(cast.administrator):
        move_unit(places["garden"], parent=places["west"], reason="drill", by=cast.administrator, at=at)
    assert tree_seen_by(cast.neighbour, at) == [("west", 0), ("garden", 1), ("orchard", 1)]
