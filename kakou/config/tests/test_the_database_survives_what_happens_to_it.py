"""kill -9, stale pid files, a start that was cut short, a second supervisor: nothing committed is lost."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from kakou.config.postgres import DataInUse
from kakou.config.postgres.at_hand import answers, on_its_way_out
from kakou.config.postgres.orphans import living
from kakou.config.tests.conftest import ask, gone, kill, until

ROOT = Path(__file__).parents[3]
# stands in for `kakou serve`: starts the cluster of its argument, says the server's pid, waits to be killed
SUPERVISOR = """
import sys, time
from pathlib import Path
from kakou.config.postgres import PrivatePostgres
home = Path(sys.argv[1])
postgres = PrivatePostgres(home / "pg", home / "s", settings={"max_connections": "20", "shared_buffers": "16MB"})
print("starting", flush=True)
postgres.start()
print(postgres.process.pid, flush=True)
time.sleep(600)
"""


def supervise(home, kind):
    """Start SUPERVISOR; the process, which has said that it is starting."""
    env = {**os.environ, "KAKOU_PG": kind}
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(home)], stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
    )
    assert process.stdout.readline() == "starting\n"
    return process


def remember(postgres):
    ask(postgres, "create table kept (i int)")
    ask(postgres, "insert into kept select generate_series(1, 1000)")


def remembered(postgres):
    return ask(postgres, "select count(*) from kept") == [(1000,)]


def cut_off(connection):
    """Work until the server is gone."""
    with contextlib.suppress(psycopg.Error):
        connection.execute("select pg_sleep(600)")


def test_it_listens_on_its_socket_only_and_keeps_rows_over_a_restart(cluster):
    postgres = cluster()
    postgres.start()
    remember(postgres)
    assert ask(postgres, "show listen_addresses") == [("",)]
    assert postgres.socket.stat().st_mode & 0o077 == 0
    assert postgres.data.stat().st_mode & 0o077 == 0
    postgres.stop()
    assert not postgres.alive
    postgres.start()
    assert remembered(postgres)


def test_kill_9_of_every_process_loses_nothing(cluster):
    postgres = cluster()
    postgres.start()
    remember(postgres)
    kill(*living(postgres.data))
    until(lambda: not postgres.alive)
    postgres.restart()
    assert remembered(postgres)


def test_kill_9_of_the_postmaster_alone_waits_for_what_it_left_behind(cluster):
    postgres = cluster()
    postgres.start()
    remember(postgres)
    with psycopg.connect(host=str(postgres.socket), user="postgres", dbname="postgres") as busy:
        writing = threading.Thread(target=cut_off, args=(busy,))
        writing.start()
        kill(postgres.process.pid)
        until(lambda: not postgres.alive)
        postgres.restart()
        writing.join()
    assert remembered(postgres)


def test_it_is_dead_within_a_second_of_its_supervisor_and_starts_at_once_again(cluster, home, kind):
    supervisor = supervise(home, kind)
    server = int(supervisor.stdout.readline())
    supervisor.kill()
    supervisor.communicate()
    until(lambda: gone(server), seconds=5)
    cluster().start()


def test_a_supervisor_may_be_killed_and_followed_in_the_same_moment(cluster, home, kind):
    supervisor = supervise(home, kind)
    supervisor.stdout.readline()
    supervisor.kill()
    supervisor.communicate()
    cluster().start()


def test_a_first_start_that_was_cut_short_is_done_again(cluster, home, kind):
    supervisor = supervise(home, kind)
    until(lambda: [*home.glob("pg.making-*/PG_VERSION"), *home.glob("pg/PG_VERSION")])
    supervisor.kill()
    supervisor.communicate()
    postgres = cluster()
    postgres.start()
    remember(postgres)
    assert remembered(postgres)


def test_a_pid_file_that_names_somebody_elses_process_is_no_obstacle(cluster):
    postgres = cluster()
    postgres.start()
    remember(postgres)
    told = (postgres.data / "postmaster.pid").read_text().splitlines()
    postgres.stop()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        file = postgres.data / "postmaster.pid"
        file.write_text("\n".join([str(stranger.pid), *told[1:]]) + "\n")
        if postgres.user:
            os.chown(file, postgres.user.pw_uid, postgres.user.pw_gid)
        postgres.start()
        assert remembered(postgres)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_second_supervisor_is_refused_and_told_who_holds_the_data(cluster):
    postgres = cluster()
    postgres.start()
    remember(postgres)
    with pytest.raises(DataInUse, match=f"process {os.getpid()}"):
        cluster().start()
    assert remembered(postgres)


def test_settings_of_the_shell_do_not_move_it(cluster, monkeypatch):
    for name, value in {"PGPORT": "7777", "PGDATA": "/nowhere", "LC_ALL": "tlh_KX", "PGHOST": "example.org"}.items():
        monkeypatch.setenv(name, value)
    postgres = cluster()
    postgres.start()
    for name in ("PGPORT", "PGHOST"):
        monkeypatch.delenv(name)
    assert ask(postgres, "show lc_messages") == [("C",)]


def test_a_command_does_not_rely_on_a_server_whose_supervisor_was_just_killed(home, kind):
    """It still answers for a moment; a command that took it for served would lose it half-way."""
    process = supervise(home, kind)
    postmaster = int(process.stdout.readline())
    assert not on_its_way_out(home)
    os.kill(postmaster, signal.SIGSTOP)  # that moment, held still
    kill(process.pid)
    process.communicate()
    assert answers(home / "s")
    assert on_its_way_out(home)
    os.kill(postmaster, signal.SIGCONT)
    until(lambda: gone(postmaster))
