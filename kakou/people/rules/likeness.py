"""Why two of the register may be one person. Pure; nothing is decided here, a person looks at both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kakou.people.rules.documents import DocumentKind
from kakou.people.rules.names import name_initials, normalise_name


class Reason(StrEnum):
    """What two have in common. The first is the strongest."""

    DOCUMENT = "document"  # the same number, written as another kind
    NAME_AND_PHONE = "name_and_phone"
    NAME_AND_DOOR = "name_and_door"
    SOUND_AND_PHONE = "sound_and_phone"  # 王晓梅, 王小梅
    LETTER_AND_PHONE = "letter_and_phone"  # one character differs
    NAME_AND_UNIT = "name_and_unit"  # and one of them has no document


@dataclass(frozen=True, slots=True)
class Looked:
    """One of the two, in plain, for comparing: `door` and `phone` in the form in which they are compared."""

    name: str
    kind: str
    number: str
    phone: str
    unit: int
    door: str


def reasons(one: Looked, other: Looked) -> list[Reason]:
    """Why they may be one person, the strongest first; none where their resident documents say they are two."""
    if one.kind == other.kind == DocumentKind.RESIDENT_ID and one.number != other.number:
        return []
    return list(_reasons(one, other))


def _reasons(one: Looked, other: Looked) -> Iterator[Reason]:
    same_name = normalise_name(one.name) == normalise_name(other.name)
    same_phone = bool(one.phone) and one.phone == other.phone
    if one.number and one.number == other.number:
        yield Reason.DOCUMENT
    if same_name and same_phone:
        yield Reason.NAME_AND_PHONE
    if same_name and one.unit == other.unit and one.door and one.door == other.door:
        yield Reason.NAME_AND_DOOR
    if not same_name and same_phone:
        if name_initials(one.name) & name_initials(other.name):
            yield Reason.SOUND_AND_PHONE
        elif _one_letter(normalise_name(one.name), normalise_name(other.name)):
            yield Reason.LETTER_AND_PHONE
    if same_name and one.unit == other.unit and not (one.number and other.number):
        yield Reason.NAME_AND_UNIT


def _one_letter(one: str, other: str) -> bool:
    """Of three characters and more, one is another, is missing or was added: of two, brother and sister differ so."""
    short, long = sorted((one, other), key=len)
    if len(long) < 3 or len(long) - len(short) > 1:
        return False
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
