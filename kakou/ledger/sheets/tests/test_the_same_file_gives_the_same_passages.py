import os
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.kernel.ids import ms_of
from kakou.ledger.sheets import Reading, Subject, load_mapping, read_passages
from kakou.ledger.sheets.mapping import folded
from kakou.ledger.sheets.passages import Ground, to_passages
from kakou.ledger.stays.alternation import GateRule
from kakou.ledger.stays.shapes import Direction
from kakou.ledger.stays.topology import Topology
from kakou.web.sheets import Limits, Problems, read_sheet

FILE = (
    Path(os.environ.get("KAKOU_TESTDATA") or Path(__file__).parents[5] / "shared" / "data")
    / "lekagul/sensor-data.csv.gz"
)
GROUND = Ground(
    {"a": 11, "b": 12, "r": 13},
    Topology({11: 1, 12: 1, 13: 1}, {1: 0}),
    {11: GateRule.ALTERNATE, 12: GateRule.ALTERNATE},
)
CAR, BUS = (Subject("vehicle", "plate", text) for text in ("car", "bus"))


def key(subject: Subject) -> bytes:
    return subject.key.encode().ljust(16, b"\0")


KEYS = {subject: key(subject) for subject in (CAR, BUS)}


def reading(row, ms, gate="a", way=None, subject=CAR):
    return Reading(row, ms, gate, way, subject, (), None)


def test_the_rule_tells_directions_subject_by_subject_whatever_the_order_of_rows():
    rows = [reading(5, 3000, "b"), reading(2, 1000), reading(3, 2000, "r"), reading(4, 1500, subject=BUS)]
    told = [(passage.row, passage.way) for passage in to_passages(rows, GROUND, KEYS)]
    assert told == [(2, Direction.IN), (4, Direction.IN), (3, Direction.THROUGH), (5, Direction.OUT)]


def test_the_rule_begins_where_the_subject_stood():
    (passage,) = to_passages([reading(2, 1000)], GROUND, KEYS, {KEYS[CAR]: 1})
    assert passage.way is Direction.OUT
    (passage,) = to_passages([reading(2, 1000)], GROUND, KEYS, {KEYS[BUS]: 1})
    assert passage.way is Direction.IN


def test_the_rule_tells_one_history_of_a_subject_that_only_some_rows_say_more_of():
    named = Subject("vehicle", "plate", "car", name="王迪")
    rows = [reading(2, 1000), reading(3, 2000, "b", subject=named), reading(4, 3000), reading(5, 4000, subject=named)]
    ways = [passage.way for passage in to_passages(rows, GROUND, KEYS | {named: key(named)})]
    assert ways == [Direction.IN, Direction.OUT, Direction.IN, Direction.OUT]


def test_equal_rows_are_told_apart_by_their_ordinal_and_the_id_carries_the_time():
    first, second = to_passages([reading(2, 1000, way=Direction.IN), reading(9, 1000, way=Direction.IN)], GROUND, KEYS)
    assert first.id != second.id
    assert ms_of(first.id) == ms_of(second.id) == 1000


ROWS = st.lists(
    st.tuples(st.integers(10**12, 10**12 + 5), st.sampled_from("abr"), st.sampled_from([CAR, BUS])), max_size=12
)


@given(ROWS, st.randoms())
def test_ids_are_those_of_the_content_however_the_rows_are_shuffled(rows, shuffle):
    once = [reading(n, ms, gate, None, subject) for n, (ms, gate, subject) in enumerate(rows, start=2)]
    again = [*rows]
    shuffle.shuffle(again)
    twice = [reading(n, ms, gate, None, subject) for n, (ms, gate, subject) in enumerate(again, start=2)]
    ids = {passage.id for passage in to_passages(once, GROUND, KEYS)}
    assert ids == {passage.id for passage in to_passages(twice, GROUND, KEYS)}
    assert len(ids) == len(rows)


def shipped():
    return load_mapping(resources.files("kakou.ledger.sheets").joinpath("mappings/lekagul.toml").read_text("utf-8"))


def test_the_shipped_mapping_is_a_good_one():
    assert [unit.name for unit in shipped().units][:2] == ["Lekagul Preserve", "Ranger base"]


@pytest.mark.slow
def test_a_year_of_a_preserve_is_read_without_a_problem():
    if not FILE.exists():
        pytest.skip(f"test data absent: {FILE} (set KAKOU_TESTDATA)")
    mapping, problems = shipped(), Problems()
    sheet = read_sheet(FILE, filename=FILE.name, limits=Limits(rows=1_000_000))
    readings = read_passages(sheet, mapping, now_ms=2 * 10**12, problems=problems)
    assert (len(readings), problems.count) == (171_477, 0)
    nodes = {unit.name: number for number, unit in enumerate(mapping.units, start=1)}
    gates, rules, at = {}, {}, {}
    for unit in mapping.units:
        for text in [*unit.gate_names(), *unit.reader_names()]:
            node = at[folded(text)] = 100 + len(at)
            gates[node] = nodes[unit.name]
            if text in unit.gate_names():
                rules[node] = unit.rule
    outer = {nodes[unit.name]: nodes[unit.inside] if unit.inside else 0 for unit in mapping.units}
    passages = to_passages(
        readings,
        Ground(at, Topology(gates, outer), rules, nodes),
        {each: key(each) for each in {reading.subject for reading in readings}},
    )
    assert len({passage.id for passage in passages}) == 171_477
    assert len({passage.key for passage in passages}) <= len({passage.subject for passage in passages}) == 18_708
    ways = Counter(passage.way for passage in passages if gates[passage.gate] == 1)
    assert (ways[Direction.IN], ways[Direction.OUT]) == (17_747, 17_713)
