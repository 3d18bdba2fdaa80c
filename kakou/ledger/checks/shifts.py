"""Which shift on a phone a passage was recorded in. Pure.

Names open by badge and PIN, and whoever opened them is the recorder of what is recorded from then on. So a recorder who
had nothing open on that phone then did not record it there: somebody used his number, or the phone has not told yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

from kakou.kernel.time import to_ms
from kakou.ledger.checks.rows import Checked

SLACK_MS = 120_000  # between two tellings of one clock: as much as a phone's may be off without a word


class Opened(NamedTuple):
    """A shift: phone, whose (id of staff), from when to when (None: still) by our clock and by the phone's own, ms."""

    device: int
    staff: int
    opened: int
    closed: int | None
    began: int
    ended: int | None


class Recorded(NamedTuple):
    """Who recorded at which gate (node) on which day of the site."""

    node: int
    recorder: int
    day: dt.date


Shifts = Mapping[tuple[int, int], Collection[Opened]]
"""(phone, staff) → what they had open there."""


def is_covered(row: Checked, shifts: Shifts) -> bool:
    """Had its recorder a shift open on its phone then, by either clock?"""
    if row.device is None or row.recorder is None:
        return False
    mine = shifts.get((row.device, row.recorder), ())
    here, there = to_ms(row.happened_at), to_ms(row.device_at)
    return any(_lies(here, shift.opened, shift.closed) or _lies(there, shift.began, shift.ended) for shift in mine)


def _lies(moment: int, since: int, until: int | None) -> bool:
    return since - SLACK_MS <= moment and (until is None or moment <= until + SLACK_MS)
