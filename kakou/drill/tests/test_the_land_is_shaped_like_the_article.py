from collections import Counter

import pytest

from kakou.drill.world import EntranceKind, EntranceState, UnitKind, World
from kakou.drill.world.sight import IN, OUT

SEEDS = [0, 1, 7, 2021]


@pytest.mark.parametrize("seed", SEEDS)
def test_it_counts_what_the_article_counts(seed):
    world = World(seed)
    kinds = Counter(unit.kind for unit in world.land.units)
    assert kinds[UnitKind.COMMUNITY_URBAN] == 4
    assert kinds[UnitKind.COMMUNITY_RURAL] == 9
    assert kinds[UnitKind.COMPOUND] == 21
    assert kinds[UnitKind.URBAN_VILLAGE] == 12
    assert kinds[UnitKind.ENTERPRISE] == 60
    villages = {unit.number for unit in world.land.of_kind(UnitKind.URBAN_VILLAGE)}
    sealed = [e for e in world.entrances if e.unit in villages and e.state is EntranceState.SEALED]
    assert len(sealed) > 30
    assert {e.kind for e in world.staffed} == set(EntranceKind)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_parent_comes_first_and_every_closed_unit_has_a_way_in(seed):
    world = World(seed)
    assert all(unit.parent < unit.number for unit in world.land.units)
    for unit in world.land.of_kind(UnitKind.COMPOUND, UnitKind.URBAN_VILLAGE, UnitKind.VILLAGE, UnitKind.ENTERPRISE):
        assert world.gates(unit.number)


def test_the_way_into_a_village_factory_passes_the_village_gate_first():
    world = World(7)
    land = world.land
    inner = [u for u in land.of_kind(UnitKind.ENTERPRISE) if land.units[u.parent].kind is UnitKind.VILLAGE]
    assert len(inner) == 10
    factory = inner[0]
    assert world.way(-1, factory.number) == ((factory.parent, IN), (factory.number, IN))
    group = next(u for u in land.of_kind(UnitKind.VILLAGE_GROUP) if u.parent == factory.parent)
    assert world.way(group.number, factory.number) == ((factory.number, IN),)
    assert world.way(factory.number, -1) == ((factory.number, OUT), (factory.parent, OUT))


def test_two_seeds_differ_and_one_does_not():
    assert World(1).entrances == World(1).entrances
    assert World(1).entrances != World(2).entrances
    assert [World(1).person(n) for n in range(50)] == [World(1).person(n) for n in range(50)]
    assert World(1).person(3) != World(2).person(3)


def test_the_first_people_already_live_everywhere():
    world = World(7)
    assert {world.person(number).home for number in range(2000)} == set(world.dwellings)


def test_households_share_a_door():
    world = World(7)
    doors: dict[int, set[tuple[int, str]]] = {}
    for person in map(world.person, range(400)):
        doors.setdefault(person.household, set()).add((person.home, person.address))
    assert all(len(found) == 1 for found in doors.values())
    assert 100 < len(doors) < 250
