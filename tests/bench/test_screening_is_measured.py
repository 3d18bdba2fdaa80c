"""`kakou bench screening`: what it compares and how it takes its middle; and that it runs from end to end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import verdicts
from bench.cases import LONG, beside_a_long_list, generated, shared
from bench.verdicts import Round, differences, slowest, timed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def judged():
    asked = shared()[:3]
    _, ours = verdicts.verdicts(asked)
    return asked, ours, [{**one._asdict(), "reasons": list(one.reasons)} for one in ours]


def test_the_same_verdicts_differ_in_nothing(judged):
    assert differences(*judged) == []


@pytest.mark.parametrize(
    "other",
    [{"outcome": "refer"}, {"reasons": ["mask.wrong"]}, {"fix": "mask.wrong"}, {"pack": "cn-2021-08.9"}, {"x": 1}],
)
def test_whatever_differs_is_told_by_its_case(judged, other):
    asked, ours, theirs = judged
    told = [theirs[0], {**theirs[1], **other}, theirs[2]]
    assert differences(asked, ours, told) == [f"{asked[1].pack}: {asked[1].name}"]


def test_an_answer_that_is_missing_is_no_agreement(judged):
    asked, ours, theirs = judged
    with pytest.raises(ValueError, match="shorter"):
        differences(asked, ours, theirs[:2])


def test_the_slowest_case_is_so_in_most_rounds():
    rounds = [Round(6, [1, 2, 3]), Round(15, [9, 2, 4]), Round(6, [1, 2, 3])]
    assert slowest(rounds) == (2, 3)
    assert [one.mean for one in rounds] == [2, 5, 2]


def test_every_one_is_timed_once_and_the_whole_is_their_sum():
    seen = []
    taken = timed(range(5), seen.append)
    assert seen == [0, 1, 2, 3, 4]
    assert taken.whole == pytest.approx(sum(taken.each))


def test_the_rules_alone_are_those_that_a_verdict_asks():
    asked = shared()
    assert len(verdicts.rules(asked).each) == len(verdicts.reading(asked).each) == len(asked)
    _, said = verdicts.verdicts(asked)
    for one, judged in zip(asked, said, strict=True):
        count = len(list(verdicts._rules_of(one)))
        assert (count == 0) is ("facts.undecided" in judged.reasons), one.name


def test_cases_are_the_same_in_every_run_and_come_before_every_pack():
    first, again = generated(20), generated(20)
    assert first == again
    assert {one.pack for one in first} == {one.pack for one in shared()}
    assert all(one.areas for one in first)
    assert {len(one.areas) for one in beside_a_long_list(first)} == {LONG}


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_it_runs_from_end_to_end():
    """Small, and without a bar: how fast this machine is just now is no test."""
    few = ["--draws", "3", "--rounds", "1", "--pairs", "8", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "kakou", "bench", "screening", *few],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    figures = {one["name"]: one["value"] for one in json.loads(done.stdout.splitlines()[-1])["figures"]}
    if not_run := [name for name in figures if name.startswith("NOT RUN")]:
        pytest.fail(not_run[0]) if os.environ.get("CI") else pytest.skip(not_run[0])
    assert figures["of them different in outcome, reasons, fix or version"] == 0
    assert figures["verdicts of the page compared with Python's"] >= 2 * len(shared())
    for part in (
        "Python, CPU: ",
        "page slowed 6x: ",
        "page not slowed: ",
        "EU certificate, ES256: ",
        "SMART Health Card",
    ):
        assert all(value > 0 for name, value in figures.items() if name.startswith(part))
        assert any(name.startswith(part) for name in figures)
