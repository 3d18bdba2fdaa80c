"""The server that holds the database, reached as whoever sees all of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kakou.backup.repository.refusals import BackupTrouble

# what is read is text that means the same on every server; a scan begins where the table begins, so that parts stay
# the same from one backup to the next; a wall that would hide rows is an error
SESSION = (
    "-c synchronize_seqscans=off -c row_security=off -c datestyle=ISO -c intervalstyle=postgres -c timezone=UTC"
    " -c bytea_output=hex -c extra_float_digits=1 -c statement_timeout=0 -c lock_timeout=0"
    " -c idle_in_transaction_session_timeout=0"
)
# of psql and not of SQL, and another at every run; a setting that servers before 17 do not know
NOT_KEPT = (b"\\restrict", b"\\unrestrict", b"SET transaction_timeout")
Connection = psycopg.Connection[tuple[object, ...]]


class ToolFailed(BackupTrouble):
    """pg_dump said no."""

    code = "backup-tool-failed"


@dataclass(frozen=True, slots=True)
class Server:
    """`conninfo` without a database, the `database` of this installation, `programs`, the folder of PostgreSQL's
    programs for a server of some major version, and `create`, which makes an empty database of a name with the roles
    that Kakou needs.
    """

    conninfo: str
    database: str
    programs: Callable[[int], Path]
    create: Callable[[str], None]

    def connect(self, database: str = "", *, autocommit: bool = True) -> Connection:
        """To `database`, else to that of this installation."""
        told = make_conninfo(self.conninfo, dbname=database or self.database, options=SESSION)
        return psycopg.connect(told, autocommit=autocommit)

    def schema(self, section: str, snapshot: str, major: int) -> bytes:
        """The SQL of `pre-data` or `post-data` as of a snapshot exported by this server of version `major`. Raises
        ToolFailed.
        """
        parts = conninfo_to_dict(self.conninfo)
        password = parts.pop("password", None)
        told = make_conninfo("", **{**parts, "dbname": self.database})
        argv = [
            str(self.programs(major) / "pg_dump"),
            "--schema-only",
            f"--section={section}",
            f"--snapshot={snapshot}",
        ]
        done = subprocess.run(
            [*argv, "--no-password", f"--dbname={told}"], capture_output=True, check=False,
            env={**os.environ, "LC_ALL": "C", **({"PGPASSWORD": str(password)} if password else {})},
        )  # fmt: skip
        if done.returncode:
            raise ToolFailed(
                "pg_dump failed: %(why)s. It must be of the server's version or newer (KAKOU_PG_BIN).",
                why=done.stderr.decode(errors="replace").strip()[-400:],
            )
        lines = done.stdout.splitlines(keepends=True)
        return b"".join(line for line in lines if not line.startswith(NOT_KEPT))


def names_like(connection: Connection, database: str) -> list[str]:
    """Databases whose name begins so."""
    found = connection.execute("select datname from pg_database where starts_with(datname, %s) order by 1", [database])
    return [str(name) for (name,) in found.fetchall()]


def drop(connection: Connection, database: str) -> None:
    """Remove a database, whoever is in it."""
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))
