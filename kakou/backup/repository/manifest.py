"""What a backup consists of. It is written last, sealed: a backup without it is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import msgspec

_ID = "%Y-%m-%dT%H%M%SZ"


class Part(NamedTuple):
    """One sealed file by the name of its content, and how many bytes the content has."""

    name: str
    size: int


class Table(msgspec.Struct, frozen=True):
    """One table: its name as quoted SQL, its columns, how many rows, the sum of their hashes (hex), its parts."""

    name: str
    columns: list[str]
    rows: int
    total: str
    parts: list[Part]


class Sequence(msgspec.Struct, frozen=True):
    """A counter: its name as quoted SQL, its last value, and whether that was given out."""

    name: str
    last: int
    called: bool


class File(msgspec.Struct, frozen=True):
    """A file beside the database: its path below the home, its mode, its content."""

    path: str
    mode: int
    part: Part


class Manifest(msgspec.Struct, frozen=True):
    """A backup. `before` and `after`: the schema's SQL to run before and after the rows come in; `keys`: names of the
    data keys that lived at that moment, `destroyed`: of those destroyed by then."""

    id: str
    at: dt.datetime
    database: str
    major: int
    size: int
    before: Part
    after: Part
    tables: list[Table]
    sequences: list[Sequence]
    files: list[File]
    keys: list[str]
    destroyed: list[str]
    kakou: str = "backup manifest 1"

    def parts(self) -> list[Part]:
        """All that must be there, in the order in which it is restored."""
        rows = [part for table in self.tables for part in table.parts]
        return [self.before, *rows, self.after, *(file.part for file in self.files)]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables)


def write(manifest: Manifest) -> bytes:
    """JSON."""
    return msgspec.json.encode(manifest)


def read(content: bytes) -> Manifest:
    """Raises ValueError for anything else."""
    found = msgspec.json.decode(content, type=Manifest)
    if found.kakou != "backup manifest 1":
        raise ValueError(f"a manifest of another version: {found.kakou}")
    return found


def id_at(at: dt.datetime) -> str:
    """How a backup of this moment is called, in UTC: 2027-01-05T023000Z."""
    return at.astimezone(dt.UTC).strftime(_ID)


def at_of(id: str) -> dt.datetime:
    """The moment of a backup, to the second. Raises ValueError for what is no name of one."""
    return dt.datetime.strptime(id, _ID).replace(tzinfo=dt.UTC)


def newest(ids: Collection[str], at: dt.datetime) -> str:
    """Of backups the newest that was made by `at`. What a clock that ran ahead has dated is it only where there is
    nothing else; "" where there is none at all."""
    return max((id for id in ids if at_of(id) <= at), default=max(ids, default=""))


def is_id(name: str) -> bool:
    """Could a backup be called so?"""
    try:
        return id_at(at_of(name)) == name
    except ValueError:
        return False
