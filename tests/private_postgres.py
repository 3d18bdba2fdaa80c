"""pytest plugin (-p, so that it runs before settings load): one database server for all xdist workers.

A private PostgreSQL under our own supervisor, of the machine or (KAKOU_PG=wheel) of the wheel; or, with DATABASE_URL,
an external server. The tests run as the role kakou_pages under the real walls.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kakou.config.postgres import PrivatePostgres

# a test's database need not survive a power cut
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "120"}
CONTROLLER = "KAKOU_TEST_HOME" not in os.environ  # xdist workers inherit the environment
if CONTROLLER:
    HOME = Path(tempfile.mkdtemp(prefix="kkt"))
    HOME.chmod(0o711)
    os.environ |= {"KAKOU_TEST_HOME": str(HOME), "KAKOU_HOME": str(HOME), "KAKOU_PG_SOCKET": str(HOME / "s")}
    os.environ["KAKOU_KEYS"] = str(HOME / "keys")
SERVER: PrivatePostgres | None = None


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, in the controller."""
    global SERVER
    if not CONTROLLER or config.option.collectonly:
        return
    from kakou.config.bootstrap import prepare
    from kakou.config.postgres import PrivatePostgres

    if "DATABASE_URL" not in os.environ:
        SERVER = PrivatePostgres(HOME / "pg", HOME / "s", settings=FAST)
        SERVER.start()
    prepare(HOME / "s", testing=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it and leave nothing behind."""
    if SERVER:
        SERVER.stop()
    if CONTROLLER:
        shutil.rmtree(HOME, ignore_errors=True)
