"""An index with ids as they came, in a folder of its own: `stays` is the engine's, beside it what numbers stand for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from kakou.tracing.engine import Damaged, TraceIndex
from kakou.tracing.engine.columns import EPOCH, NONE, Segment
from kakou.tracing.engine.folder import MANIFEST
from kakou.tracing.sources.files import Gathered
from kakou.tracing.sources.ids import Ids
from kakou.tracing.sources.moments import midnights
from kakou.tracing.sources.refusing import SourceUnfit

STAYS, PERSONS, PLACES = "stays", "persons.parquet", "places.parquet"
IS_THERE = "%(folder)s is there and not empty. Name a folder that is not there yet."
NO_INDEX = "%(folder)s holds no index. Make one: kakou trace index %(folder)s --stays FILE"
DAMAGED = "%(folder)s is not what was written. Make it again: kakou trace index"


@dataclass(frozen=True, slots=True)
class Laid:
    """What was laid down."""

    stays: int
    persons: int
    places: int
    segments: int
    bytes: int


@contextmanager
def whole_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder beside, for its owner only, that takes the name of `folder` when the block has ended well; else it is
    deleted. Raises SourceUnfit if `folder` is there with something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SourceUnfit(IS_THERE, folder=str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield beside
        beside.replace(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def lay_down(
    stays: Gathered, folder: Path, *, by_day: ZoneInfo | None = None, progress: Callable[[float], None] = lambda _: None
) -> Laid:
    """Writes an index of the stays to a folder that is not there yet: one segment, or one for each day of a zone, of
    which each can be replaced or dropped by itself.
    """
    with whole_or_nothing(folder) as beside:
        index = TraceIndex.open(beside / STAYS)
        spans = list(_spans(stays, by_day))
        order = np.argsort(stays.enter, kind="stable")
        ends = np.searchsorted(stays.enter[order], [end for _, end in spans])
        for number, span in enumerate(spans):
            rows = order[ends[number - 1] if number else 0 : ends[number]]
            if len(rows):
                taken = (column[rows] for column in (stays.person, stays.place, stays.enter, stays.leave))
                index.append_day(*taken, certain=stays.certain[rows], span=span)
            progress((number + 1) / len(spans))
        for name, ids in ((PERSONS, stays.persons), (PLACES, stays.places)):
            if ids.texts is not None:
                pa.parquet.write_table(pa.table({"id": ids.texts}), beside / name, compression="zstd")
                (beside / name).chmod(0o600)
    return Laid(len(index), len(index.persons), len(index.places), len(index.days), index.nbytes)


def take_up(folder: Path) -> tuple[TraceIndex, Ids, Ids]:
    """The index of a folder, and what its persons and places stand for; a folder of the engine alone is taken too.
    Raises SourceUnfit.
    """
    stays = folder if (folder / MANIFEST).exists() else folder / STAYS
    if not (stays / MANIFEST).exists():
        raise SourceUnfit(NO_INDEX, folder=str(folder))
    try:
        return TraceIndex.open(stays), _ids(folder / PERSONS), _ids(folder / PLACES)
    except (Damaged, pa.ArrowException) as damage:
        raise SourceUnfit(DAMAGED, folder=str(folder)) from damage


def stays_of(index: TraceIndex, persons: Ids, places: Ids) -> Gathered:
    """All stays of an index, day after day."""
    parts = [_rows_of(index, day.segment) for day in index.days] or [_rows_of(index, NONE)]
    person, place, enter, leave, certain = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Gathered(person, place, enter, leave, certain, persons, places)


def _rows_of(index: TraceIndex, segment: Segment) -> tuple[Any, ...]:
    place = np.repeat(np.arange(len(segment.places) - 1), np.diff(segment.places[:, 0]))
    return (
        index.persons.ids[segment.who >> 1], index.places.ids[place], segment.enter.astype(np.int64) + EPOCH,
        segment.leave.astype(np.int64) + EPOCH, segment.who & 1 == 0,
    )  # fmt: skip


def _spans(stays: Gathered, zone: ZoneInfo | None) -> Iterator[tuple[int, int]]:
    if len(stays) == 0:
        return
    first, last = int(stays.enter.min()), int(stays.enter.max())
    if zone is None:
        yield first, last + 1
        return
    begins = midnights(first, last, zone)
    yield from pairwise(begins)


def _ids(file: Path) -> Ids:
    texts: Any = pa.parquet.read_table(file).column("id").combine_chunks() if file.exists() else None
    return Ids(texts)
