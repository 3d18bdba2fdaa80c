"""Every row stands in the sheet once; what was replaced stands beneath what replaced it, and is counted nowhere."""

from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.gatesheet.numbering import State, Told, Totals, numbered, totals_of


@st.composite
def rows(draw):
    """Rows of which some correct earlier ones, competing or not, some of another day."""
    told = []
    for id in range(1, draw(st.integers(0, 12)) + 1):
        corrects = draw(st.sampled_from([0, 0, *(row.id for row in told), 99]))
        told.append(Told(id, draw(st.integers(0, 5)), corrects, draw(st.integers(0, 9)) == 0))
    shown = {row.id for row in told if draw(st.integers(0, 4))}
    return told, shown


@given(rows())
def test_every_row_is_there_once_under_the_number_of_its_chain(given_rows):
    told, shown = given_rows
    placed = numbered(told, shown)
    assert sorted(one.id for one in placed) == sorted(shown)
    numbers = [one.number for one in placed]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, len(set(numbers)) + 1))
    for number in set(numbers):
        chain = [one for one in placed if one.number == number]
        assert sum(one.state is not State.REPLACED for one in chain) <= 1
        assert all(one.state is State.REPLACED for one in chain[1:])


@given(rows(), st.integers(1, 5))
def test_the_totals_of_the_pages_are_those_of_the_day(given_rows, size):
    placed = numbered(*given_rows)
    ways = [(one.state, ("in", "out", "through")[one.id % 3], one.id % 4 != 0) for one in placed]
    pages = [totals_of(ways[start : start + size]) for start in range(0, len(ways), size)]
    whole = totals_of(ways)
    assert sum(pages, Totals()) == whole
    assert whole.counted + whole.replaced == len(placed)
    assert whole.counted == sum(one.state is State.HOLDS for one in placed)


def test_a_row_corrected_twice_stands_under_one_number_with_both_it_replaced():
    placed = numbered([Told(1, 10, 0), Told(2, 20, 0), Told(3, 10, 1), Told(4, 11, 3)], {1, 2, 3, 4})
    assert [(one.id, one.number, one.state) for one in placed] == [
        (4, 1, State.HOLDS), (3, 1, State.REPLACED), (1, 1, State.REPLACED), (2, 2, State.HOLDS),
    ]  # fmt: skip
    assert [one.other for one in placed] == [3, 4, 4, None]


def test_a_row_that_holds_on_another_day_leaves_what_it_replaced_struck_through_here():
    placed = numbered([Told(1, 10, 0), Told(3, 99_999, 1)], {1})
    assert [(one.id, one.state, one.other) for one in placed] == [(1, State.REPLACED, 3)]
    placed = numbered([Told(1, 10, 0), Told(3, 99_999, 1)], {3})
    assert [(one.id, one.state, one.other) for one in placed] == [(3, State.HOLDS, 1)]
