"""Run a command with DATABASE_URL naming a PostgreSQL that is reached over TCP with a password.

The one that DATABASE_URL names already; else one started for the purpose, on a free port of this machine, with an
administrator who may create roles and databases and nothing more, as a managed server gives.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from kakou.config.postgres import PrivatePostgres
from kakou.config.postgres.server import PEER_ONLY

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str]) -> int:
    """The command's exit code."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    home = Path(tempfile.mkdtemp(prefix="kke"))
    home.chmod(0o711)
    port = free_port()
    server = PrivatePostgres(
        home / "pg",
        home / "s",
        settings={**QUICK, "listen_addresses": "127.0.0.1", "port": str(port)},
        hba=f"{PEER_ONLY}host all all 127.0.0.1/32 scram-sha-256\n",
    )
    try:
        server.start()
        password = secrets.token_hex(16)
        with psycopg.connect(host=str(home / "s"), port=port, user="postgres", autocommit=True) as c:
            c.execute(f"create role boss login createrole createdb password '{password}'")
        url = f"postgresql://boss:{password}@127.0.0.1:{port}/kakou"
        return subprocess.run(command, check=False, env={**os.environ, "DATABASE_URL": url}).returncode
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
