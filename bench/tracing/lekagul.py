"""Figure 5: a vehicle traced through a public year of readings (VAST Challenge 2017 MC1, the Lekagul preserve).

Whom 20155705025759-63 met at the camping places, by the engine, by its slow twin and by SQL. The stays are made of the
readings as the ledger makes them. `python -m bench.tracing.lekagul`.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from bench.figures import Figure, are_met, exactly, measured, tell, unmeasured
from bench.show import TESTDATA
from kakou.ledger.stays import Stay as Loop
from kakou.ledger.stays import StayState, Topology, fold
from kakou.ledger.stays.alternation import GateRule, directions
from kakou.tracing.engine import TraceIndex, reference
from kakou.tracing.engine.reference import Met, Stay

FILE = TESTDATA / "lekagul" / "sensor-data.csv.gz"
VEHICLE = "20155705025759-63"
WANTED = {StayState.CLOSED: 10_051, StayState.MISSED_EXIT: 371, StayState.OPEN: 32}
OVERLAPS = 0, 900  # seconds that two must share
_PRESERVE, _BASE, _CAMP = 1, 2, 10
_PARK = "2P"  # the preserve's own cars, which live at its base

MET = """select other.person, sum(least(mine.leave, other.leave) - greatest(mine.enter, other.enter)), count(*),
    min(greatest(mine.enter, other.enter)), max(least(mine.leave, other.leave)),
    bool_or(mine.certain and other.certain)
  from camping mine join camping other on other.place = mine.place and other.person <> mine.person
  where mine.person = {person}
    and least(mine.leave, other.leave) - greatest(mine.enter, other.enter) >= {least}
  group by other.person"""
TABLE = "create temp table camping (person bigint, place bigint, enter bigint, leave bigint, certain boolean)"


class Camping(NamedTuple):
    """The year's stays at the camping places. Persons are positions in `vehicles`; times are seconds of the epoch."""

    stays: Sequence[Stay]
    vehicles: Sequence[str]
    states: Mapping[StayState, int]

    @property
    def person(self) -> int:
        """The vehicle asked about."""
        return self.vehicles.index(VEHICLE)

    @property
    def window(self) -> tuple[int, int]:
        """The whole year."""
        return min(stay.enter for stay in self.stays), max(stay.leave for stay in self.stays)


def camping(file: Path = FILE) -> Camping:
    """Of all readings. What has not ended lasts until the last reading, a missed exit until the vehicle was next seen;
    both are not certain.
    """
    with gzip.open(file, "rt", newline="") as lines:
        rows = list(csv.DictReader(lines))
    gate_of, topology, rules = _land({row["gate-name"] for row in rows})
    readings: dict[str, list[tuple[int, int, int]]] = {}
    for number, row in enumerate(rows, 1):
        at = int(dt.datetime.fromisoformat(row["Timestamp"] + "+00:00").timestamp()) * 1000
        readings.setdefault(row["car-id"], []).append((at, number, gate_of[row["gate-name"]]))
    parks = {row["car-id"] for row in rows if row["car-type"] == _PARK}
    last = max(at for seen in readings.values() for at, _, _ in seen)
    vehicles = sorted(readings)
    found = [
        (person, loop)
        for person, vehicle in enumerate(vehicles)
        for loop in _loops(readings[vehicle], topology, rules, frozenset({_BASE} if vehicle in parks else ()))
        if loop.enclosure >= _CAMP
    ]
    stays = [
        Stay(person, loop.enclosure, loop.enter_ms // 1000, (loop.leave_ms or loop.bound_ms or last) // 1000,
             loop.state is StayState.CLOSED)
        for person, loop in found
    ]  # fmt: skip
    return Camping(stays, vehicles, Counter(loop.state for _, loop in found))


def _land(names: set[str]) -> tuple[dict[str, int], Topology, dict[int, GateRule]]:
    """Gates by name, and the preserve with its base and camping places, as `kakou ledger import` makes them."""
    gate_of = {name: 100 + number for number, name in enumerate(sorted(names))}
    camps = {name: _CAMP + number for number, name in enumerate(sorted(n for n in names if n.startswith("camping")))}
    inside = {gate: camps.get(name, _BASE if name == "ranger-base" else _PRESERVE) for name, gate in gate_of.items()}
    rules = {gate_of[name]: GateRule.ALTERNATE for name in names if name in camps or name.startswith("entrance")}
    rules[gate_of["ranger-base"]] = GateRule.HOME
    outer = {_PRESERVE: 0, _BASE: _PRESERVE, **dict.fromkeys(camps.values(), _PRESERVE)}
    return gate_of, Topology(inside, outer), rules


def _loops(
    readings: list[tuple[int, int, int]], topology: Topology, rules: Mapping[int, GateRule], homes: frozenset[int]
) -> Iterator[Loop]:
    readings.sort()
    ways = directions([gate for _, _, gate in readings], rules, topology, homes)
    crossings = [
        (at, number, gate, int(way), True, 0, -1, False)
        for (at, number, gate), way in zip(readings, ways, strict=True)
    ]  # fmt: skip
    yield from fold(crossings, topology, homes)


def by_engine(found: Camping, least: int) -> dict[int, Met]:
    """Whom the vehicle met."""
    person, place, enter, leave, certain = ([stay[column] for stay in found.stays] for column in range(5))
    index = TraceIndex.from_arrays(person, place, enter, leave, certain=certain)
    met = index.contacts(found.person, *found.window, min_overlap=least)
    columns = (getattr(met, name).tolist() for name in Met._fields)
    return {row[0]: Met(*row) for row in zip(*columns, strict=True)}


def by_twin(found: Camping, least: int) -> dict[int, Met]:
    """The same, every pair looked at."""
    return reference.contacts(found.stays, found.person, *found.window, min_overlap=least)


def by_sql(found: Camping, least: int) -> dict[int, Met]:
    """The same by DuckDB, which knows nothing of the engine."""
    import duckdb
    import pyarrow as pa

    with duckdb.connect() as base:
        base.register("camping", pa.table(dict(zip(Stay._fields, zip(*found.stays, strict=True), strict=True))))
        rows = base.execute(MET.format(person=found.person, least=least)).fetchall()
    return {row[0]: Met(*map(int, row[:5]), bool(row[5])) for row in rows}


def figures() -> list[Figure]:
    """What figure 5 must show."""
    if not FILE.exists():
        return [unmeasured("5", f"no test data: {FILE} (set KAKOU_TESTDATA)")]
    found = camping()
    told = [exactly("5", f"Lekagul, camping: {state}", found.states[state], many) for state, many in WANTED.items()]
    for least in OVERLAPS:
        engine = by_engine(found, least)
        name = f"contacts of {VEHICLE} at the camping places, {least} s"
        told.append(measured("5", f"{name}: vehicles", [len(engine)], ""))
        told.append(exactly("5", f"{name}: otherwise by the slow twin", _differ(engine, by_twin(found, least)), 0))
        told.append(exactly("5", f"{name}: otherwise by SQL", _differ(engine, by_sql(found, least)), 0))
    return told


def _differ(one: Mapping[int, Met], other: Mapping[int, Met]) -> int:
    return sum(one.get(person) != other.get(person) for person in {*one, *other})


@click.command("lekagul")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(as_json: bool) -> None:
    """Trace a vehicle through the public year of a preserve, by three ways."""
    told = figures()
    tell(told, as_json=as_json)
    sys.exit(0 if are_met(told) else 1)


if __name__ == "__main__":
    command()
