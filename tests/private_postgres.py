"""pytest plugin (-p, so that it runs before settings load): one private PostgreSQL for all xdist workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "listen_addresses": "",
}
ROLES = {"kakou_owner": "createdb", "kakou_pages": "", "kakou_lane": "", "kakou_worker": ""}
OWNER = "KAKOU_TEST_HOME" not in os.environ  # the controller; xdist workers inherit the environment
if OWNER:
    HOME = Path(tempfile.mkdtemp(prefix="kkt"))
    HOME.chmod(0o711)
    os.environ |= {"KAKOU_TEST_HOME": str(HOME), "KAKOU_HOME": str(HOME), "KAKOU_PG_SOCKET": str(HOME / "s")}
    os.environ["KAKOU_KEYS"] = str(HOME / "keys")
SERVER: subprocess.Popen[bytes] | None = None


def pytest_configure(config: pytest.Config) -> None:
    global SERVER
    if not OWNER or config.option.collectonly:
        return
    bindir = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    for folder in (HOME / "pg", HOME / "s"):
        folder.mkdir(mode=0o700)
        shutil.chown(folder, "postgres")
    subprocess.run(
        [bindir / "initdb", "-D", HOME / "pg", "-U", "postgres", "-A", "trust", "--locale=C", "-E", "UTF8"],
        check=True,
        user="postgres",
        cwd="/",
        stdout=subprocess.DEVNULL,
    )
    options = [part for key, value in FAST.items() for part in ("-c", f"{key}={value}")]
    SERVER = subprocess.Popen(
        [bindir / "postgres", "-D", HOME / "pg", "-k", HOME / "s", *options],
        user="postgres",
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    import psycopg

    for _ in range(200):
        try:
            with psycopg.connect(host=str(HOME / "s"), user="postgres", autocommit=True) as c:
                for role, more in ROLES.items():
                    c.execute(f"create role {role} login {more}")
                c.execute("create database kakou owner kakou_owner")
            return
        except psycopg.OperationalError:
            time.sleep(0.1)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER:
        SERVER.terminate()
        SERVER.wait(20)
        shutil.rmtree(HOME, ignore_errors=True)
