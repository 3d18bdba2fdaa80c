"""Every phrase of the article and every boundary, judged as it must be, with all reasons and the nearest fix."""

from __future__ import annotations

import pytest
from hypothesis import given

from kakou.screening.packs import SHIPPED, in_words, read_pack, reason_text, shipped
from kakou.screening.packs.wording import fix_text
from kakou.screening.rules import judge
from kakou.screening.rules.verdicts import STRENGTH
from kakou.screening.tests.strategies import AREAS, cases
from kakou.screening.tests.vectors import Vector, vectors

VECTORS = list(vectors())
PACKS = {code: read_pack(shipped(code)) for code in SHIPPED}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector.pack}: {vector.group}: {vector.name}")
def test_it_is_judged_as_it_must_be(vector: Vector):
    judged = judge(PACKS[vector.pack], vector.case, vector.areas)
    assert {"outcome": judged.outcome, "reasons": list(judged.reasons), "fix": judged.fix} == vector.expected
    assert judged.pack == f"{vector.pack}.1"


def test_there_are_enough_of_them_and_every_rule_fires_in_one():
    assert len(VECTORS) >= 200
    for code in SHIPPED:
        fired = {reason for vector in VECTORS if vector.pack == code for reason in vector.expected["reasons"]}
        rules = set(shipped(code)["rules"])
        inherited = set(shipped("cn-2021-08")["rules"]) if code == "cn-2022-06" else set()
        assert rules - inherited - fired == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_and_every_fix_has_words(language):
    for vector in VECTORS:
        content = shipped(vector.pack)
        for reason in vector.expected["reasons"]:
            assert reason_text(content, reason, language) != reason
        if vector.expected["fix"]:
            assert fix_text(content, vector.expected["fix"], language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", SHIPPED)
def test_a_pack_can_be_read_aloud(code, language):
    for rule in in_words(shipped(code), language):
        assert rule.condition
        assert "var" not in rule.condition, rule
        assert "param." not in rule.condition


@given(cases())
def test_nobody_is_let_pass_while_something_stronger_stands(case):
    for pack in PACKS.values():
        judged = judge(pack, case, AREAS)
        strengths = [STRENGTH[rule.finding.outcome] for rule in pack.rules if rule.finding.id in judged.reasons]
        assert STRENGTH[judged.outcome] >= max(strengths, default=0)
        assert judged.fix is None or judged.fix in judged.reasons or len(judged.reasons) == 16


@given(cases())
def test_what_is_not_looked_at_is_never_fine(case):
    """Who leaves a look away without a reason lets nobody pass."""
    pack = PACKS["cn-2021-08"]
    for look in ("mask", "temperature"):
        if look in case["checks"] and case["direction"] == "in" and case["who"] in ("visitor", "resident", "driver"):
            blank = {**case, "skipped": {}, "checks": {k: v for k, v in case["checks"].items() if k != look}}
            assert f"{look}.not_looked" in judge(pack, blank, AREAS).reasons
            assert judge(pack, blank, AREAS).outcome not in ("admit", "admit_with_action")
