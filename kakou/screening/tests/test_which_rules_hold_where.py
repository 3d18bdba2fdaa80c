"""R14: which pack holds is data by place, kind of unit and time; what is nearer and more exact goes first."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kakou.screening.packs.holding import Line, holding, timeline
from tests.cast import AT

HOUR = dt.timedelta(hours=1)
moments = st.integers(-48, 48).map(lambda hours: AT + hours * HOUR)


@st.composite
def lines(draw):
    start = draw(moments)
    end = draw(st.none() | st.integers(0, 60).map(lambda hours: start + hours * HOUR))
    kind = draw(st.sampled_from(["", "compound", "factory"]))
    return Line(draw(st.integers(0, 4)), kind, f"v.{draw(st.integers(1, 9))}", start, end)


def test_from_its_beginning_until_before_its_end():
    line = Line(0, "", "cn-2021-08.2", AT, AT + HOUR)
    at = [AT - HOUR / 60, AT, AT + HOUR - HOUR / 60, AT + HOUR]
    assert [holding([line], "compound", moment) is line for moment in at] == [False, True, True, False]


def test_the_compound_itself_goes_before_the_street_above():
    street, compound = Line(2, "", "street.1", AT, None), Line(0, "", "compound.1", AT - HOUR, None)
    assert holding([street, compound], "compound", AT) is compound


def test_what_is_said_of_factories_goes_before_what_is_said_of_all():
    of_all, of_factories = Line(1, "", "all.1", AT, None), Line(1, "factory", "factories.1", AT - HOUR, None)
    assert holding([of_all, of_factories], "factory", AT) is of_factories
    assert holding([of_all, of_factories], "compound", AT) is of_all


def test_of_two_the_later_holds_and_when_it_ends_the_earlier_again():
    first, second = Line(1, "", "a.1", AT, None), Line(1, "", "a.2", AT + HOUR, AT + 2 * HOUR)
    turns = timeline([first, second], "compound", start=AT, end=AT + 9 * HOUR, otherwise="shipped.1")
    assert [(turn.since, turn.version) for turn in turns] == [
        (AT, "a.1"), (AT + HOUR, "a.2"), (AT + 2 * HOUR, "a.1"),
    ]  # fmt: skip


@given(st.lists(lines(), max_size=8), moments, st.integers(0, 72))
def test_the_timeline_says_what_holds_at_every_moment(published, start, hours):
    """Whoever follows the list of turns goes by the same rules as whoever asks at each moment."""
    end = start + hours * HOUR
    turns = timeline(published, "compound", start=start, end=end, otherwise="shipped.1")
    assert turns[0].since == start
    assert all(one.version != next.version for one, next in pairwise(turns))
    for minutes in range(0, hours * 60, 30):
        at = start + dt.timedelta(minutes=minutes)
        line = holding(published, "compound", at)
        told = [turn.version for turn in turns if turn.since <= at][-1]
        assert told == (line.version if line else "shipped.1")


@given(st.lists(lines(), max_size=8), moments)
def test_the_order_of_publishing_changes_nothing_else(published, at):
    """Only between lines that are equal in place, kind and beginning may the order decide."""
    one, other = holding(published, "compound", at), holding(published[::-1], "compound", at)
    key = [line and (line.depth, line.unit_kind, line.starts_at) for line in (one, other)]
    assert key[0] == key[1]
