"""The rules of a pack mean the same here as for everybody who wrote rules in CertLogic."""

from __future__ import annotations

import datetime as dt

import pytest

from kakou.screening.certlogic import evaluate, problems
from kakou.screening.certlogic.tests.suite import national_rules, needs_data, suite

pytestmark = needs_data
SUITE, NATIONAL = 218, 847  # what is not flagged to be skipped: of 232 assertions 4 themselves, 10 by their file


def told(value):
    """As JSON tells it."""
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if isinstance(value, dt.datetime) else value


@pytest.mark.parametrize(("cases", "count"), [(suite, SUITE), (national_rules, NATIONAL)], ids=["suite", "national"])
def test_every_case_gives_what_it_must(cases, count):
    ran = 0
    for case in cases():
        value = told(evaluate(case.expression, case.data))
        assert (value, type(value)) == (case.expected, type(case.expected)), case.name
        ran += 1
    assert ran == count


def test_every_rule_in_it_is_well_formed():
    faults = {case.name: found for case in national_rules() if (found := list(problems(case.expression)))}
    assert faults == {}
