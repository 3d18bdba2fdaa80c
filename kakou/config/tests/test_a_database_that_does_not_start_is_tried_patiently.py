"""A database that cannot start costs no busy loop, says why, comes back by itself, and never holds up a stop."""

import time

import pytest
from structlog.testing import capture_logs

from kakou.config.processes import Patience
from kakou.config.serving import Installation
from kakou.config.tests.conftest import QUICK, ask, kill, until


@pytest.fixture
def installation(cluster, home):
    made = Installation(home, home / "s", host="127.0.0.1", port=1, stopped=lambda: False)
    made.database = cluster(log=home / "pg.log")
    made.database.start()
    return made


def test_waits_grow_and_are_forgiven():
    patience = Patience()
    waits = [patience.died(0.0, lived=1.0) for _ in range(12)]
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]
    assert waits[-1] == 30.0
    assert patience.died(100.0, lived=61.0) == 0.5
    assert patience.not_before == 100.5


def test_it_is_tried_seldom_with_the_reason_told_until_it_starts(installation):
    database = installation.database
    settings = database.data / "postgresql.auto.conf"
    good = settings.read_text()
    settings.write_text("no_such_setting = 1\n")
    kill(database.process.pid)
    until(lambda: not database.alive)
    with capture_logs() as told:
        until_then = time.monotonic() + 2
        while time.monotonic() < until_then:
            installation.look()
            time.sleep(0.05)
    tries = [line["why"] for line in told if line["event"] == "the database does not start"]
    assert 1 <= len(tries) <= 4
    assert "no_such_setting" in tries[0]
    settings.write_text(good)
    until(lambda: installation.look() or database.alive)
    assert ask(database, "select 1") == [(1,)]


def test_a_database_that_goes_on_dying_is_started_less_and_less(installation):
    for _ in range(4):
        kill(installation.database.process.pid)
        until(lambda: not installation.database.alive)
        until(lambda: installation.look() or installation.database.alive)
    assert installation.patience.deaths == 4
    assert installation.patience.not_before - installation.database_since > 2


def test_a_recovery_that_takes_for_ever_does_not_hold_up_who_asked_to_stop(cluster):
    first = cluster()
    first.start()
    first.stop()
    (first.data / "recovery.signal").touch()
    asked = time.monotonic() + 1
    slow = cluster(settings={**QUICK, "restore_command": "sleep 600"}, stopped=lambda: time.monotonic() > asked)
    slow.start()
    assert slow.alive
    slow.stop(patience=20)
    assert time.monotonic() - asked < 30
