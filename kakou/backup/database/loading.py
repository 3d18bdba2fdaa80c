"""Filling an empty database, step by step; each step and the note that it is done are one transaction.

The note stands in the database that is being filled (schema `kakou_restore`), so it is true whoever is killed when.
"""

from __future__ import annotations

import hashlib

from psycopg import errors, sql

from kakou.backup.database.server import Connection, Server, drop, names_like
from kakou.backup.repository.manifest import Manifest, Sequence, Table
from kakou.backup.repository.refusals import BackupTrouble

NOTES = "create schema kakou_restore create table done (step text primary key)"
BEGAN, ENDED = "began", "ended"


class InUse(BackupTrouble):
    """Somebody is in the database that is to be replaced."""

    code = "restore-database-in-use"
    status = 409


class Filling:
    """One database that is being filled from the backup `id`: what is done in it, and one more step at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._done = {str(step) for (step,) in connection.execute("select step from kakou_restore.done").fetchall()}

    def is_done(self, step: str) -> bool:
        """Is it?"""
        return step in self._done

    def run(self, step: str, script: bytes) -> None:
        """SQL of many statements, once."""
        if step in self._done:
            return
        with self._connection.transaction():
            self._connection.execute(script)
            # the script empties the search path
            self._note(step)
        self._connection.execute("reset all")

    def fill(self, step: str, table: Table, content: bytes) -> None:
        """Rows of one part, once."""
        if step in self._done:
            return
        with self._connection.transaction():
            copy = f"copy {table.name} ({', '.join(table.columns)}) from stdin"
            with self._connection.cursor().copy(copy) as stream:
                stream.write(content)
            self._note(step)

    def set_counter(self, counter: Sequence) -> None:
        """Where a counter stands. Twice is once."""
        self._connection.execute("select setval(%s, %s, %s)", [counter.name, counter.last, counter.called])

    def end(self) -> None:
        """All is in it and was compared: the notes go, statistics come."""
        self._connection.execute("drop schema kakou_restore cascade")
        self._connection.execute("analyze")

    def _note(self, step: str) -> None:
        self._connection.execute("insert into kakou_restore.done values (%s)", [step])
        self._done.add(step)


def name_for(database: str, manifest: Manifest, purpose: str) -> str:
    """The name of the database that is filled: the same for the same backup, so that a restore can go on."""
    return f"{database[:30]}_{purpose}_{hashlib.sha256(manifest.id.encode()).hexdigest()[:8]}"


def prepare(server: Server, name: str) -> bool:
    """Make the database to fill, unless one that was begun is there; False where it is filled already."""
    with server.connect("postgres") as admin:
        there = names_like(admin, name) == [name]
    if there:
        with server.connect(name) as filled:
            if _has_notes(filled):
                return True
            (tables,) = filled.execute(
                "select count(*) from pg_class where relname = 'django_migrations'"
            ).fetchone() or (0,)
            if tables:
                return False
        with server.connect("postgres") as admin:
            drop(admin, name)  # killed between making it and its first note
    server.create(name)
    with server.connect(name) as made:
        made.execute(NOTES)
    return True


def swap(server: Server, name: str, aside: str) -> None:
    """Put the filled database in the place of the installation's, which is called `aside` from then on: both or
    neither. Raises InUse.
    """
    rename = sql.SQL("alter database {} rename to {}")
    now, new, old = sql.Identifier(server.database), sql.Identifier(name), sql.Identifier(aside)
    with server.connect("postgres") as admin:
        try:
            with admin.transaction():
                if names_like(admin, server.database)[:1] == [server.database]:
                    admin.execute(rename.format(now, old))
                admin.execute(rename.format(new, now))
        except errors.ObjectInUse as used:
            raise InUse(
                "The backup is restored and compared, and waits in the database %(name)s. Stop Kakou (Ctrl-C where "
                "`kakou serve` runs) and run the same command again: it only takes its place.",
                name=name,
            ) from used


def _has_notes(connection: Connection) -> bool:
    return connection.execute("select to_regclass('kakou_restore.done') is not null").fetchone() == (True,)
