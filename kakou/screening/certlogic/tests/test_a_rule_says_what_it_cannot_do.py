"""Whatever does not fit throws, and a throw is "cannot decide"; a fault is told by its place before a pack is taken."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.screening.certlogic import CannotEvaluate, compiled, evaluate, paths, problems

WRONG = [
    37.3,
    None,
    {},
    {"or": [True, False]},
    {"var": 3},
    {"and": [True]},
    {"if": [True, 1]},
    {">": [1]},
    {">": [1, 2, 3, 4]},
    {"plusTime": ["2021-08-10", 1, "week"]},
    {"plusTime": ["2021-08-10", {"var": "n"}, "day"]},
    {"in": ["a"]},
    {"===": [1, 2], "!": [1]},
    {"extractFromUVCI": ["a", "b"]},
    {"!": True},
]


@pytest.mark.parametrize("expression", WRONG, ids=json.dumps)
def test_what_is_no_expression_is_told_and_throws(expression):
    assert list(problems(expression))
    with pytest.raises(CannotEvaluate):
        evaluate(expression, {})


@pytest.mark.parametrize(
    ("expression", "data"),
    [
        ({">=": [{"var": "temperature"}, 373]}, {}),
        ({">=": [{"var": "temperature"}, 373]}, {"temperature": "365"}),
        ({">=": [{"var": "temperature"}, 373]}, {"temperature": 36.5}),
        ({"in": ["a", {"var": "list"}]}, {"list": "abc"}),
        ({"+": [1, {"var": "n"}]}, {"n": True}),
        ({"after": [{"plusTime": [{"var": "day"}, 0, "day"]}, "2021"]}, {"day": "2021-08-10"}),
        ({"plusTime": [{"var": "day"}, 0, "day"]}, {"day": "2021-02-30"}),
        ({"plusTime": [{"var": "day"}, 9000, "year"]}, {"day": "2021-02-03"}),
        ({"!": [{"plusTime": ["2021", 0, "day"]}]}, {}),
        ({"reduce": [{"var": "n"}, {"var": "current"}, 0]}, {"n": 3}),
        ({"dccDateOfBirth": [{"var": "n"}]}, {"n": 1999}),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_data_of_another_kind_throws_though_the_rule_is_well_formed(expression, data):
    assert list(problems(expression)) == []
    with pytest.raises(CannotEvaluate):
        evaluate(expression, data)


def test_a_fault_in_a_branch_that_nobody_takes_does_not_throw():
    assert evaluate({"if": [True, "yes", {"or": []}]}, {}) == "yes"
    assert evaluate({"and": [False, {"or": []}]}, {}) is False


def test_a_fault_is_told_by_its_place():
    [fault] = problems({"and": [True, {">=": [{"var": "checks.temperature"}, 37.3]}]})
    assert str(fault) == "and.1.>=.1: 37.3 is a fraction. Write whole numbers: 37.3 °C is 373."


def test_the_paths_that_a_rule_reads():
    rule = {"and": [{"var": "a.b"}, {"in": [{"var": "c"}, ["x"]]}, {"reduce": [{"var": "d"}, {"var": "current.e"}, 0]}]}
    assert paths(rule) == {"a.b", "c", "d"}


def test_deep_nesting_is_refused_before_it_is_compiled():
    rule = True
    for _ in range(60):
        rule = {"!": [rule]}
    assert "nested too deeply" in str(next(problems(rule)))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 400) | st.sampled_from(["", "a", "2021-08-10", "2021"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=6,
)


@given(values, values)
def test_anything_at_all_gives_a_value_or_cannot_be_evaluated(expression, data):
    with contextlib.suppress(CannotEvaluate):  # and nothing else
        compiled(expression)(data)
