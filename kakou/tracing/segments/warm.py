"""The index as a job of the tracer asks it: up to date, and with what its numbers mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from kakou.access.scope import acting_as_system
from kakou.places import queries as places
from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.columns import EPOCH
from kakou.tracing.engine.given import seconds
from kakou.tracing.engine.kernels import meetings
from kakou.tracing.engine.warm import warm
from kakou.tracing.segments import codes, files
from kakou.tracing.segments.building import Progress, bring_up_to_date
from kakou.tracing.segments.keeping import Kept
from kakou.tracing.segments.reading import STILL

_KEPT = Kept()  # of this process
_UNFOLDED = """select min(recorded_at) from ledger_passage
  where xid > (select xid from ledger_foldcursor where name = 'stays')::text::xid8"""


class Time(NamedTuple):
    """A person's time in one place, seconds of the epoch; `leave` None: it has not ended."""

    place: int
    enter: int
    leave: int | None
    certain: bool


class Meeting(NamedTuple):
    """Two times in one place, and what they share: [begin, end], seconds of the epoch, as `TraceIndex.contacts` counts
    it (the first one's cut to what is asked about and widened by the gap)."""

    one: Time
    other: Time
    begin: int
    end: int
    certain: bool


@dataclass(frozen=True)
class Warm:
    """Good until the job ends. `as_at`: the ledger up to there is in it (passages by when they arrived)."""

    index: TraceIndex
    as_at: dt.datetime

    def codes_of(self, subjects: Iterable[UUID]) -> dict[UUID, int]:
        """The numbers of those who are in it; who never was is no key."""
        return codes.codes_of(subjects)

    def subjects_of(self, numbers: Iterable[int]) -> dict[int, UUID]:
        """Whose these numbers are."""
        return codes.subjects_of(int(number) for number in numbers)

    def kind_of_places(self) -> Mapping[int, str]:
        """Node → kind of its unit or entrance, as editions of the plan name them."""
        with acting_as_system():
            return places.kinds_of_nodes()

    def stays_of(self, person: int, t0: int, t1: int) -> list[Time]:
        """The times of one person that touch [t0, t1], whole, in their order."""
        return sorted(self._times(person, t0, t1))

    def evidence(self, one: int, other: int, t0: int, t1: int, gap: int = 0) -> list[Meeting]:
        """Every pair of times of the two in one place that share anything, in their order."""
        theirs = self.stays_of(other, t0 - gap, t1 + gap)
        pairs = [_pair(mine, time, t0, t1, gap) for mine in self.stays_of(one, t0, t1) for time in theirs]
        return sorted(
            (pair for pair in pairs if pair.begin <= pair.end and pair.one.place == pair.other.place), key=_begin
        )

    def _times(self, person: int, t0: int, t1: int) -> Iterator[Time]:
        code = int(self.index.persons.find([person])[0])
        for stay in meetings.stays_of(code, seconds(t0), seconds(t1), self.index.held):
            segment, row = self.index.days[stay[meetings.SEGMENT]].segment, stay[meetings.ROW]
            leave = int(segment.leave[row]) + EPOCH
            yield Time(
                int(self.index.places.ids[stay[meetings.PLACE]]), int(segment.enter[row]) + EPOCH,
                None if leave == STILL else leave, bool(segment.who[row] & 1 == 0),
            )  # fmt: skip


def warm_index(at: dt.datetime, *, progress: Progress | None = None) -> Warm:
    """The index of this installation, brought up to date first. In the tracer or a command, and not within a
    transaction. `at`: now."""
    as_at = _known_until(at)
    with files.held():
        bring_up_to_date(_KEPT, at=at, progress=progress)
    return Warm(_KEPT.index, as_at)


def prepare() -> None:
    """Load what is compiled, and the folder as it lies there."""
    with files.held():
        _KEPT.look()
    warm()


def _known_until(at: dt.datetime) -> dt.datetime:
    """Passages that arrived before are folded into stays; the fold is a moment behind."""
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute(_UNFOLDED)
        waiting: dt.datetime | None = cursor.fetchone()[0]
    return min(at, waiting) if waiting else at


def _pair(one: Time, other: Time, t0: int, t1: int, gap: int) -> Meeting:
    begin = max(max(one.enter, t0) - gap, other.enter)
    end = min(min(STILL if one.leave is None else one.leave, t1) + gap, STILL if other.leave is None else other.leave)
    return Meeting(one, other, begin, end, one.certain and other.certain)


def _begin(meeting: Meeting) -> int:
    return meeting.begin
