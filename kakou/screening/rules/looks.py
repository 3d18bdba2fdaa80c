"""What a gate may observe of somebody, and the words for it. Pure.

Every look has "not looked at" apart from every result: it is the absence of the word, and number 0 in the table. A
member's name in lower case is its word on the wire and in packs; its number is what the database holds and never
changes. Sources: article line 21 (三查一看一测一记), line 13 (戴口罩, not “带口罩”), domain.md §4 GateEvent; for what
is looked at on a border WHO's screening of travellers in outbreaks of viral haemorrhagic fever (packs/who-poe.json).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class Look(StrEnum):
    """One thing to look at; a step of a pack holds one or two."""

    HEALTH = "health"  # 健康码
    TRAVEL = "travel"  # 行程码
    VACCINATION = "vaccination"  # 疫苗接种
    ORIGIN = "origin"  # 从哪来
    MASK = "mask"  # 口罩
    TEMPERATURE = "temperature"  # 体温
    RECORD = "record"  # 登记: how the person is written down
    SYMPTOMS = "symptoms"  # 症状
    CONTACT = "contact"  # 接触史
    HANDS = "hands"  # 洗手
    CERTIFICATE = "certificate"  # 境外凭证


class Who(StrEnum):
    """Who somebody is to the gate: says what must be looked at."""

    RESIDENT = "resident"
    VISITOR = "visitor"
    DRIVER = "driver"
    CHILD = "child"
    EXEMPT = "exempt"


class Way(StrEnum):
    """In or out; in passing nobody is checked."""

    IN = "in"
    OUT = "out"


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
    """一查 健康码, as shown by the person."""

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


class Record(StrEnum):
    """一记: by what somebody is written down, the best first. Follows from the subject of a passage."""

    KNOWN = "known"  # registered, or by a pass
    DOCUMENT = "document"
    PHONE = "phone"
    NAME = "name"
    NONE = "none"


class HowShown(StrEnum):
    """How a code was shown: a screenshot may be anybody's and of any day."""

    LIVE = "live"
    SCREENSHOT = "screenshot"
    PROXY = "proxy"  # shown by the family for an elder or a child
    PAPER = "paper"
    OFFICIAL = "official"  # not shown: an official query service said so


TEMPERATURE_RANGE = (340, 430)  # tenths of a degree Celsius; outside it no person was measured (R31)


def words_of(codes: type[IntEnum]) -> tuple[str, ...]:
    """The words of the results, "not looked" left out."""
    return tuple(member.name.lower() for member in codes if member)


# the results that a pack may allow; temperature is a number within TEMPERATURE_RANGE
RESULTS: Mapping[Look, tuple[str, ...]] = {
    Look.HEALTH: words_of(HealthCode),
    Look.TRAVEL: words_of(TravelCode),
    Look.VACCINATION: words_of(Vaccination),
    Look.ORIGIN: words_of(Origin),
    Look.MASK: words_of(Mask),
    Look.RECORD: tuple(Record),
    Look.SYMPTOMS: ("none", "some"),
    Look.CONTACT: ("no", "yes", "unknown"),
    Look.HANDS: ("washed", "not_washed", "refused"),
    Look.CERTIFICATE: (
        "valid", "malformed", "unknown_issuer", "bad_signature", "wrong_key_id", "wrong_key_usage", "not_yet_valid",
        "expired", "revoked", "unsupported", "wrong_holder", "none",
    ),
}  # fmt: skip
PASSES = ("valid", "expired", "cancelled", "not_yet", "other_unit", "unknown")  # what is known of a pass shown
LEVELS = ("local", "low", "prevention", "control", "medium", "high", "lockdown")  # of an area, the least first
