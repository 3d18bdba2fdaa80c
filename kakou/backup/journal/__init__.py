"""What became of every backup, drill and restore: a file beside the database, which a restore does not take back.

<home>/backups.json             since when there is anything to back up, the last hundred runs, and of each kind and
                                folder the last that went well
<home>/backups.json.damaged     one that could not be read
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
DAMAGED = FILE + ".damaged"
KEPT = 100


class Journal(msgspec.Struct, frozen=True):
    """Since when, and the runs, the oldest first."""

    since: dt.datetime
    runs: list[Run] = msgspec.field(default_factory=list)


def read(home: Path, *, at: dt.datetime) -> Journal:
    """The journal; one that begins at `at` where none was written yet. A damaged one begins when it was last written:
    what is due since then is done, and told until it is."""
    content = files.read_if_there(home / FILE)
    if content is None:
        return Journal(at)
    return _decoded(content) or Journal(dt.datetime.fromtimestamp((home / FILE).stat().st_mtime, dt.UTC))


def begin(home: Path, *, at: dt.datetime) -> Journal:
    """The journal, begun at `at` where there is none."""
    if not (home / FILE).exists():
        files.write_once(home / FILE, msgspec.json.encode(Journal(at)))
    return read(home, at=at)


def add(home: Path, run: Run) -> None:
    """Write down what became of a run."""
    with locked(home, fcntl.LOCK_EX):
        known = read(home, at=run.began)
        content = files.read_if_there(home / FILE)
        if content is not None and _decoded(content) is None:
            files.replace(home / DAMAGED, content)
        files.replace(home / FILE, msgspec.json.encode(Journal(known.since, _kept([*known.runs, run]))))


def _kept(runs: list[Run]) -> list[Run]:
    """However often it fails, or one kind comes, when each went well last with each folder is known. What a clock that
    ran ahead has dated is not that."""
    told = sorted((run for run in runs if run.well and run.began <= runs[-1].began), key=lambda run: run.began)
    well = {(run.kind, run.folder): run for run in told}.values()
    return [run for run in runs[:-KEPT] if run in well] + runs[-KEPT:]


def _decoded(content: bytes) -> Journal | None:
    try:
        return msgspec.json.decode(content, type=Journal)
    except ValueError:  # of msgspec, and of bytes that are no text
        return None
