"""Two gates at once: found where no one body can have made both passages, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.stays import Direction
from kakou.ledger.stays.tests.worlds import TOPOLOGY, histories, reading
from kakou.ledger.stays.together import SAME_MOMENT_MS, TOO_SOON_MS, two_gates_at_once

IN, OUT = Direction.IN, Direction.OUT


def gates(*crossings):
    return [(found.other_gate, found.gate) for found in two_gates_at_once(crossings, TOPOLOGY)]


def test_it_finds_two_gates_in_the_same_moment():
    assert gates(reading(1, 20, OUT), reading(1 + SAME_MOMENT_MS, 21, IN)) == [(20, 21)]


def test_it_finds_two_entries_too_soon_after_each_other():
    assert gates(reading(1, 20, IN), reading(1 + TOO_SOON_MS, 30, IN)) == [(20, 30)]
    assert gates(reading(1, 20, IN), reading(2 + TOO_SOON_MS, 30, IN)) == []


def test_it_lets_him_walk_on_from_gate_to_gate():
    assert gates(reading(1, 10, IN), reading(10_001, 20, IN), reading(20_001, 40, IN)) == []


def test_it_does_not_mind_the_same_gate_twice():
    assert gates(reading(1, 20, IN), reading(2, 20, IN)) == []


def test_it_does_not_count_what_was_taken_back():
    taken_back = reading(2, 30, IN, number=9, corrects=8, crossed=False)
    assert gates(reading(1, 20, IN), reading(2, 30, IN, number=8), taken_back) == []


@given(data=st.data(), history=histories())
def test_it_does_not_depend_on_order(data, history):
    shuffled = data.draw(st.permutations(history))
    assert two_gates_at_once(shuffled, TOPOLOGY) == two_gates_at_once(history, TOPOLOGY)
