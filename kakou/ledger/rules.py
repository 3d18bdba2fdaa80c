"""What a passage can say besides what was checked (`screening.rules`): its codes. Pure.

A member's name in lower case is its word on the wire (`lane.codes`); its number is what the database holds and never
changes. Source: domain.md §4 GateEvent.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Any

from kakou.ledger.stays.shapes import Direction

__all__ = ["NOBODY", "Clock", "Direction", "Purpose", "SubjectKind", "takes_back"]

SKEW_LIMIT_MS = 120_000  # a device clock further off than this is flagged, never refused (ux.md check 4)


class SubjectKind(IntEnum):
    """Who or what crossed."""

    PERSON = 1
    VEHICLE = 2


class Purpose(IntEnum):
    """Why somebody comes; decides how long a stay may last."""

    UNSAID = 0
    HOME = 1
    WORK = 2
    DELIVERY = 3
    MEDICAL = 4
    VISIT = 5
    PATROL = 6
    OTHER = 7
    SHOPPING = 8
    SCHOOL = 9
    EMERGENCY = 10


class Clock(IntFlag):
    """What is to be known about the times of a passage; it is stored all the same."""

    FINE = 0
    CORRECTED = 1  # the device's known offset was applied
    SKEWED = 2  # the device's clock was further off than SKEW_LIMIT_MS
    ID_DISAGREES = 4  # the id was made at another time than the passage says, or carries no time
    FUTURE = 8  # corrected, it still happened later than it arrived
    IMPORTED = 16  # from a sheet: there was no device clock
    JUMPED = 32  # the clock was set between the passage and its upload
    STALE = 64  # it happened more than a month before it arrived
    SCANNED = 128  # by a place code: whoever passed told it himself, and there was no device clock


NOBODY: Mapping[str, Any] = {
    "direction": "through", "crossed": False, "checks": {}, "skipped": None, "reasons": [], "override": None,
    "purpose": None, "rides": None, "aboard": None,
}  # fmt: skip
"""What a passage says on the wire when it should never have been recorded; None: not said."""


def takes_back(*, corrects: object, direction: int, crossed: bool) -> bool:
    """Does a row say of the one that it corrects that nobody was there (`NOBODY`)? So says a phone that undoes
    (`undone`, gate/src/domain/check.ts), and a desk. It counts nowhere, not as turned back either. The table is asked
    the same by `queries.versions.TAKES_BACK` and by tracing's view.
    """
    return bool(corrects) and direction == Direction.THROUGH and not crossed


CLOCK_TROUBLE = Clock.SKEWED | Clock.ID_DISAGREES | Clock.FUTURE | Clock.JUMPED  # somebody must look at that phone
