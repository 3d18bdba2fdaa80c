"""The drill's passages through the ledger's fold: without mischief each loop closes, with it each kind stays open."""

import uuid
from collections import Counter, defaultdict

import msgspec
import pytest

from kakou.drill.days import uploads
from kakou.drill.tests.stories import SMOOTH, story
from kakou.drill.world.folk import person_id, vehicle_id
from kakou.ledger.stays import Topology, fold

SIGN = {"in": 1, "out": 2, "through": 3}
GATE = 10_000  # nodes of gates lie above those of units
MISSED = ("missed_exit", "orphan_exit")


def topology_of(land):
    parents = {unit.number + 1: unit.parent + 1 or None for unit in land.units}
    gates = {GATE + entrance.number: entrance.unit + 1 for entrance in land.entrances}
    return Topology.of(parents | gates, gates)


def stays_of(told, people):
    world, topology = told.world, topology_of(told.world.land)
    homes = {}
    for number in range(people):
        closed = [unit.number + 1 for unit in world.land.above(world.person(number).home)]
        home = frozenset([next(unit for unit in closed if unit in topology.outer)])
        homes[str(person_id(world.seed, number))] = homes[str(vehicle_id(world.seed, f"a{number}"))] = home
    crossings = defaultdict(list)
    for upload in uploads(told):
        for item in map(msgspec.json.decode, [] if upload.repeat else upload.items):
            subject = item["subject"]
            key = subject.get("id") or str({name: subject[name] for name in subject if name != "name"})
            corrects = uuid.UUID(item["corrects"]).int if "corrects" in item else 0
            crossings[key].append(
                (item["at"] + item["offset"], uuid.UUID(item["id"]).int, GATE + upload.gate, SIGN[item["direction"]],
                 item["crossed"], corrects, -1, False)
            )  # fmt: skip
    for key, mine in crossings.items():
        yield from fold(mine, topology, homes.get(key, frozenset()))


@pytest.mark.parametrize("seed", [7, 2021])
def test_without_mischief_nothing_is_missed(seed):
    counted = Counter((stay.kind, stay.state.value) for stay in stays_of(story(seed, 500, 4, mischief=SMOOTH), 500))
    assert {state for _, state in counted} == {"open", "closed"}
    assert counted["visit", "closed"] > 500
    assert counted["absence", "closed"] > 1000


def test_with_it_there_is_each_kind_of_open_loop_and_few_of_each():
    counted = Counter((stay.kind, stay.state.value) for stay in stays_of(story(2021, 2000, 4), 2000))
    missed = {kind: many for kind, many in counted.items() if kind[1] in MISSED}
    assert {state for _, state in missed} == {"missed_exit", "orphan_exit"}
    assert 10 < sum(missed.values()) < 100
