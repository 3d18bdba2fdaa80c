"""Days of the site cover all time, once, whatever is done to the clocks there."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.events import QUARTER
from kakou.tracing.segments.days import FIRST, LAST, days_of, span

# half hours, clocks changed at midnight, a day left out, and the site's own
ZONES = ["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "America/Havana",
         "Pacific/Apia", "Africa/Monrovia", "Australia/Lord_Howe"]  # fmt: skip
DAYS = st.dates(FIRST, LAST - dt.timedelta(days=1))


@given(DAYS, st.sampled_from(ZONES).map(ZoneInfo))
def test_one_begins_where_the_other_ends(day, zone):
    begin, end = span(day, zone)
    assert end == span(day + dt.timedelta(days=1), zone)[0]
    assert 0 <= end - begin <= 25 * 3600


@given(st.datetimes(dt.datetime(1932, 2, 1), dt.datetime(2068, 1, 1)), st.sampled_from(ZONES).map(ZoneInfo))
def test_every_moment_lies_in_a_day_of_its_quarter(moment, zone):
    seconds = int(moment.replace(tzinfo=dt.UTC).timestamp())
    there = moment.replace(tzinfo=dt.UTC).astimezone(zone).date()
    begin, end = span(there, zone)
    assert begin <= seconds < end
    assert there in days_of(seconds * 1000 // QUARTER, zone)


def test_a_quarter_beyond_what_a_segment_holds_is_in_no_day():
    far = int(dt.datetime(9999, 1, 1, tzinfo=dt.UTC).timestamp()) * 1000 // QUARTER
    assert days_of(far * 1000, ZoneInfo("Asia/Shanghai")) == set()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Shanghai", dt.date(2021, 8, 10), 24),
        ("Europe/Berlin", dt.date(2021, 3, 28), 23),
        ("Europe/Berlin", dt.date(2021, 10, 31), 25),
        ("Pacific/Apia", dt.date(2011, 12, 30), 0),
    ],
)
def test_it_is_as_long_as_the_clocks_say(zone, day, hours):
    begin, end = span(day, ZoneInfo(zone))
    assert (end - begin) / 3600 == hours
