"""`make audit`: what is weak and unexplained fails, and so does what nobody could be asked about."""

import datetime as dt
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from audit import CLEAN, UNASKED, WEAK, Answers, Weakness, of_npm_audit, of_pip_audit, unexplained, verdict

TODAY = dt.date(2026, 11, 30)
ONE = Weakness("pkg", "1.0", "GHSA-1", "1.1")
PIP = {
    "dependencies": [
        {"name": "pkg", "version": "1.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["1.1"]}]},
        {"name": "fine", "version": "2", "vulns": []},
        {"name": "away", "skip_reason": "not found"},
    ]
}
NPM = {
    "vulnerabilities": {
        "pkg": {"range": "<2", "via": [{"url": "https://github.com/advisories/GHSA-2"}]},
        "user": {"range": "*", "via": ["pkg"]},
    }
}


def test_both_tools_are_understood():
    assert of_pip_audit(PIP) == Answers(frozenset({ONE}), frozenset({"away"}))
    assert of_npm_audit(NPM, "gate") == Answers(frozenset({Weakness("pkg", "<2", "GHSA-2")}))
    assert of_npm_audit({"message": "405"}, "gate").unasked == {"npm: gate"}


@pytest.mark.parametrize(("package", "id", "days", "left"), [
    ("pkg", "GHSA-1", 0, 0), ("pkg", "GHSA-1", -1, 1), ("pkg", "GHSA-9", 9, 1), ("other", "GHSA-1", 9, 1),
])  # fmt: skip
def test_an_explanation_is_of_one_weakness_and_runs_out(package, id, days, left):
    explained = [{"package": package, "id": id, "until": TODAY + dt.timedelta(days=days)}]
    assert len(unexplained([ONE], explained, TODAY)) == left


def test_silence_is_not_clean():
    assert verdict(Answers(), []) == CLEAN
    assert verdict(Answers(unasked=frozenset({"x"})), []) == UNASKED
    assert verdict(Answers(frozenset({ONE}), frozenset({"x"})), [ONE]) == WEAK
