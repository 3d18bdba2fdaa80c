"""Putting a backup into a database of its own, beside whatever is there, and comparing it.

Killed anywhere, the next run goes on from the last part that is in.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from kakou.backup.database import reading
from kakou.backup.database.loading import Filling, prepare
from kakou.backup.database.server import Connection, Server
from kakou.backup.repository import Repository
from kakou.backup.repository.manifest import Manifest
from kakou.backup.repository.refusals import BackupTrouble
from kakou.backup.work.checking import Unequal, require_equal
from kakou.kernel.site import FILE as SITE
from kakou.kernel.site import Site, site_in
from kakou.vault.keys import files

Progress = Callable[[str, int], None]
PARTLY = 1.2  # of the database's size at that time: indexes are built anew, and write-ahead files grow meanwhile


class ServerOlder(BackupTrouble):
    """The backup was made on a newer PostgreSQL."""

    code = "restore-server-older"


class NoRoom(BackupTrouble):
    """Not enough space for a second database."""

    code = "restore-no-room"
    status = 507


def restore(
    server: Server, repository: Repository, manifest: Manifest, name: str, *, data: Path | None, progress: Progress
) -> None:
    """Fill the database `name` from a backup and compare every table with it. `data`: where the server keeps its files,
    None for a server elsewhere.

    Raises ServerOlder, NoRoom, PartDamaged, Unequal. Nothing else than the database `name` is touched.
    """
    with server.connect("postgres") as admin:
        _require_version(admin, manifest)
    if not prepare(server, name):
        return  # it is filled and compared: it only waits to be used
    with server.connect(name) as connection:
        filling = Filling(connection)
        _require_room(manifest, filling, data)
        filling.run("before", repository.get(manifest.before))
        for table in manifest.tables:
            for number, part in enumerate(table.parts):
                step = f"{table.name} {number}"
                if not filling.is_done(step):
                    filling.fill(step, table, repository.get(part))
                progress(table.name, part.size)
        filling.run("after", repository.get(manifest.after))
        for counter in manifest.sequences:
            filling.set_counter(counter)
        compare(connection, manifest, progress=progress)
        filling.end()


def compare(connection: Connection, manifest: Manifest, *, progress: Progress) -> None:
    """Count and add up the rows of every table in a database. Raises Unequal."""
    wanted = {table.name: table for table in manifest.tables}
    found = dict(reading.tables(connection))
    if wanted.keys() != found.keys():
        odd = ", ".join(sorted(wanted.keys() ^ found.keys()))
        raise Unequal("The database has other tables than the backup: %(tables)s. Nothing was replaced.", tables=odd)
    for name, table in wanted.items():
        require_equal(name, (table.rows, table.total), reading.tallied(connection, name, table.columns))
        progress(name, sum(part.size for part in table.parts))
    if reading.sequences(connection) != manifest.sequences:
        raise Unequal("The counters are not those that were backed up. Nothing was replaced. Restore again.")


def put_back_files(repository: Repository, manifest: Manifest, home: Path) -> list[str]:
    """Files beside the database that are not there; which were put back. What is there is left alone."""
    written = []
    for file in manifest.files:
        path = home / file.path
        if path.exists() or not path.resolve().is_relative_to(home.resolve()):
            continue
        files.make_folder(path.parent)
        files.replace(path, repository.get(file.part))
        path.chmod(file.mode)
        written.append(file.path)
    return written


def site_of(repository: Repository, manifest: Manifest) -> Site:
    """What the site was called and its zone when the backup was made; nothing where nobody had said, or it is of a
    version that left this out."""
    return next((site_in(repository.get(file.part)) for file in manifest.files if file.path == SITE), Site())


def forget_tracing(home: Path) -> None:
    """What is made of the ledger for tracing is made anew of the ledger that was restored."""
    shutil.rmtree(home / "tracing", ignore_errors=True)


def _require_version(admin: Connection, manifest: Manifest) -> None:
    here = admin.info.server_version // 10_000
    if here < manifest.major:
        raise ServerOlder(
            "The backup was made by PostgreSQL %(theirs)d, this server is %(ours)d. Restore with PostgreSQL %(theirs)d "
            "or newer (KAKOU_PG_BIN names the folder of its programs).",
            theirs=manifest.major,
            ours=here,
        )


def _require_room(manifest: Manifest, filling: Filling, data: Path | None) -> None:
    if data is None or filling.is_done("before"):
        return
    free, needed = shutil.disk_usage(data).free, manifest.size * PARTLY
    if free < needed:
        raise NoRoom(
            "A restored database needs %(needed)d MB beside the present one, and %(free)d MB are free in %(data)s. "
            "Free some space and run the command again.",
            needed=needed // 1_000_000,
            free=free // 1_000_000,
            data=str(data),
        )
