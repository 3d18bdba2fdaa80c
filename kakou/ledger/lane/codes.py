"""The words of a passage on the wire, and the numbers of `ledger.rules` that stand for them in the table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Literal, TypeAlias

from kakou.ledger import rules
from kakou.screening import rules as screening

DirectionWord: TypeAlias = Literal["in", "out", "through"]
SubjectWord: TypeAlias = Literal["person", "vehicle"]
VerdictWord: TypeAlias = Literal["admit", "admit_with_action", "persuade_back", "hold", "refer", "emergency"]
HealthWord: TypeAlias = Literal["green", "yellow", "red", "paper", "none"]
TravelWord: TypeAlias = Literal["green", "star", "yellow", "orange", "red", "none"]
VaccinationWord: TypeAlias = Literal["full", "boosted", "partial", "none", "exempt", "unknown"]
OriginWord: TypeAlias = Literal[
    "local", "low", "medium", "high", "lockdown", "control", "prevention", "abroad", "unknown"
]
MaskWord: TypeAlias = Literal["correct", "wrong", "carried", "none"]
PurposeWord: TypeAlias = Literal[
    "home", "work", "delivery", "medical", "visit", "patrol", "other", "shopping", "school", "emergency"
]
ThermometerWord: TypeAlias = Literal["forehead", "wrist", "ear", "camera", "armpit"]
WhoWord: TypeAlias = Literal["resident", "visitor", "driver", "child", "exempt"]
ShownWord: TypeAlias = Literal["live", "screenshot", "proxy", "paper", "official"]
SymptomsWord: TypeAlias = Literal["none", "some"]
ContactWord: TypeAlias = Literal["no", "yes", "unknown"]
HandsWord: TypeAlias = Literal["washed", "not_washed", "refused"]
CertificateWord: TypeAlias = Literal[
    "valid", "malformed", "unknown_issuer", "bad_signature", "wrong_key_id", "wrong_key_usage", "not_yet_valid",
    "expired", "revoked", "unsupported", "wrong_holder", "none",
]  # fmt: skip


def _numbers(codes: type[IntEnum]) -> Mapping[str | None, int]:
    # None is "absent": not looked at, unsaid
    return {None: 0} | {member.name.lower(): int(member) for member in codes if member}


DIRECTIONS = _numbers(rules.Direction)
SUBJECTS = _numbers(rules.SubjectKind)
VERDICTS = _numbers(screening.Verdict)
HEALTH = _numbers(screening.HealthCode)
TRAVEL = _numbers(screening.TravelCode)
VACCINATION = _numbers(screening.Vaccination)
ORIGIN = _numbers(screening.Origin)
MASK = _numbers(screening.Mask)
PURPOSES = _numbers(rules.Purpose)


def words_of(numbers: Mapping[str | None, int]) -> Mapping[int, str | None]:
    """The other way round."""
    return {number: word for word, number in numbers.items()}


VERDICT_WORDS: Mapping[int, str] = {int(verdict): verdict.name.lower() for verdict in screening.Verdict}
STOPPED_WORDS = frozenset(verdict.name.lower() for verdict in screening.STOPPED)
