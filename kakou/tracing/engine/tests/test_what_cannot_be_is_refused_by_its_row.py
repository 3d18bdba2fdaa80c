"""A column or a row that cannot be is refused with its place and what to give; nothing is half taken."""

from __future__ import annotations

import numpy as np
import pytest

from kakou.tracing.engine import TraceIndex

NOON = 1_628_568_000
TWO = {"person": [1, 2], "place": [7, 7], "enter": [NOON, NOON], "leave": [NOON + 60, NOON + 60]}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"leave": [NOON + 60, NOON - 1]}, r"row 1 leaves before it enters.*person 2, place 7"),
        ({"enter": [NOON, NOON * 1000], "leave": [NOON, NOON * 1000]}, r"row 1 is not within 1932 to 2068"),
        ({"person": [1.0, 2.0]}, r"person is float64"),
        ({"place": [[7, 7]]}, r"place is int64\[2 dimensions\]"),
        ({"leave": [NOON]}, r"have \[2, 2, 2, 1, 2\] rows"),
    ],
)
def test_it_names_the_row_and_what_to_give(wrong, says):
    with pytest.raises(ValueError, match=says):
        TraceIndex.from_arrays(**(TWO | wrong))


def test_a_day_outside_of_its_span_changes_nothing():
    index = TraceIndex.from_arrays(**TWO)
    with pytest.raises(ValueError, match=r"row 0 enters outside of"):
        index.append_day(**TWO, span=(NOON + 1, NOON + 9))
    with pytest.raises(ValueError, match=r"overlaps .* which is there"):
        index.append_day(**TWO, span=(NOON - 5, NOON + 9))
    assert len(index) == 2


@pytest.mark.parametrize("least", [-1, {7: -1}, {8: 5}, 2**40])
def test_seconds_that_cannot_be_asked_for_are_refused(least):
    index = TraceIndex.from_arrays(**TWO)
    with pytest.raises(ValueError, match="min_overlap"):
        index.contacts(1, NOON, NOON + 60, min_overlap=least)


def test_a_negative_gap_is_refused():
    with pytest.raises(ValueError, match="gap=-1"):
        TraceIndex.from_arrays(**TWO).contacts(1, NOON, NOON + 60, min_overlap=0, gap=-1)


def test_a_lifetime_in_one_place_is_told_as_long_as_can_be():
    ends = {"enter": [-1_000_000_000] * 2, "leave": [2_900_000_000] * 2}
    met = TraceIndex.from_arrays(**(TWO | ends)).contacts(1, -(10**10), 10**10, min_overlap=0)
    assert met.exposure_s.tolist() == [2**31 - 1]


def test_nobody_known_has_met_nobody():
    index = TraceIndex.from_arrays(**TWO)
    assert len(index.contacts(99, NOON, NOON + 60, min_overlap=0)) == 0
    assert len(index.contacts_many([99, 98], NOON, NOON + 60, min_overlap=0)) == 0
    assert len(index.reach([99], NOON, hops=2, latency=0, min_overlap=0)) == 0


def test_it_answers_as_arrow_tables():
    index = TraceIndex.from_arrays(**TWO)
    table = index.contacts(1, NOON, NOON + 60, min_overlap=60).table()
    assert table.to_pylist() == [
        {"person": 2, "exposure_s": 60, "encounters": 1, "first": NOON, "last": NOON + 60, "certain": True}
    ]
    many = index.contacts_many(np.array([1, 2]), NOON, NOON + 60, min_overlap=60).table()
    assert many.column("case").to_pylist() == [0, 1]
    assert index.reach([1], NOON, hops=1, latency=0, min_overlap=0).table().num_rows == 2
    assert index.exposure(min_overlap=0).table().num_rows == 2


def test_several_threads_say_the_same_bit_for_bit():
    draw = np.random.default_rng(3)
    enter = NOON + draw.integers(0, 500_000, 30_000)
    given = draw.integers(0, 900, 30_000), draw.integers(0, 40, 30_000), enter, enter + draw.integers(0, 9000, 30_000)
    one, four = (TraceIndex.from_arrays(*given, threads=threads) for threads in (1, 4))
    asked = np.arange(900), NOON, NOON + 600_000
    for name in ("case", "person", "exposure_s", "encounters", "first", "last", "certain"):
        single, several = (getattr(index.contacts_many(*asked, min_overlap=60).joined(), name) for index in (one, four))
        assert single.tobytes() == several.tobytes()
    summed = [index.exposure(min_overlap=60) for index in (one, four)]
    assert summed[0].exposure_s.tobytes() == summed[1].exposure_s.tobytes()
    reached = [index.reach([3, 4], NOON, hops=3, latency=600, min_overlap=60) for index in (one, four)]
    for name in ("person", "degree", "time", "predecessor"):
        assert getattr(reached[0], name).tobytes() == getattr(reached[1], name).tobytes()
