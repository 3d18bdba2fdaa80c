"""What a passage can say: its codes, each with "not looked at" apart from "fine". Pure.

A member's name in lower case is its word on the wire (`lane.codes`); its number is what the database holds and never
changes. Sources: article line 21 (三查一看一测一记), domain.md §4 GateEvent.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

from kakou.ledger.stays.shapes import Direction

__all__ = [
    "Clock", "Direction", "HealthCode", "Mask", "Origin", "Purpose", "SubjectKind", "TravelCode", "Vaccination",
    "Verdict",
]  # fmt: skip

TEMPERATURE_RANGE = (340, 430)  # tenths of a degree Celsius; outside it no person was measured
SKEW_LIMIT_MS = 120_000  # a device clock further off than this is flagged, never refused (ux.md check 4)


class SubjectKind(IntEnum):
    """Who or what crossed."""

    PERSON = 1
    VEHICLE = 2


class Verdict(IntEnum):
    """What the gate decided."""

    NONE = 0  # nobody judged: an imported reading
    ADMIT = 1
    ADMIT_WITH_ACTION = 2
    PERSUADE_BACK = 3
    HOLD = 4
    REFER = 5
    EMERGENCY = 6


STOPPED = frozenset({Verdict.PERSUADE_BACK, Verdict.HOLD, Verdict.REFER})  # do not cross, unless overridden


class HealthCode(IntEnum):
    """一查 健康码."""

    NOT_LOOKED = 0
    GREEN = 1
    YELLOW = 2
    RED = 3
    PAPER = 4
    NONE = 5


class TravelCode(IntEnum):
    """一查 行程码; the star says that the city has a risk area, not that the holder was there."""

    NOT_LOOKED = 0
    GREEN = 1
    STAR = 2
    YELLOW = 3
    ORANGE = 4
    RED = 5
    NONE = 6


class Vaccination(IntEnum):
    """二查 疫苗接种."""

    NOT_LOOKED = 0
    FULL = 1
    BOOSTED = 2
    PARTIAL = 3
    NONE = 4
    EXEMPT = 5
    UNKNOWN = 6


class Origin(IntEnum):
    """三查 从哪来: the risk level, on that day, of where he comes from."""

    NOT_LOOKED = 0
    LOCAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    LOCKDOWN = 5
    CONTROL = 6
    PREVENTION = 7
    ABROAD = 8
    UNKNOWN = 9


class Mask(IntEnum):
    """一看 口罩: worn is not carried (R33)."""

    NOT_LOOKED = 0
    CORRECT = 1
    WRONG = 2
    CARRIED = 3
    NONE = 4


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


CLOCK_TROUBLE = Clock.SKEWED | Clock.ID_DISAGREES | Clock.FUTURE | Clock.JUMPED  # somebody must look at that phone
