"""Stays read from a file of CSV or Parquet, or a folder of Parquet, part by part."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.dataset

from kakou.tracing.sources.ids import IdColumn, Ids
from kakou.tracing.sources.moments import seconds
from kakou.tracing.sources.refusing import BACKWARDS, FAR, NO_COLUMN, NOT_SURE, UNREADABLE, CellUnfit, SourceUnfit

Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
Progress = Callable[[float], None]

COLUMNS = {name: name for name in ("person", "place", "enter", "leave")}
CERTAIN = "certain"
_BLOCK = 16 << 20  # bytes of CSV read at once
_SOONEST, _LATEST = 946_684_800 - 2**31 + 2, 946_684_800 + 2**31 - 3  # as the engine counts
_YES, _NO = ["true", "yes", "1", "t", "y"], ["false", "no", "0", "f", "n"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Stays as the engine takes them, and what the numbers of persons and places stand for."""

    person: Int64
    place: Int64
    enter: Int64
    leave: Int64
    certain: Bool
    persons: Ids
    places: Ids

    def __len__(self) -> int:
        return len(self.person)


def gather(
    path: Path,
    columns: Mapping[str, str] = COLUMNS,
    *,
    zone: ZoneInfo | None = None,
    progress: Progress = lambda _: None,
) -> Gathered:
    """All stays of a file or folder. `columns`: person, place, enter, leave and, if it is told, certain, as they are
    named there; `zone` is that of times without one; `progress` hears which share of it was read.

    Raises SourceUnfit naming the row (of CSV as a spreadsheet counts, titles first; else the first is 1), the column,
    and what to write.
    """
    taken = _Taken(columns, zone)
    with _told(path, taken):
        for part, share in _parts(path, columns):
            taken.add(part)
            progress(share)
    return taken.done()


@dataclass
class _Taken:
    columns: Mapping[str, str]
    zone: ZoneInfo | None
    rows: int = 0
    column: str = ""  # in hand
    times: dict[str, list[Int64]] = field(default_factory=lambda: {"enter": [], "leave": []})
    certain: list[Bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person, self.place = (IdColumn(self.columns[name]) for name in ("person", "place"))

    def add(self, part: Any) -> None:
        """Some rows more. Raises CellUnfit."""
        for name, ids in (("person", self.person), ("place", self.place)):
            ids.add(self._take(part, name))
        enter, leave = (
            seconds(self._take(part, name), self.zone, name=self.column, late=name == "leave")
            for name in ("enter", "leave")
        )
        _refuse_impossible(enter, leave)
        self.times["enter"].append(enter)
        self.times["leave"].append(leave)
        seen = np.ones(len(enter), bool)
        self.certain.append(_yes(self._take(part, CERTAIN)) if CERTAIN in self.columns else seen)
        self.rows += len(enter)

    def _take(self, part: Any, name: str) -> Any:
        self.column = self.columns[name]
        return part.column(self.column)

    def done(self) -> Gathered:
        """All of it."""
        (person, persons), (place, places) = self.person.done(), self.place.done()
        enter, leave = (np.concatenate([np.empty(0, np.int64), *self.times[name]]) for name in ("enter", "leave"))
        certain = np.concatenate([np.empty(0, bool), *self.certain])
        return Gathered(person, place, enter, leave, certain, persons, places)


@contextmanager
def _told(path: Path, taken: _Taken) -> Iterator[None]:
    """What is wrong, with the row and the column at which it is."""
    try:
        yield
    except CellUnfit as wrong:
        row = _row_of(path, taken.rows + wrong.at)
        raise SourceUnfit(wrong.text, row=row, column=taken.column, **wrong.params) from None
    except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError) as wrong:
        raise SourceUnfit(UNREADABLE, file=path.name, why=str(wrong).rstrip(".")[:200]) from wrong


def _parts(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[Any, float]]:
    """Record batches of the columns that were named, and the share that is read with each."""
    if is_csv(path):
        yield from _parts_of_csv(path, columns)
        return
    data = pa.dataset.dataset(path, format="parquet", partitioning="hive")
    _refuse_missing(path, data.schema.names, columns)
    rows, done = data.count_rows(), 0
    for part in data.to_batches(columns=list(columns.values()), use_threads=False):
        done += part.num_rows
        yield part, done / max(rows, 1)


def _parts_of_csv(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[Any, float]]:
    wanted = {name: pa.string() for name in columns.values()}
    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw:
        plain: Any = gzip.open(raw) if path.suffix == ".gz" else raw  # noqa: SIM115 - closed with `raw`
        titles = plain.readline().decode("utf-8-sig")
        _refuse_missing(path, next(csv.reader([titles]), []), columns)
        plain.seek(0)
        options = pa.csv.ConvertOptions(column_types=wanted, include_columns=list(wanted), strings_can_be_null=False)
        with pa.csv.open_csv(plain, pa.csv.ReadOptions(block_size=_BLOCK), convert_options=options) as parts:
            for part in parts:
                yield part, min(raw.tell() / size, 1.0)


def is_csv(path: Path) -> bool:
    """By its name; whatever else there is is taken for Parquet."""
    return path.name.lower().endswith((".csv", ".csv.gz"))


def _refuse_missing(path: Path, there: list[str], columns: Mapping[str, str]) -> None:
    for name, column in columns.items():
        if column not in there:
            told = {"file": path.name, "column": column, "there": ", ".join(there), "option": f"--{name}-col"}
            raise SourceUnfit(NO_COLUMN, **told)


def _refuse_impossible(enter: Int64, leave: Int64) -> None:
    """The column in hand is that of the leave."""
    for wrong, text in (((enter < _SOONEST) | (leave > _LATEST), FAR), (leave < enter, BACKWARDS)):
        if wrong.any():
            at = int(wrong.argmax())
            raise CellUnfit(at, text, value=int(leave[at]), enter=int(enter[at]))


def _yes(values: Any) -> Bool:
    """Whether each of a column says yes. Raises CellUnfit."""
    words = pc.utf8_lower(pc.coalesce(pc.cast(values, pa.string()), ""))
    yes, no = (pc.is_in(words, pa.array(told)) for told in (_YES, _NO))
    unsure = pc.invert(pc.or_(yes, no))
    if pc.any(unsure).as_py():
        at = pc.index(unsure, True).as_py()
        raise CellUnfit(at, NOT_SURE, value=str(values[at].as_py()))
    return np.asarray(yes.to_numpy(zero_copy_only=False), bool)


def _row_of(path: Path, at: int) -> int:
    """The row of what was read as the one after `at` others: of CSV with titles and empty lines, which are not read."""
    if not is_csv(path):
        return at + 1
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as lines:
        full = (number for number, row in enumerate(csv.reader(lines), 1) if row)
        return next((number for order, number in enumerate(full) if order == at + 1), at + 2)
