"""Making a backup: everything as of one moment, sealed part by part, the list of parts last."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kakou.backup.database import reading
from kakou.backup.database.server import Server
from kakou.backup.database.tally import Tally
from kakou.backup.repository import Repository
from kakou.backup.repository.manifest import File, Manifest, Part, Table, id_at
from kakou.kernel.site import FILE as SITE

Progress = Callable[[str, int], None]
"""Told (what, bytes) of every piece of work."""
# beside the database: the authority that phones trust, signed ends of the audit, what the site is called and its zone.
# Not the secret: all that hangs on it lasts hours, and a new one is made
BESIDE = ("tls", "heads", SITE)


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of the data keys that live, and of those destroyed."""

    living: tuple[str, ...]
    destroyed: tuple[str, ...]


@dataclass
class Taken:
    """A backup that was made, how many of its bytes are new in the folder and how many were there."""

    manifest: Manifest
    written: int
    known: int


class _Counting:
    """Puts contents into the folder and counts."""

    def __init__(self, repository: Repository, progress: Progress) -> None:
        self.repository, self.progress = repository, progress
        self.written = self.known = 0

    def put(self, what: str, plain: bytes) -> Part:
        part, new = self.repository.put(plain)
        self.written, self.known = self.written + new * len(plain), self.known + (not new) * len(plain)
        self.progress(what, len(plain))
        return part


def take(
    server: Server, repository: Repository, home: Path, *, keys: Keys, at: dt.datetime, progress: Progress
) -> Taken:  # fmt: skip
    """Back up the database and what lies beside it in `home`. Killed anywhere, nothing that was whole is lost, and the
    next run writes only the parts that are not there.

    Raises FolderBusy, DiskFull, ToolFailed, and psycopg.Error where the database goes away.
    """
    with repository.alone():
        put = _Counting(repository, progress)
        with reading.moment(server) as moment:
            before = put.put("schema", server.schema("pre-data", moment.snapshot, moment.major))
            after = put.put("schema", server.schema("post-data", moment.snapshot, moment.major))
            tables = [_table(moment, name, columns, put) for name, columns in reading.tables(moment.connection)]
            counters = reading.sequences(moment.connection)
        files = [File(path, mode, put.put(path, content)) for path, mode, content in beside(home)]
        made = Manifest(
            id=id_at(at), at=at, database=server.database, major=moment.major, size=moment.size, before=before,
            after=after, tables=tables, sequences=counters, files=files, keys=list(keys.living),
            destroyed=list(keys.destroyed),
        )  # fmt: skip
        repository.finish(made)
    return Taken(made, put.written, put.known)


def _table(moment: reading.Moment, name: str, columns: list[str], put: _Counting) -> Table:
    tally = Tally()
    found: Iterable[bytes] = ()
    if name not in reading.EMPTIED:
        found = reading.rows(moment.connection, name, columns, tally)
    parts = [put.put(name, content) for content in found]
    return Table(name, columns, tally.rows, tally.total, parts)


def beside(home: Path) -> Iterator[tuple[str, int, bytes]]:
    """(path below `home`, mode, content) of the files that belong to an installation and lie in no database."""
    for name in BESIDE:
        top = home / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(home)), stat.S_IMODE(path.stat().st_mode), path.read_bytes()
