import json

import pytest
from click.testing import CliRunner

from kakou.access.actions import add_node
from kakou.access.rules import Role
from kakou.drill import actions
from kakou.drill.management.cli import group
from kakou.drill.models import Run, Training
from kakou.drill.rules import DrillRefused, NotADrill, State
from kakou.drill.scenarios import shipped
from kakou.drill.tests.intake import StandIn
from kakou.kernel.errors import Refusal
from kakou.kernel.time import now

OWN = """
title = { zh = "自编", en = "Our own" }
aim = { zh = "要看的", en = "What to see" }
people = 40
days = 1

[[find]]
order = "fever"
words = { zh = "发热", en = "a fever" }
"""
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]


def drill(*arguments: str):
    result = CliRunner().invoke(group, [*arguments])
    if isinstance(result.exception, Refusal):
        raise result.exception
    return result


def test_it_plays_reports_and_has_nothing_left():
    with StandIn() as intake:
        begun = drill("--people", "40", "--days", "1", "--seed", "5", "--url", intake.url, "--json")
        assert begun.exit_code == 0, begun.output
        (run,) = json.loads(begun.output.splitlines()[-1])["runs"]
        assert (run["state"], run["percent"], run["days"]) == ("done", 100.0, 1)
        assert run["items"]["stored"] == len(intake.stored)
        stored = dict(intake.stored)
        assert drill("--resume", "--url", intake.url).exit_code == 0
        assert intake.stored == stored


def test_a_waiting_run_is_cancelled_and_logins_are_printed():
    actions.settle(seed=5, at=now())
    actions.plan(people=40, days=1, at=now())
    assert "cancelled" in drill("--cancel").output
    assert Run.objects.get().state == State.CANCELLED
    with pytest.raises(DrillRefused):
        drill("--cancel")
    assert drill("logins").output.count("/drill/enter/") == len(Role)


def test_a_training_is_listed_played_by_its_file_and_scored(tmp_path):
    (tmp_path / "own.toml").write_text(OWN)
    listed = json.loads(drill("scenarios", "--json").output)["scenarios"]
    assert {one["name"] for one in listed} == {*shipped()}
    with pytest.raises(DrillRefused):
        drill("score")
    assert drill("--scenario", str(tmp_path / "own.toml"), "--people", "40").exit_code == 2
    with StandIn() as intake:
        begun = drill("--scenario", str(tmp_path / "own.toml"), "--url", intake.url)
    assert begun.exit_code == 0, begun.output
    assert "要看的" in begun.output
    assert begun.output.count("/drill/enter/") == len(Role)
    assert Training.objects.get().name == "own"
    for asked in (("score", "--json"), ("--scenario", "own", "--check", "--json")):
        told = drill(*asked)
        assert told.exit_code == 1  # nothing was folded here: nothing is opened
        (found,) = json.loads(told.output)["found"]
        assert (found["order"], found["standing"], found["opened"]) == ("fever", "not_opened", 0)
    for wrong in (("--scenario", str(tmp_path / "own.toml")), ("--scenario", "three-fevers", "--check")):
        with pytest.raises(DrillRefused):
            drill(*wrong)
    assert actions.plan_rest(people=100, days=2, at=now()) is None


def test_it_refuses_what_it_cannot_do():
    with pytest.raises(DrillRefused):
        drill("--resume")
    assert drill("--people", "3").exit_code == 2
    add_node(parent=None)
    with pytest.raises(NotADrill):
        drill("--people", "40")
