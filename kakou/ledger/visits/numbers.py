"""One field for who comes: a telephone number or a plate."""

from __future__ import annotations

from typing import NamedTuple

from kakou.kernel.errors import Refusal
from kakou.ledger.rules import SubjectKind
from kakou.people.rules import PhoneRefused, PlateRefused, last_four, normalise_phone, parse_plate


class NumberRefused(Refusal):
    """What was typed is neither."""

    code = "number-refused"


class Number(NamedTuple):
    """`text`: in the one form in which numbers are compared, +8613800001234 or 苏C12345."""

    kind: SubjectKind
    text: str

    @property
    def purpose(self) -> str:
        """By which blind index it is found."""
        return "phone" if self.kind is SubjectKind.PERSON else "plate"

    @property
    def last_four(self) -> str:
        """What its owner is asked for."""
        return last_four(self.text)


def read_number(text: str) -> Number:
    """Raises NumberRefused; its text never repeats the number."""
    try:
        return Number(SubjectKind.PERSON, normalise_phone(text))
    except PhoneRefused:
        pass
    try:
        return Number(SubjectKind.VEHICLE, parse_plate(text).text)
    except PlateRefused:
        raise NumberRefused("Write a mobile number of 11 digits, or a plate such as 苏C12345.") from None
