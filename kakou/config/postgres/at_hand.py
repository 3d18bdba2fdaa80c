"""The private database for a single command, whether or not `kakou serve` runs."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kakou.config.postgres.binaries import recorded_major
from kakou.config.postgres.errors import PostgresUnavailable
from kakou.config.postgres.orphans import PROC
from kakou.config.postgres.server import PrivatePostgres


class NothingHere(PostgresUnavailable):
    """No data yet."""

    code = "nothing-here"


def answers(folder: Path) -> bool:
    """Does a server listen on the socket in `folder`?"""
    with socket.socket(socket.AF_UNIX) as knock:
        try:
            knock.connect(str(folder / ".s.PGSQL.5432"))
        except OSError:
            return False
        return True


def on_its_way_out(home: Path) -> bool:
    """Was whoever looked after the server of `home` killed? Then it answers for a moment yet, and goes."""
    try:
        holder = int((home / "pg.lock").read_text())
    except (OSError, ValueError):
        return False
    return PROC.exists() and not (PROC / str(holder)).exists()


@contextmanager
def at_hand(home: Path, folder: Path, *, may_create: bool = False) -> Iterator[None]:
    """Inside, the database of `home` answers on its socket in `folder`; one that we started is stopped at the end.

    Raises NothingHere where there is no data yet and none may be created, DataInUse while another command starts it.
    """
    if os.environ.get("DATABASE_URL") or (answers(folder) and not on_its_way_out(home)):
        yield
        return
    if not (may_create or recorded_major(home / "pg")):
        raise NothingHere(
            "There is no Kakou data in %(home)s yet. Run “kakou serve” once, or “kakou migrate”.",
            home=home,
        )
    server = PrivatePostgres(home / "pg", folder, log=home / "log" / "postgres.log")
    try:
        server.start()
        yield
    finally:
        server.stop()
