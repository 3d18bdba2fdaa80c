"""The index as it lies in its folder, held open by one process and looked at again when another has written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.folder import clear
from kakou.tracing.segments import files
from kakou.tracing.segments.days import Span
from kakou.tracing.segments.reading import Rows


class Kept:
    """One index, in memory as it is on disk. `stamps`: day → stamp of the segment that was written last."""

    def __init__(self) -> None:
        """Of the folder of this installation; opened by the first `look`."""
        self._index: TraceIndex | None = None
        self.stamps: dict[dt.date, UUID] = {}

    @property
    def index(self) -> TraceIndex:
        """What is asked."""
        assert self._index is not None, "look first"
        return self._index

    def look(self) -> None:
        """Open the folder, or open it again when somebody else has written to it; what is damaged is left out."""
        stamps = files.read_stamps()
        if self._index is None or stamps != self.stamps:
            self._open()

    def _open(self) -> None:
        self._index, _ = TraceIndex.rescue(files.index())
        self.stamps = files.read_stamps()

    def spans(self) -> set[Span]:
        """The days that are there."""
        return {(day.begin, day.end) for day in self.index.days}

    def put(self, day: dt.date, begun: Span, rows: Rows, stamp: UUID) -> None:
        """Write the segment of a day, for good when it returns."""
        self.index.append_day(rows.person, rows.place, rows.enter, rows.leave, span=begun, certain=rows.certain)
        self.stamps = {**self.stamps, day: stamp}
        files.write_stamps(self.stamps)

    def drop(self, spans: Collection[Span], *, of: Collection[dt.date]) -> None:
        """Take segments away; days other than `of` have no stamp any more."""
        if not spans and self.stamps.keys() <= set(of):
            return
        if spans and self.index.folder:
            self.index.folder.drop(sorted(spans))
        files.write_stamps({day: stamp for day, stamp in self.stamps.items() if day in of})
        self._open()

    def drop_before(self, moment: int, days: Collection[dt.date]) -> None:
        """Take away the days that ended by then: `days`."""
        self.index.drop_before(moment)
        self.stamps = {day: stamp for day, stamp in self.stamps.items() if day not in days}
        files.write_stamps(self.stamps)

    def clear(self) -> None:
        """Take away everything, the ids of persons and places too."""
        clear(files.index())
        files.write_stamps({})
        self._open()

    def persons(self) -> npt.NDArray[np.int64]:
        """The codes that any segment names."""
        named = np.zeros(len(self.index.persons), np.bool_)
        for day in self.index.days:
            named[np.unique(day.segment.who >> 1)] = True
        return self.index.persons.ids[named]
