"""`kakou screening pack`: an office tries its rules before anybody stands at a gate with them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from kakou.kernel.errors import Refusal
from kakou.screening.management.cli import group
from kakou.screening.packs import shipped


def run(*arguments):
    with translation.override("en"):
        return CliRunner().invoke(group, ["pack", *arguments], catch_exceptions=False)


@pytest.fixture
def own(tmp_path):
    """A pack of the office's own: fever from 37.5 °C."""
    content = shipped("cn-2021-08")
    content["edition"] = 2
    content["params"]["temperature_limit"]["value"] = 375
    file = tmp_path / "own.json"
    file.write_text(json.dumps(content))
    return file


def test_it_finds_a_sound_pack_sound(own):
    answer = run("validate", str(own))
    assert answer.exit_code == 0
    assert "cn-2021-08.2 is sound" in answer.output


def test_it_names_every_fault_by_its_place(own):
    content = json.loads(own.read_text())
    content["rules"]["mask.wrong"]["when"] = {"or": [True]}
    content["params"]["temperature_limit"]["value"] = 999
    own.write_text(json.dumps(content))
    answer = run("validate", str(own), "--json")
    assert answer.exit_code == 1
    assert [fault["where"] for fault in json.loads(answer.output)["faults"]] == [
        "params.temperature_limit",
        "rules.mask.wrong.when.or",
    ]


def test_it_says_what_differs(own):
    assert run("diff", "cn-2021-08", str(own)).output.strip() == "params.temperature_limit.value: 373 → 375"
    assert "do not differ" in run("diff", "who-poe", "who-poe").output


def test_it_says_which_cases_come_out_otherwise(own):
    answer = run("test", str(own))
    assert answer.exit_code == 1
    assert "37.3 °C: 体温异常" in answer.output
    assert run("test", "cn-2021-08").exit_code == 0


@pytest.mark.parametrize(("language", "words"), [("zh", "体温 ≥ 37.3 °C"), ("en", "Temperature ≥ 37.3 °C")])
def test_it_reads_a_pack_aloud(language, words):
    answer = run("explain", "cn-2021-08", "--lang", language)
    assert words in answer.output
    assert "var" not in answer.output


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_what_is_no_json_is_refused_in_words(tmp_path, text):
    file = tmp_path / "broken.json"
    file.write_text(text)
    with pytest.raises(Refusal, match="cannot be read as JSON"):
        run("validate", str(file))
    with pytest.raises(Refusal, match="no pack and no file"):
        run("validate", str(tmp_path / "nowhere.json"))
