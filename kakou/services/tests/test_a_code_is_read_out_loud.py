"""A code survives being read over the telephone: a wrong digit is noticed, blanks and hyphens are not."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.places.rules import UnitKind
from kakou.services.rules import (
    LINES,
    After,
    Category,
    Rating,
    alike,
    judge_rating,
    likeness,
    may_rate,
    random_code,
    read_code,
    responsible,
    spaced,
)
from kakou.workorders.rules import State
from tests.cast import AT

codes = st.builds(random_code)
DAY = dt.timedelta(days=1)


@given(codes)
def test_it_is_read_as_it_was_made_however_it_is_written(code):
    wide = code.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    for text in (code, spaced(code), f" {spaced(code)} ", code[:3] + " " + code[3:], wide):
        assert read_code(text) == code


@given(codes, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(code, place, more):
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
    assert read_code(wrong) == ""


@given(st.text(max_size=12))
def test_what_is_no_code_is_none(text):
    assert len(read_code(text)) in (0, 9)


def test_who_answers_is_the_nearest_of_the_kind_and_else_the_place_itself():
    around = [(4, UnitKind.COMPOUND), (3, UnitKind.COMMUNITY_URBAN), (1, UnitKind.STREET)]
    assert responsible(Category.FACILITIES, around) == 3
    assert responsible(Category.ENTERPRISE, around) == 1
    assert responsible(Category.ENTERPRISE, around[:1]) == 4
    assert set(LINES) == set(Category)


@given(st.sampled_from([State.ANSWERED, State.VERIFIED, State.CLOSED]), st.booleans())
def test_only_a_first_not_satisfied_opens_it_again(state, was_reopened):
    assert (judge_rating(Rating.NOT, state, was_reopened=was_reopened) is After.REOPEN) is not was_reopened
    for fine in (Rating.VERY, Rating.OK):
        assert judge_rating(fine, state, was_reopened=was_reopened) is not After.REOPEN


@pytest.mark.parametrize(
    ("state", "answered", "rated", "may"),
    [
        (State.ANSWERED, AT, None, True), (State.CLOSED, AT, None, True), (State.ANSWERED, AT, AT, False),
        (State.ANSWERED, AT, AT - DAY, True), (State.IN_PROGRESS, AT, None, False), (State.CLOSED, None, None, False),
        (State.ANSWERED, AT - 31 * DAY, None, False),
    ],
)  # fmt: skip
def test_each_answer_is_rated_once_and_in_time(state, answered, rated, may):
    assert may_rate(state, answered_at=answered, rated_at=rated, now=AT) is may


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_even_and_whole_for_the_same(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) in (0, 1)


def test_the_same_matter_in_other_words_is_more_alike_than_another_one():
    lamp, again, pipe = "三号楼门口路灯不亮了", "3号楼前的路灯不亮", "地下车库漏水"
    assert likeness(lamp, again) > likeness(lamp, pipe)
    near = alike(likeness(lamp, again), same_place=True, same_category=True, apart=DAY)
    assert near > alike(likeness(lamp, pipe), same_place=True, same_category=False, apart=DAY)
