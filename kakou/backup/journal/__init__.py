"""What became of every backup, drill and restore: a file beside the database, which a restore does not take back.

<home>/backups.json       since when there is anything to back up, and the last hundred runs
"""

from __future__ import annotations

import datetime as dt
import fcntl
from pathlib import Path

import msgspec

from kakou.backup.rules import Run
from kakou.vault.keys import files
from kakou.vault.keys.masters import locked

FILE = "backups.json"
KEPT = 100


class Journal(msgspec.Struct, frozen=True):
    """Since when, and the runs, the oldest first."""

    since: dt.datetime
    runs: list[Run] = msgspec.field(default_factory=list)


def read(home: Path, *, at: dt.datetime) -> Journal:
    """The journal; one that begins at `at` where none was written yet, or where it is damaged."""
    content = files.read_if_there(home / FILE)
    if content is None:
        return Journal(at)
    try:
        return msgspec.json.decode(content, type=Journal)
    except msgspec.DecodeError:
        return Journal(at)


def begin(home: Path, *, at: dt.datetime) -> Journal:
    """The journal, begun at `at` where there is none."""
    if not (home / FILE).exists():
        files.write_once(home / FILE, msgspec.json.encode(Journal(at)))
    return read(home, at=at)


def add(home: Path, run: Run) -> None:
    """Write down what became of a run."""
    with locked(home, fcntl.LOCK_EX):
        known = read(home, at=run.began)
        files.replace(home / FILE, msgspec.json.encode(Journal(known.since, [*known.runs, run][-KEPT:])))
