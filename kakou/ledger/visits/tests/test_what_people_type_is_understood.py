"""Codes, numbers and times as people type and choose them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.rules import SubjectKind
from kakou.ledger.visits import (
    OF_A_PLACE,
    NumberRefused,
    Told,
    VisitState,
    When,
    Window,
    moments,
    random_code,
    read_code,
    read_number,
    read_told,
    read_when,
    said_when,
    spaced,
    state_of,
    write_told,
)
from kakou.ledger.visits.codes import ALPHABET

ZONE = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2021, 8, 10, 12, tzinfo=ZONE)
HOUR = dt.timedelta(hours=1)


@given(st.text(ALPHABET, min_size=OF_A_PLACE, max_size=OF_A_PLACE))
def test_a_code_is_read_however_it_is_written(code):
    assert read_code(spaced(code), OF_A_PLACE) == code
    assert read_code(f" {spaced(code).upper()} ", OF_A_PLACE) == code
    assert read_code(code.replace("0", "o").replace("1", "l"), OF_A_PLACE) == code


@given(st.text(max_size=20))
def test_whatever_else_is_typed_is_no_code_or_one_of_the_alphabet(text):
    assert set(read_code(text, OF_A_PLACE)) <= set(ALPHABET)


def test_a_new_code_can_be_read():
    assert read_code(random_code(OF_A_PLACE), OF_A_PLACE)


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("138 1234 5678", SubjectKind.PERSON, "+8613812345678"),
        ("0516-83321234", SubjectKind.PERSON, "+8651683321234"),
        ("苏C·12345", SubjectKind.VEHICLE, "苏C12345"),
        ("苏cd12345", SubjectKind.VEHICLE, "苏CD12345"),
    ],
)
def test_one_field_takes_a_telephone_number_or_a_plate(typed, kind, text):
    assert read_number(typed) == (kind, text)
    assert read_number(typed).last_four == text[-4:]


@pytest.mark.parametrize("typed", ["", "98765", "张三", "沪Z9"])
def test_anything_else_is_refused_without_repeating_it(typed):
    with pytest.raises(NumberRefused) as refused:
        read_number(typed)
    assert not typed or typed not in str(refused.value)


@given(st.dates(dt.date(2021, 1, 1), dt.date(2030, 1, 1)), st.sampled_from(Window))
def test_a_time_is_read_as_it_was_said_and_ends_after_it_began(day, window):
    when = When(day, window)
    assert read_when(said_when(day, window)) == when
    start, end = moments(when, ZONE)
    assert dt.timedelta(0) < end - start <= dt.timedelta(days=1)
    assert start.astimezone(ZONE).date() == day


def test_the_last_hour_of_a_day_belongs_to_its_evening():
    assert moments(When(NOON.date(), Window.EVENING), ZONE)[1] == NOON + 12 * HOUR


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({}, VisitState.EXPECTED),
        ({"now": NOON + HOUR}, VisitState.OVER),
        ({"declined": NOON}, VisitState.DECLINED),
        ({"withdrawn": NOON, "declined": NOON}, VisitState.WITHDRAWN),
        ({"came": NOON, "declined": NOON, "now": NOON + 9 * HOUR}, VisitState.CAME),
    ],
)
def test_where_a_visit_stands_follows_from_what_is_known(known, state):
    nothing = {"came": None, "withdrawn": None, "declined": None, "now": NOON}
    assert state_of(until=NOON + HOUR, **(nothing | known)) is state


def test_what_is_sealed_is_read_as_it_was():
    told = Told("+8613812345678", "3栋2单元501", "阿卜杜热合曼·买买提")
    assert read_told(write_told(told)) == told
