"""Times of line lists and interviews: Chinese and ISO, with and without year and hour, in the site's zone."""

import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.tracing.sheets import MomentRefused, read_moment

SITE = ZoneInfo("Asia/Shanghai")
AT = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)  # 12:45


def at_site(text, *, at=AT, zone=SITE):
    return read_moment(text, zone=zone, at=at).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    "text",
    [
        "2021-08-09 14:30", "2021-8-9 14:30", "2021/8/9 14:30", "2021.08.09 14:30", "2021年8月9日14时30分",
        "2021年8月9日 14:30", "８月９日　14：30", "8月9日14点30分", "8月9日14点半", "8月9日下午2点半",
        "8月9日下午2:30", "08-09 14:30", "8/9 14:30", "20210809 14:30", "2021-08-09T14:30", "2021-08-09T14:30:00",
        "2021-08-09T14:30:00+08:00", "2021-08-09T06:30:00Z", "2021-08-09 14:30:00.000",
    ],
)  # fmt: skip
def test_these_are_one_moment(text):
    assert at_site(text) == "2021-08-09 14:30:00"


@pytest.mark.parametrize("text", ["2021-08-09", "2021年8月9日", "8月9日", "8.9", "20210809", "2021-08-09 00:00:00"])
def test_a_day_without_an_hour_is_its_first_moment(text):
    assert at_site(text) == "2021-08-09 00:00:00"


def test_a_day_without_a_year_is_the_last_one_that_was():
    assert at_site("12月31日") == "2020-12-31 00:00:00"
    assert at_site("8月10日") == "2021-08-10 00:00:00"


@pytest.mark.parametrize(
    "text", ["昨天", "2021", "14:30", "2021-13-01", "2021-02-30", "8月9日 25:00", "8月9日 14", "", "x" * 500]
)
def test_what_cannot_be_understood_is_refused_with_what_to_write(text):
    with pytest.raises(MomentRefused) as refused:
        read_moment(text, zone=SITE, at=AT)
    assert refused.value.fix


@pytest.mark.parametrize("text", ["2021-08-10 12:46", "2021-08-11", "2022-01-01", "2020-08-01", "1999-01-01"])
def test_the_future_and_what_is_long_ago_are_refused(text):
    with pytest.raises(MomentRefused):
        read_moment(text, zone=SITE, at=AT)


def test_an_hour_that_never_was_is_refused_and_of_one_that_came_twice_the_first_is_taken():
    berlin, at = ZoneInfo("Europe/Berlin"), dt.datetime(2021, 12, 1, tzinfo=dt.UTC)
    with pytest.raises(MomentRefused):
        read_moment("2021-03-28 02:30", zone=berlin, at=at)
    assert read_moment("2021-10-31 02:30", zone=berlin, at=at) == dt.datetime(2021, 10, 31, 0, 30, tzinfo=dt.UTC)


@given(st.datetimes(dt.datetime(2020, 8, 12), dt.datetime(2021, 8, 10, 12, 44)))
def test_every_minute_of_a_year_is_read_back(local):
    local = local.replace(second=0, microsecond=0)
    for form in ("%Y-%m-%d %H:%M", "%Y年%m月%d日 %H时%M分", "%m月%d日%H点%M分"):
        assert at_site(local.strftime(form)) == local.strftime("%Y-%m-%d %H:%M:%S")


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_it(text):
    with contextlib.suppress(MomentRefused):
        assert read_moment(text, zone=SITE, at=AT) <= AT
