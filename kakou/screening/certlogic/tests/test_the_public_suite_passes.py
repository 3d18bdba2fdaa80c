"""The rules of a pack mean the same here as for everybody who wrote rules in CertLogic."""

from __future__ import annotations

import datetime as dt

import pytest

from kakou.screening.certlogic import CannotEvaluate, evaluate, problems
from kakou.screening.certlogic.tests.suite import flagged, national_rules, needs_data, suite

pytestmark = needs_data
SUITE, NATIONAL = 218, 847  # what is not flagged to be skipped: of 232 assertions 4 themselves, 10 by their file


def told(value):
    """As JSON tells it."""
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if isinstance(value, dt.datetime) else value


def gives_what_it_must(case):
    try:
        value = told(evaluate(case.expression, case.data))
    except CannotEvaluate:
        return False
    return (value, type(value)) == (case.expected, type(case.expected))


@pytest.mark.parametrize(
    ("what", "cases", "count"),
    [("suite", suite, SUITE), ("national rules", national_rules, NATIONAL)],
    ids=["suite", "national"],
)
def test_every_case_gives_what_it_must(what, cases, count, record_property):
    ran = list(cases())
    failed = [case.name for case in ran if not gives_what_it_must(case)]
    record_property(f"{what}: ran", len(ran))
    record_property(f"{what}: passed", len(ran) - len(failed))
    assert failed == []
    assert len(ran) == count


def test_what_is_skipped_is_skipped_by_the_suite_itself(record_property):
    for bearer, count in flagged().items():
        record_property(f"suite: flagged by its {bearer}", count)
    assert flagged() == {"assertion": 4, "file": 10}


def test_every_rule_in_it_is_well_formed():
    faults = {case.name: found for case in national_rules() if (found := list(problems(case.expression)))}
    assert faults == {}
