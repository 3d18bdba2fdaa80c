"""However attempts begin, last and end, no more arrive within a window than its limit allows."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kakou.notices.adapters import KINDS
from kakou.notices.rules import Limit, Rate, free_at
from kakou.notices.tests.outgoing import START

SECOND = dt.timedelta(seconds=1)


@given(
    st.sampled_from(sorted(KINDS)),
    st.lists(st.tuples(st.floats(0, 40), st.floats(0, 9), st.floats(0, 1)), max_size=150),
)
def test_what_arrives_within_a_window_is_never_more_than_its_limit(kind, steps):
    rate, at, ended, arrived = KINDS[kind].rate, START, [], []
    for idle, lasts, share in steps:
        begun = free_at(rate, ended[::-1], at + idle * SECOND)
        assert begun >= at + idle * SECOND
        arrived.append(begun + share * lasts * SECOND)
        at = begun + lasts * SECOND
        ended.append(at)
    for limit in rate.limits:
        for first, late in zip(arrived, arrived[limit.count :], strict=False):
            assert late - first > limit.per


@given(st.datetimes(dt.datetime(2021, 1, 1), dt.datetime(2030, 1, 1)))
def test_nothing_begins_when_everybody_sends(moment):
    at = moment.replace(tzinfo=dt.UTC)
    free = free_at(KINDS["feishu"].rate, [], at)
    assert at <= free <= at + 62 * SECOND
    assert 60 <= free.timestamp() % 1800 < 1798
    assert free == at or not 60 <= at.timestamp() % 1800 < 1798


def test_a_person_may_have_it_slower_but_not_faster():
    minute = dt.timedelta(minutes=1)
    rate = Rate((Limit(20, minute),))
    ended = [START - n * SECOND for n in range(20)]
    assert free_at(rate.slower(1), ended, START) > free_at(rate, ended, START) > START
    assert free_at(rate.slower(500), ended, START) == free_at(rate, ended, START)
    assert rate.slower(None) == rate and rate.slower(500).memory == 500
