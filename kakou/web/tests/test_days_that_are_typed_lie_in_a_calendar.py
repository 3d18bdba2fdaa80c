"""A day that is typed lies where every zone and every sum of days has its place; others are refused in words."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from kakou.web.kit.days import FIRST, LAST, DayField, MomentField

ROOT = Path(__file__).resolve().parents[2]


@given(st.dates())
def test_a_day_within_is_taken_and_one_outside_refused(day):
    if FIRST <= day.year <= LAST:
        assert DayField().clean(day.isoformat()) == day
    else:
        with pytest.raises(ValidationError, match="1900"):
            DayField().clean(day.isoformat())


@given(st.datetimes())
def test_a_moment_outside_is_refused_whatever_the_zone_makes_of_it(moment):
    text = moment.isoformat(timespec="minutes")
    if FIRST < moment.year < LAST:
        assert MomentField().clean(text).year in (moment.year - 1, moment.year, moment.year + 1)
    elif not FIRST - 1 <= moment.year <= LAST + 1:
        with pytest.raises(ValidationError):
            MomentField().clean(text)


def test_no_form_takes_a_day_without_limits():
    bare = re.compile(r"forms\.Date(Time)?Field\(")
    found = [path for path in ROOT.rglob("*.py") if bare.search(path.read_text("utf-8")) and "tests" not in path.parts]
    assert found == []
