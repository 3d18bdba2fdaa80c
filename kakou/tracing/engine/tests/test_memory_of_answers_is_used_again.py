"""The memory of an answer that nobody holds is used again; of one that somebody holds never."""

import gc

import numpy as np
import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kakou.tracing.engine.room import Rooms

ROWS = 16
KINDS = np.int64, np.int32, np.bool_


class Held(RuleBasedStateMachine):
    """Answers are taken, kept in several ways, and let go."""

    def __init__(self):
        super().__init__()
        self.rooms, self.kept, self.number = Rooms(ROWS, KINDS, most=2), {}, 0

    @rule(way=st.sampled_from(["column", "part", "view", "arrow"]))
    def take(self, way):
        self.number += 1
        numbers, *_ = self.rooms.columns()
        numbers[:] = self.number
        kept = {"column": numbers, "part": numbers[3:7], "view": numbers.view(np.int64), "arrow": numbers}[way]
        self.kept[self.number] = pa.table({"n": kept}) if way == "arrow" else kept

    @rule(data=st.data())
    def let_go(self, data):
        if self.kept:
            del self.kept[data.draw(st.sampled_from(sorted(self.kept)))]

    @invariant()
    def nobody_wrote_into_what_is_held(self):
        for number, kept in self.kept.items():
            assert set(kept["n"].to_pylist() if isinstance(kept, pa.Table) else kept.tolist()) == {number}


TestHeld = Held.TestCase
TestHeld.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


def where(columns):
    return columns[0].ctypes.data


def test_what_nobody_holds_is_used_again_and_no_more_is_kept_than_was_said():
    rooms = Rooms(ROWS, KINDS, most=1)
    first, second = rooms.columns(), rooms.columns()
    places = {where(first), where(second)}
    assert len(places) == 2
    del first, second
    gc.collect()
    assert len(rooms._spare) == 1
    assert where(rooms.columns()) in places


def test_columns_lie_behind_each_other_in_the_order_of_their_kinds():
    columns = Rooms(ROWS, KINDS, most=1).columns()
    for number, column in enumerate(columns):
        column[:] = number % 2
    assert [column.dtype.type for column in columns] == list(KINDS)
    assert [column.tolist() for column in columns] == [[0] * ROWS, [1] * ROWS, [False] * ROWS]


def test_columns_are_aligned_for_any_number_of_rows():
    for rows in range(1, 20):
        columns = Rooms(rows, (np.bool_, np.int32, np.int64), most=1).columns()
        assert all(column.flags.aligned and len(column) >= rows for column in columns)
