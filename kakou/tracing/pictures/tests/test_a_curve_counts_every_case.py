import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.pictures import curve
from kakou.tracing.pictures.curve import curve_of
from kakou.tracing.pictures.parts import CASES, Part
from kakou.tracing.pictures.tests.samples import DAY, FIRST

cases = st.lists(
    st.tuples(st.none() | st.integers(0, 40).map(lambda n: FIRST + n * DAY), st.sampled_from(Part)), max_size=60
)


@settings(deadline=None)
@given(cases)
def test_the_table_adds_up_to_all_cases_and_no_contact(cases):
    rows = curve.table(curve_of("curve", cases), str).rows
    assert sum(row[-1] for row in rows) == sum(1 for _, part in cases if part in CASES)
    assert all(sum(row[1:-1]) == row[-1] for row in rows)


@settings(deadline=None)
@given(cases)
def test_every_day_is_there_once_with_or_without_a_case(cases):
    one = curve_of("curve", cases, first=FIRST, last=FIRST + 5 * DAY)
    days = one.days()
    assert days == sorted(set(days))
    assert {FIRST, FIRST + 5 * DAY} <= set(days)
    assert (days[-1] - days[0]).days == len(days) - 1
    assert {day for day, part in cases if day and part in CASES} <= set(days)


@settings(deadline=None)
@given(cases)
def test_it_can_always_be_drawn(cases):
    assert curve.picture(curve_of("curve", cases), str).wide.startswith("<svg")


def test_who_has_no_day_is_counted_beside():
    picture = curve.picture(curve_of("curve", [(None, Part.CONFIRMED), (FIRST, Part.SUSPECTED)]), str)
    assert picture.told == ("Cases whose day of onset is not known: 1 (Confirmed case 1).",)
    assert picture.table.rows[-1] == ("day not known", 1, 0, 0, 1)


def test_what_was_done_is_told_with_its_day():
    picture = curve.picture(
        curve_of("curve", [(FIRST, Part.CONFIRMED)], marks=[(FIRST + 2 * DAY, "market closed")]), str
    )
    assert picture.told == (f"A: {FIRST + dt.timedelta(days=2)} market closed",)
