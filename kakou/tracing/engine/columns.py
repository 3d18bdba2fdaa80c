"""A segment: stays as sorted columns, and what lets a query look at few of them.

Rows are sorted by place, then by enter. A place is a range of rows; for every 64 rows stands the latest leave among
them, and the latest leave of the place up to there, so that a walk back in time skips blocks and knows where to end.
Each person has a list of his rows. All numbers are int32: times in seconds since 2000, persons and places as codes
given by the index in the order of their coming. Twenty-four bytes a stay, and a little for places and persons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import kernels

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

EPOCH = 946_684_800  # 2000-01-01 in seconds of the epoch: what times are counted from, 1932 to 2068 fit into 32 bits
SOONEST, LATEST = -(2**31) + 2, 2**31 - 3  # what is told apart from nothing


@dataclass(frozen=True, slots=True)
class Segment:
    """Stays whose enter lies in one span of time. n stays, p places and q persons known when it was made."""

    enter: Int32  # n, sorted by (place, enter, leave, who)
    leave: Int32  # n
    who: Int32  # n, the person's code times two, plus one if not both ends were seen
    peak: Int32  # one per block: the latest leave in it
    run: Int32  # one per block: the latest leave in the place of its last row, up to that row
    places: Int32  # (p + 1, 2): first row, latest leave
    offsets: Int32  # q + 1: where a person's rows begin in `stays`
    stays: Int32  # (n, 2): row, place; sorted by person
    by_leave: Int32  # n: rows of each place in the order of their leave
    again: Int32  # rows that begin before an earlier stay of the same person in the same place has ended

    @property
    def size(self) -> int:
        """How many stays."""
        return len(self.enter)

    @property
    def span(self) -> tuple[int, int]:
        """The earliest enter and the latest leave; of nothing the latest and the earliest that can be."""
        held = self.places[:-1][np.diff(self.places[:, 0]) > 0]
        return int(self.enter[held[:, 0]].min(initial=LATEST)), int(held[:, 1].max(initial=SOONEST))

    @property
    def nbytes(self) -> int:
        """What all columns take."""
        return sum(getattr(self, column.name).nbytes for column in fields(self))


COLUMNS = tuple(column.name for column in fields(Segment))
ENTER, LEAVE, WHO, PEAK, RUN, PLACES, OFFSETS, STAYS, BY_LEAVE, AGAIN = range(len(COLUMNS))


def laid(segments: Sequence[Segment]) -> Int64:
    """Where the columns of all segments lie, as compiled code takes them: int64[segments, columns, 2], address and
    length.
    """
    parts = [[getattr(segment, name) for name in COLUMNS] for segment in segments]
    assert all(part.dtype == np.int32 and part.flags.c_contiguous for each in parts for part in each)
    return np.array([[(part.ctypes.data, part.size) for part in each] for each in parts], np.int64)


def build(rows: npt.NDArray[np.int64], scatter: Callable[[Int64, Int32], int]) -> Segment:
    """Sorts stays into a segment; `rows`: how many there are in each place.

    `scatter` is told where the rows of each place begin, and lays enter, leave and who there; it returns how many
    persons are known. O(n) if they come in the order of their enter.
    """
    starts = np.concatenate([[0], rows.cumsum()]).astype(np.int32)
    size = int(starts[-1])
    columns = np.empty((3, size), np.int32)
    persons = scatter(starts[:-1].astype(np.int64), columns)
    kernels.sorting.sort_places(starts, columns)
    count = -(-size // kernels.blocks.BLOCK)
    peak, run = np.empty(count, np.int32), np.empty(count, np.int32)
    places = np.empty((len(starts), 2), np.int32)
    kernels.sorting.maxima(starts, columns[1], places, peak, run)
    offsets, stays = kernels.sorting.by_person(starts, columns[2], persons)
    again = kernels.sorting.again(offsets, stays, columns[0], columns[1])
    by_leave = kernels.sorting.by_leave(starts, columns[1])
    return Segment(columns[0], columns[1], columns[2], peak, run, places, offsets, stays, by_leave, again)


_EMPTY = np.empty(0, np.int32)
NONE = Segment(
    enter=_EMPTY, leave=_EMPTY, who=_EMPTY, peak=_EMPTY, run=_EMPTY, places=np.array([[0, SOONEST]], np.int32),
    offsets=np.zeros(1, np.int32), stays=np.empty((0, 2), np.int32), by_leave=_EMPTY, again=_EMPTY,
)  # fmt: skip
