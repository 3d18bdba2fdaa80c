"""pytest plugin (-p, so that it runs before settings load): the database server of the tests.

A private PostgreSQL under our own supervisor, of the machine or (KAKOU_PG=wheel) of the wheel; or, with DATABASE_URL,
an external server. The tests run as the role kakou_pages under the real walls.

Every xdist worker has a server of its own: what may be folded is what no open transaction *of the whole server* can
still precede, so a test in one database would wait for a transaction that a test in another holds open.
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
CONTROLLER = "KAKOU_TEST_HOME" not in os.environ  # workers inherit the environment
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if CONTROLLER:
    os.environ["KAKOU_TEST_HOME"] = tempfile.mkdtemp(prefix="kkt")
    # one for all workers: on an external server the roles' passwords are derived from it
    os.environ["KAKOU_SECRET"] = "only-for-tests-" + "x" * 40
HOME = Path(os.environ["KAKOU_TEST_HOME"]) / WORKER
HOME.mkdir(exist_ok=True)
HOME.chmod(0o711)
Path(os.environ["KAKOU_TEST_HOME"]).chmod(0o711)
os.environ |= {"KAKOU_HOME": str(HOME), "KAKOU_PG_SOCKET": str(HOME / "s"), "KAKOU_KEYS": str(HOME / "keys")}
SERVER: PrivatePostgres | None = None


def pytest_configure(config: pytest.Config) -> None:
    """Start the server where tests run: in each worker, or in the controller when it runs them itself."""
    global SERVER
    if config.option.collectonly or (not WORKER and config.getoption("numprocesses", None)):
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
