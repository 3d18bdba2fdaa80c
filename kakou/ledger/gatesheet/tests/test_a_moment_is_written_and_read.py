"""Date and time of the sheet: in the site's zone, also where a day has 23 or 25 hours."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kakou.kernel.time import to_ms
from kakou.ledger.gatesheet import words
from kakou.ledger.gatesheet.moments import MomentRefused, day_of, read, written

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Australia/Lord_Howe")]
SUININ, YORK = ZONES[0], ZONES[2]
BACK = dt.date(2021, 11, 7)  # in New York 01:30 comes twice
FORWARD = dt.date(2021, 3, 14)  # and 02:30 not at all


@given(ms=st.integers(1_262_304_000_000, 1_893_456_000_000), zone=st.sampled_from(ZONES))
@example(ms=to_ms(dt.datetime(2021, 11, 7, 5, 30, tzinfo=dt.UTC)), zone=YORK)
@example(ms=to_ms(dt.datetime(2021, 11, 7, 6, 30, tzinfo=dt.UTC)), zone=YORK)
@example(ms=to_ms(dt.datetime(2021, 8, 10, 16, 0, tzinfo=dt.UTC)), zone=SUININ)
def test_what_is_written_is_read_again_to_the_second(ms, zone):
    date, time = written(ms, zone)
    assert read(day_of(date), time, zone) == ms // 1000 * 1000


def test_midnight_begins_the_day_of_the_site():
    assert written(to_ms(dt.datetime(2021, 8, 10, 16, 0, tzinfo=dt.UTC)), SUININ) == ("2021-08-11", "00:00:00")


def test_only_an_hour_that_came_twice_has_its_offset():
    assert written(to_ms(dt.datetime(2021, 11, 7, 5, 30, tzinfo=dt.UTC)), YORK) == ("2021-11-07", "01:30:00 -04:00")
    assert written(to_ms(dt.datetime(2021, 11, 7, 6, 30, tzinfo=dt.UTC)), YORK) == ("2021-11-07", "01:30:00 -05:00")
    assert written(to_ms(dt.datetime(2021, 11, 7, 7, 30, tzinfo=dt.UTC)), YORK) == ("2021-11-07", "02:30:00")


@pytest.mark.parametrize(
    ("day", "text", "why"),
    [
        (BACK, "01:30", words.TIME_TWICE),
        (BACK, "01:30 +08:00", words.NOT_A_TIME),
        (FORWARD, "02:30", words.TIME_SKIPPED),
        (FORWARD, "25:00", words.NOT_A_TIME),
        (FORWARD, "中午", words.NOT_A_TIME),
    ],
)
def test_what_is_no_moment_is_told(day, text, why):
    with pytest.raises(MomentRefused) as refused:
        read(day, text, YORK)
    assert refused.value.text == why


@pytest.mark.parametrize("text", ["8:05", "08:05", "08:05:00", "8时5分", "08：05"])
def test_people_write_times_in_many_ways(text):
    assert read(dt.date(2021, 8, 10), text, SUININ) == to_ms(dt.datetime(2021, 8, 10, 0, 5, tzinfo=dt.UTC))
