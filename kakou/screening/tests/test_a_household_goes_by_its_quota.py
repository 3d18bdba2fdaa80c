"""每户每两天一人外出: what a gate could not know is found afterwards, whatever order it comes in."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kakou.kernel.ids import new_id
from kakou.screening.rules.quotas import Exit, breaches, used
from tests.cast import AT

HOUR = dt.timedelta(hours=1)
exits = st.lists(
    st.integers(0, 200).map(lambda hours: Exit(AT + hours * HOUR, new_id())), max_size=20, unique_by=lambda e: e.at
)


def out(*hours):
    return [Exit(AT + hour * HOUR, new_id()) for hour in hours]


def test_the_second_way_out_within_two_days_goes_beyond_one_person_every_two_days():
    first, second, third = out(0, 47, 48)
    assert breaches([first, second, third], persons=1, days=2) == [second]


def test_a_gate_counts_what_it_knows_before_this_way_out():
    gone = out(0, 10, 30)
    assert [used(gone, AT + hour * HOUR, days=2) for hour in (0, 1, 31, 48, 58, 79)] == [0, 1, 3, 2, 1, 0]


@given(exits, st.integers(1, 3), st.integers(1, 4), st.randoms())
def test_the_order_in_which_they_come_in_says_nothing(given_exits, persons, days, chance):
    mixed = given_exits[:]
    chance.shuffle(mixed)
    assert breaches(mixed, persons=persons, days=days) == breaches(given_exits, persons=persons, days=days)


@given(exits, st.integers(1, 3), st.integers(1, 4))
def test_without_those_who_went_beyond_it_the_quota_was_kept(given_exits, persons, days):
    beyond = breaches(given_exits, persons=persons, days=days)
    kept = [exit for exit in given_exits if exit not in beyond]
    assert breaches(kept, persons=persons, days=days) == []
    for exit in beyond:  # and none of them was called so for nothing
        assert used(kept, exit.at, days=days) >= persons
