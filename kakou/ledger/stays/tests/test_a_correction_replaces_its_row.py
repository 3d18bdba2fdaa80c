"""Chains, forks, taking back, and corrections that arrive first."""

from kakou.ledger.stays import Direction, StayState, effective, fold
from kakou.ledger.stays.tests.worlds import EAST, TOPOLOGY, TOWN, reading

IN, OUT = Direction.IN, Direction.OUT
HOME = frozenset({TOWN})


def entries(*rows):
    return [(stay.enclosure, stay.enter_ms, stay.state.value) for stay in fold(rows, TOPOLOGY, HOME)]


def test_it_holds_the_correction_even_of_an_earlier_time():
    assert entries(reading(9, 20, IN, number=1), reading(4, 20, IN, number=2, corrects=1)) == [(EAST, 4, "open")]


def test_it_turns_a_wrong_direction_round():
    rows = reading(1, 20, IN, number=1), reading(4, 20, IN, number=2), reading(4, 20, OUT, number=3, corrects=2)
    (stay,) = fold(rows, TOPOLOGY, HOME)
    assert (stay.state, stay.leave_ms, stay.leave_id) == (StayState.CLOSED, 4, 3)


def test_it_takes_a_passage_back():
    assert entries(reading(9, 20, IN, number=1), reading(9, 20, IN, number=2, corrects=1, crossed=False)) == []


def test_it_holds_the_last_of_a_chain():
    chain = (
        reading(9, 20, IN, number=1),
        reading(8, 20, IN, number=2, corrects=1),
        reading(7, 20, IN, number=3, corrects=2),
    )
    assert entries(*chain) == [(EAST, 7, "open")]


def test_it_holds_the_latest_of_two_competing_corrections_then_the_greater_id():
    first = reading(9, 20, IN, number=1)
    assert entries(first, reading(8, 20, IN, number=2, corrects=1), reading(7, 20, IN, number=3, corrects=1)) == [
        (EAST, 8, "open")
    ]
    (stay,) = fold(
        [first, reading(8, 20, IN, number=2, corrects=1), reading(8, 20, IN, number=3, corrects=1)], TOPOLOGY, HOME
    )
    assert stay.enter_id == 3


def test_another_gate_takes_nothing_back():
    """Whoever holds a phone of one gate must not be able to undo what another gate recorded."""
    there = reading(4, 20, IN, number=1)
    for crossed in (False, True):
        alien = reading(9, 21, IN, number=2, corrects=1, crossed=crossed)
        for rows in ((there, alien), (alien, there)):
            assert effective(rows) == [there, alien]


def test_another_gate_does_not_outdo_a_correction_of_what_never_came():
    own, alien = reading(4, 20, IN, number=2, corrects=1), reading(9, 21, IN, number=3, corrects=1)
    assert effective([own, alien]) == [own, alien]


def test_it_lets_a_correction_stand_until_its_original_comes():
    correction = reading(4, 20, IN, number=2, corrects=1)
    assert entries(correction) == [(EAST, 4, "open")]
    assert entries(correction, reading(9, 20, IN, number=1)) == [(EAST, 4, "open")]
