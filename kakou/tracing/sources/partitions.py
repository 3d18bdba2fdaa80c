"""Stays as folders of Parquet that a cluster shares among its machines: day=2021-08-10/bucket=07/part-0.parquet.

Columns: person, a code drawn for this writing that means nothing outside of it; place, as it came; enter and leave,
seconds of the epoch; certain. A stay lies whole in the day in which it was entered. Within a file rows are sorted by
(place, enter), so that what Parquet notes of each block lets a reader skip it.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet

from kakou.tracing.sources.files import Gathered
from kakou.tracing.sources.ids import Ids, Int64
from kakou.tracing.sources.moments import midnights

BUCKETS = 16
_DELTA = {"enter": "DELTA_BINARY_PACKED", "leave": "DELTA_BINARY_PACKED"}


@dataclass(frozen=True, slots=True)
class Partitioned:
    """What was written."""

    stays: int
    persons: int
    places: int
    days: int
    files: int
    bytes: int


def spread_out(
    stays: Gathered, folder: Path, *, zone: ZoneInfo, buckets: int = BUCKETS, draw: Callable[[int], bytes],
    progress: Callable[[float], None] = lambda _: None,
) -> Partitioned:  # fmt: skip
    """Writes all stays into a folder that is there and empty. `draw` gives so many random bytes, of the kind that
    nobody can foretell: the codes of persons are a permutation made of them and kept nowhere.
    """
    kept, place_of = np.unique(stays.place, return_inverse=True)
    persons, codes = _fresh_codes(stays.person, draw)
    bucket = _buckets(kept, stays.places, buckets)[place_of]
    days = midnights(int(stays.enter.min()), int(stays.enter.max()), zone) if len(stays) else []
    day = np.searchsorted(days, stays.enter, side="right") - 1
    order = np.lexsort((stays.enter, stays.place, bucket, day))
    shared = day[order] * buckets + bucket[order]
    begins = np.flatnonzero(np.diff(shared, prepend=-1))
    size = 0
    for number, (begin, end) in enumerate(pairwise([*begins, len(order)])):
        rows = order[begin:end]
        named = f"day={dt.datetime.fromtimestamp(days[day[rows[0]]], zone).date()}"
        size += _write(folder / named / f"bucket={bucket[rows[0]]:02}", stays, codes[rows], rows)
        progress((number + 1) / len(begins))
    return Partitioned(len(stays), persons, len(kept), len(np.unique(day)), len(begins), size)


def _fresh_codes(person: Int64, draw: Callable[[int], bytes]) -> tuple[int, Int64]:
    """How many persons there are, and a code for each row's."""
    known, which = np.unique(person, return_inverse=True)
    keys = np.frombuffer(draw(16 * len(known)), np.uint64).reshape(-1, 2)
    codes = np.empty(len(known), np.int64)
    codes[np.lexsort(keys.T)] = np.arange(len(known))
    return len(known), codes[which]


def _buckets(places: Int64, told: Ids, buckets: int) -> npt.NDArray[np.int64]:
    """crc32 of the place as text, modulo `buckets`: what Spark SQL says by pmod(crc32(cast(place as string)), n)."""
    names = (str(name).encode() for name in told.told(places).to_pylist())
    return np.fromiter((zlib.crc32(name) % buckets for name in names), np.int64, len(places))


def _write(folder: Path, stays: Gathered, codes: Int64, rows: npt.NDArray[Any]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    columns = {
        "person": codes, "place": stays.places.told(stays.place[rows]), "enter": stays.enter[rows],
        "leave": stays.leave[rows], "certain": stays.certain[rows],
    }  # fmt: skip
    file = folder / "part-0.parquet"
    pa.parquet.write_table(
        pa.table(columns), file, compression="zstd", use_dictionary=["place"], column_encoding=_DELTA
    )
    return file.stat().st_size
