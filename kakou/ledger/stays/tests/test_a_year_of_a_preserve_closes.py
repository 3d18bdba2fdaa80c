"""The oracle: VAST Challenge 2017 MC1, 171,477 readings of vehicles through the gates of a nature preserve."""

import csv
import datetime as dt
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from kakou.ledger.stays import ABSENCE, StayState, Topology, fold
from kakou.ledger.stays.alternation import GateRule, directions

TESTDATA = Path(os.environ.get("KAKOU_TESTDATA") or Path(__file__).parents[5] / "shared" / "data")
FILE = TESTDATA / "lekagul" / "sensor-data.csv.gz"
PRESERVE, BASE = 1, 2


def _topology(names):
    gate_of = {name: 100 + n for n, name in enumerate(sorted(names))}
    camps = {name: 10 + n for n, name in enumerate(sorted(n for n in names if n.startswith("camping")))}
    gates, rules = {}, {}
    for name, gate in gate_of.items():
        gates[gate] = camps.get(name, BASE if name == "ranger-base" else PRESERVE)
        if name in camps or name.startswith("entrance"):
            rules[gate] = GateRule.ALTERNATE
        elif name == "ranger-base":
            rules[gate] = GateRule.HOME
    outer = {PRESERVE: 0, BASE: PRESERVE, **dict.fromkeys(camps.values(), PRESERVE)}
    return gate_of, Topology(gates, outer), rules, frozenset(camps.values())


@pytest.fixture(scope="module")
def preserve():
    """(stays with their vehicle, the camp sites)."""
    if not FILE.exists():
        pytest.skip(f"test data absent: {FILE} (set KAKOU_TESTDATA)")
    with gzip.open(FILE, "rt", newline="") as lines:
        rows = list(csv.DictReader(lines))
    gate_of, topology, rules, camps = _topology({row["gate-name"] for row in rows})
    vehicles, parks = {}, set()
    for number, row in enumerate(rows, 1):
        at = int(dt.datetime.fromisoformat(row["Timestamp"] + "+00:00").timestamp()) * 1000
        vehicles.setdefault(row["car-id"], []).append((at, number, gate_of[row["gate-name"]]))
        if row["car-type"] == "2P":
            parks.add(row["car-id"])
    stays = []
    for vehicle, readings in vehicles.items():
        homes = frozenset({BASE} if vehicle in parks else ())
        readings.sort()
        ways = directions([gate for _, _, gate in readings], rules, topology, homes)
        crossings = [
            (at, number, gate, int(way), True, 0, -1, False)
            for (at, number, gate), way in zip(readings, ways, strict=True)
        ]
        stays += [(vehicle, stay) for stay in fold(crossings, topology, homes)]
    assert len(vehicles) == 18708
    return stays, camps


def test_it_closes_the_outer_enclosure(preserve):
    stays, _ = preserve
    outer = [(vehicle, stay) for vehicle, stay in stays if stay.enclosure == PRESERVE]
    assert Counter(stay.state for _, stay in outer) == {StayState.CLOSED: 17713, StayState.OPEN: 34}
    still_inside = [(stay.enter_ms, vehicle) for vehicle, stay in outer if stay.state is StayState.OPEN]
    assert len({vehicle for _, vehicle in still_inside}) == 34
    since = sorted(dt.datetime.fromtimestamp(ms / 1000, dt.UTC) for ms, _ in still_inside)
    assert [s.strftime("%Y-%m") for s in since if s.year == 2015] == ["2015-06"]


def test_it_closes_the_camping_places_but_for_park_vehicles_seen_once(preserve):
    stays, camps = preserve
    states = Counter(stay.state for _, stay in stays if stay.enclosure in camps)
    assert states == {StayState.CLOSED: 10051, StayState.MISSED_EXIT: 371, StayState.OPEN: 32}


def test_it_knows_who_lives_at_the_ranger_base(preserve):
    stays, _ = preserve
    at_base = [stay for _, stay in stays if stay.enclosure == BASE]
    assert Counter((stay.kind, stay.state) for stay in at_base) == {(ABSENCE, StayState.CLOSED): 998}
    assert all(stay.enclosure != PRESERVE for _, stay in stays if stay.kind == ABSENCE)
