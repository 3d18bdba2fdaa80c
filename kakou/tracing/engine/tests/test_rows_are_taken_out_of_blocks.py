"""Which rows of a block fit is told by bits; sixteen taken out at a time are what is taken out one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.engine.kernels import blocks

BITS = st.one_of(
    st.integers(0, 2**64 - 1),
    st.sampled_from([0, 1, 2**63, 2**64 - 1, 0xFFFF, 0x8000_8000_8000_8000]),
)


def columns(rows):
    return tuple(np.arange(rows, dtype=np.int32) + start for start in (0, 10_000, -20_000))


def taken(how, bits, rows, block, many):
    room = tuple(np.zeros(many + blocks.BLOCK + blocks.WIDE, np.int32) for _ in range(3))
    end = how(columns(rows), block, np.uint64(bits), room, many)
    return [column[many:end].tolist() for column in room]


def by_hand(bits, block):
    rows = [block * blocks.BLOCK + k for k in range(blocks.BLOCK) if bits >> k & 1]
    return [rows, [row + 10_000 for row in rows], [row - 20_000 for row in rows]]


@settings(deadline=None)  # the first call compiles
@given(BITS, st.integers(0, 2), st.integers(0, 40))
def test_one_by_one(bits, block, many):
    assert taken(blocks.picked, bits, 192, block, many) == by_hand(bits, block)


@pytest.mark.skipif(not blocks.PACKS, reason="this processor does not pack (AVX-512)")
@settings(deadline=None)  # the first call compiles
@given(BITS, st.integers(0, 2), st.integers(0, 40))
def test_sixteen_at_a_time(bits, block, many):
    assert taken(blocks.packed, bits, 192, block, many) == by_hand(bits, block)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 2**64 - 1), st.integers(1, 64))
def test_nothing_behind_the_last_row_of_a_column_is_read(bits, rows):
    bits &= (1 << rows) - 1
    assert taken(blocks.take, bits, 128 + rows, 2, 3) == by_hand(bits, 2)


@settings(deadline=None)  # the first call compiles
@given(st.data(), st.integers(1, 128), st.integers(-5, 25), st.integers(-5, 25), st.integers(0, 12))
def test_bits_say_which_rows_fit(data, rows, soonest, latest, least):
    enter = np.array(data.draw(st.lists(st.integers(0, 20), min_size=rows, max_size=rows)), np.int32)
    leave = enter + np.array(data.draw(st.lists(st.integers(0, 12), min_size=rows, max_size=rows)), np.int32)
    a = data.draw(st.integers(0, rows - 1))
    b = data.draw(st.integers(a + 1, rows))
    for block in range(a // blocks.BLOCK, (b - 1) // blocks.BLOCK + 1):
        bits = int(blocks.fitting(enter, leave, block, a, b, soonest, latest, least))
        fit = [
            row for row in range(max(a, block * 64), min(b, block * 64 + 64))
            if enter[row] <= latest and leave[row] >= soonest and leave[row] - enter[row] >= least
        ]  # fmt: skip
        assert bits == sum(1 << (row - block * 64) for row in fit)
