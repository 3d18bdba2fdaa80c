"""What is more than usual: the tail of a Poisson law, exact, and true to what anybody would expect of it."""

import datetime as dt
import math
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.checks.signs import DAYS, HOUR, LEAST, RARE, Cell, Sign, is_unusual, tail

days = st.lists(st.integers(0, 60), min_size=DAYS, max_size=DAYS)
leasts = st.sampled_from(sorted(LEAST.values()))


@given(st.integers(1, 60), st.integers(1, 40))
def test_the_tail_is_what_is_left_of_the_law(many, mean):
    below = sum(Fraction(mean) ** k / math.factorial(k) for k in range(many))
    exact = 1 - float(below) * math.exp(-mean)
    if many > mean:
        assert math.isclose(tail(many, mean), exact, rel_tol=1e-6, abs_tol=1e-13)
    else:
        assert tail(many, mean) == 1.0


@given(st.integers(1, 100_000), st.floats(0.01, 100_000))
def test_however_large_it_is_a_probability(many, mean):
    assert 0.0 <= tail(many, mean) <= 1.0


@given(st.integers(0, 200), days, leasts, st.integers(0, 200))
def test_more_is_never_less_unusual(many, before, least, more):
    if is_unusual(many, before, least=least):
        assert is_unusual(many + more, before, least=least)


@given(st.integers(0, 200), days, leasts, st.integers(0, DAYS - 1), st.integers(1, 50))
def test_what_was_seen_more_of_before_is_never_more_unusual(many, before, least, day, more):
    worse = [n + more * (at == day) for at, n in enumerate(before)]
    if is_unusual(many, worse, least=least):
        assert is_unusual(many, before, least=least)


@given(st.integers(0, 200), st.data(), days, leasts)
def test_the_order_of_the_days_does_not_matter(many, data, before, least):
    other = data.draw(st.permutations(before))
    assert is_unusual(many, before, least=least) is is_unusual(many, other, least=least)


@given(days, leasts)
def test_a_count_of_one_of_the_days_before_and_fewer_than_the_least_are_usual(before, least):
    assert not is_unusual(least - 1, before, least=least)
    assert not is_unusual(math.floor(sum(before) / DAYS), before, least=least)


def test_a_gate_that_never_saw_any_is_alarmed_by_the_least_count():
    for least in LEAST.values():
        assert is_unusual(least, [0] * DAYS, least=least)


def test_a_gate_that_goes_on_as_it_did_is_left_alone():
    """Over every rate: as often as it would be told of, if the days before said exactly that rate."""
    for rate in range(1, 60):
        before = [rate] * DAYS
        first = next(many for many in range(500) if is_unusual(many, before, least=3))
        assert tail(first, rate) < RARE


def test_some_limits_stand_as_they_are():
    """So that a change of the law is seen: of so many a day before, this many are unusual."""
    told = {rate: next(n for n in range(500) if is_unusual(n, [rate] * DAYS, least=3)) for rate in (0, 1, 5, 20, 50)}
    assert told == {0: 3, 1: 8, 5: 16, 20: 40, 50: 79}


@given(st.integers(0, 23), st.dates(dt.date(2021, 1, 1), dt.date(2021, 12, 31)), st.integers(0, 59))
def test_an_hour_holds_exactly_the_moments_of_its_name(hour, day, minute):
    for name in ("Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"):
        zone = ZoneInfo(name)
        first, last = Cell(1, day, hour).span(zone)
        assert last - first in (HOUR, 2 * HOUR, 0 * HOUR)
        for fold in (0, 1):
            moment = dt.datetime.combine(day, dt.time(hour, minute, fold=fold), zone).astimezone(dt.UTC)
            here = moment.astimezone(zone)
            if (here.date(), here.hour) == (day, hour):
                assert first <= moment < last


def test_every_sign_has_its_least_count():
    assert set(LEAST) == set(Sign)
