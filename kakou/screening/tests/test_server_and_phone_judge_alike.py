"""One rule text, two runtimes: what the phone decided in the sun is what the server finds when it looks again."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kakou.screening.certlogic import CannotEvaluate, evaluate
from kakou.screening.packs import SHIPPED, read_pack, shipped
from kakou.screening.passes import PassMisread, pass_id, pass_text
from kakou.screening.rules import judge
from kakou.screening.tests.strategies import areas, cases, odd_cases
from tests.phone import phone_code

MANY = int(os.environ.get("KAKOU_RANDOM_CASES", "2000"))  # make show-screening asks for 10,000
AT_ONCE = 20  # cases of one example: lines lie in the pipe, so ten thousand take seconds
CALM = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    "phases": [Phase.generate, Phase.shrink],
}
PACKS = {code: read_pack(shipped(code)) for code in SHIPPED}


@pytest.fixture(scope="module")
def phone():
    with phone_code() as running:
        yield running


@pytest.mark.parametrize("code", SHIPPED)
def test_no_case_is_judged_differently(phone, code, record_property):
    phone.ask(pack=shipped(code))
    judged = 0

    @settings(max_examples=MANY // AT_ONCE // len(SHIPPED) + 1, **CALM)
    @given(st.lists(st.tuples(cases() | odd_cases(), areas), min_size=AT_ONCE, max_size=AT_ONCE))
    def alike(given_cases):
        nonlocal judged
        answers = phone.ask_all([{"case": case, "areas": known} for case, known in given_cases])
        for (case, known), answer in zip(given_cases, answers, strict=True):
            ours = judge(PACKS[code], case, known)
            told = {"outcome": ours.outcome, "reasons": list(ours.reasons), "fix": ours.fix, "pack": ours.pack}
            assert told == answer, case
            judged += 1

    alike()
    record_property("cases judged alike", judged)
    assert judged >= MANY // len(SHIPPED)


def moment_free(value):
    """Date-times are told as text on the phone; they never are the value of a rule."""
    return not any(word in str(value) for word in ("plusTime", "dccDateOfBirth"))


atoms = st.booleans() | st.integers(-3, 400) | st.sampled_from(["", "a", "b", "medium"])
paths = st.sampled_from([{"var": path} for path in ("", "a", "a.b", "c", "c.0", "c.1.a", "none", "t")])
expressions = st.recursive(
    atoms | paths | st.sampled_from([None, 37.3, {}, {"or": [1, 2]}, {"var": 1}]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(lambda a: {"!": [a]}, inner),
        *(
            st.builds(lambda parts, name=name: {name: parts}, st.lists(inner, min_size=1, max_size=3))
            for name in ("and", "===", "in", "+", ">", ">=", "<", "<=", "if", "reduce", "before")
        ),
        st.builds(
            lambda text, amount, unit: {
                "before": [{"plusTime": [text, amount, unit]}, {"plusTime": ["2021-08-10", 0, "day"]}]
            },
            st.sampled_from(["2021-08-09", "2021", "2020-02-29T10:00:00+08:00", "2021-08", "x", {"var": "d"}, 3]),
            st.integers(-40, 40),
            st.sampled_from(["day", "hour", "month", "year", "week"]),
        ),
    ),
    max_leaves=8,
)
DATA = {"a": {"b": 3}, "c": [1, {"a": "medium"}, [], 0], "t": 373, "d": "2021-08-10T04:45:00.5Z"}


def test_no_expression_means_something_else(phone):
    @settings(max_examples=MANY // AT_ONCE // 2, **CALM)
    @given(st.lists(expressions, min_size=AT_ONCE, max_size=AT_ONCE))
    def alike(given_expressions):
        answers = phone.ask_all([{"expression": each, "data": DATA} for each in given_expressions])
        for each, answer in zip(given_expressions, answers, strict=True):
            try:
                ours = {"value": evaluate(each, DATA)}
            except CannotEvaluate:
                ours = {"throws": True}
            assert ours == answer, each

    alike()


def test_no_pass_is_read_differently(phone):
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZOIl -k"

    @settings(max_examples=200, **CALM)
    @given(st.uuids(), st.integers(0, 29), st.text(letters, max_size=2))
    def alike(id, place, wrong):
        text = pass_text(id)
        text = text[:place] + wrong + text[place + 1 :]
        try:
            ours = str(pass_id(text))
        except PassMisread:
            ours = None
        assert phone.ask(**{"pass": text}) == {"id": ours}

    alike()
