"""The kakou command as somebody at a terminal meets it."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from kakou.config import cli
from kakou.config.postgres.at_hand import at_hand

ROOT = Path(__file__).parents[3]


def kakou(home, *arguments, **env):
    """Run the command in a home of its own; nothing of the test's database reaches it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KAKOU_") and k != "DATABASE_URL"}
    clean |= {"KAKOU_HOME": str(home), "KAKOU_LANG": "en", "PYTHONWARNINGS": "ignore"}
    if "KAKOU_PG" in os.environ:
        clean["KAKOU_PG"] = os.environ["KAKOU_PG"]
    return subprocess.run(
        [sys.executable, "-m", "kakou", *arguments], capture_output=True, text=True, check=False, cwd=ROOT,
        env=clean | env,
    )  # fmt: skip


def test_help_names_every_command_with_a_sentence_and_the_exit_codes(home):
    told = kakou(home, "--help")
    assert told.returncode == 0
    for name in ("serve", "migrate", "openapi", "keys", "audit"):
        assert f"\n  {name} " in told.stdout
    assert "Exit codes: 0 done" in told.stdout
    assert not (home / "pg").exists(), "asking for help starts no database"


@pytest.mark.parametrize("name", [n for n, module in cli.GROUPS.items() if cli.is_there(module)])
def test_every_command_has_its_own_help(home, name):
    told = kakou(home, name, "--help")
    assert told.returncode == 0, told.stderr
    assert len(told.stdout.split("\n\n")[1].strip()) > 20


def test_before_there_is_data_it_says_how_to_make_some(home):
    refused = kakou(home, "audit", "verify")
    assert refused.returncode == 2
    assert refused.stderr == f"There is no Kakou data in {home} yet. Run “kakou serve” once, or “kakou migrate”.\n"


def test_commands_bring_their_own_database_where_none_is_served(home):
    assert kakou(home, "migrate").returncode == 0
    assert kakou(home, "migrate", "--check").stdout == "nothing to do\n"
    assert kakou(home, "audit", "verify").returncode == 0
    assert not (home / "pg" / "postmaster.pid").exists(), "and put it away again"


def test_a_word_that_is_no_command_is_refused_without_a_traceback(home):
    wrong = kakou(home, "nonsense")
    assert wrong.returncode == 2
    assert "No such command" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_refusal_is_worded_in_the_language_of_the_reader(home):
    assert "还没有" in kakou(home, "audit", "verify", KAKOU_LANG="zh").stderr


def test_a_database_that_does_not_answer_is_told_in_one_line(home):
    away = kakou(home, "migrate", DATABASE_URL="postgresql://boss:x@127.0.0.1:1/kakou")
    assert away.returncode == 2
    assert "does not answer" in away.stderr
    assert "Traceback" not in away.stderr


def test_a_database_that_is_being_made_is_told_in_one_line(home, monkeypatch):
    assert kakou(home, "migrate").returncode == 0
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = home / "s"
    with at_hand(home, folder), psycopg.connect(host=str(folder), dbname="kakou", user="kakou_owner") as owner:
        owner.execute("drop table drill_settlement")
        owner.execute("comment on database kakou is null")
    early = kakou(home, "drill", "--people", "40")
    assert early.returncode == 2
    assert early.stderr.startswith("The database is not of this version yet.")
    assert "Traceback" not in early.stderr
