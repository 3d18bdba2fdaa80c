"""The index as a job of the tracer asks it: up to date, and with what its numbers mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import connection

from kakou.access.scope import acting_as_system
from kakou.places import queries as places
from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.warm import warm
from kakou.tracing.segments import codes, files
from kakou.tracing.segments.building import Progress, bring_up_to_date
from kakou.tracing.segments.keeping import Kept

_KEPT = Kept()  # of this process
_UNFOLDED = """select min(recorded_at) from ledger_passage
  where xid > (select xid from ledger_foldcursor where name = 'stays')::text::xid8"""


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

    @cached_property
    def kind_of_places(self) -> Mapping[int, str]:
        """Node → kind of its unit or entrance, as editions of the plan name them."""
        with acting_as_system():
            return places.kinds_of_nodes()


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
