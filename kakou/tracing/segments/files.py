"""Where segments lie, and what of that needs no engine: the lock, the stamps, and deleting what was destroyed.

    tracing/index/        the engine's folder: `<begin>-<end>-<hash>.seg` for each day, ids, manifest
    tracing/stamps.json   day → stamp of when its segment was written: the same stands in `tracing_builtday`
    tracing/lock          held by who writes

Nothing here names anybody, and none of it belongs into a backup: all follows from the ledger.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from kakou.tracing.segments.days import Span, span
from kakou.web.queries import site_zone


def home() -> Path:
    """The folder of all of it, made for its owner alone."""
    path: Path = settings.HOME / "tracing"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def index() -> Path:
    """The engine's folder; the engine makes it."""
    return home() / "index"


@contextmanager
def held() -> Iterator[None]:
    """One process at a time writes; a second one waits."""
    with os.fdopen(os.open(home() / "lock", os.O_RDWR | os.O_CREAT, 0o600), "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_stamps() -> dict[dt.date, UUID]:
    """What was last written; of files that cannot be read nothing is known."""
    try:
        told = json.loads((home() / "stamps.json").read_bytes())
        return {dt.date.fromisoformat(day): UUID(stamp) for day, stamp in told.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_stamps(stamps: Mapping[dt.date, UUID]) -> None:
    """For good when it returns, and in one step."""
    beside = home() / "stamps.json.new"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({day.isoformat(): stamp.hex for day, stamp in sorted(stamps.items())}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(home() / "stamps.json")


def delete(days: Iterable[dt.date]) -> int:
    """Delete the files of these days at once, half-written ones too; how many that were. The engine finds them missing
    when it opens the folder, and the days are built from what the ledger still holds.
    """
    zone, gone = site_zone(), 0
    spans = [span(day, zone) for day in days]
    for file in list(index().glob("*.seg*")):
        if any(_overlap(_span_of(file), one) for one in spans):
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def _span_of(file: Path) -> Span:
    begin, end = file.name.replace("--", "-~").split("-")[:2]  # before 1970 they are below zero
    return int(begin.replace("~", "-")), int(end.replace("~", "-"))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
