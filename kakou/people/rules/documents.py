"""Identity documents: what each kind looks like, and the one form under which two spellings are the same person.

Kinds and their codes: data dictionary, Person.doc_type. Resident numbers: GB 11643-1999 (check: ISO 7064 MOD 11-2).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from operator import mul

from kakou.kernel.errors import Refusal
from kakou.people.rules.text import bare


class DocumentKind(StrEnum):
    """The codes used by health-code interfaces."""

    RESIDENT_ID = "10"  # 居民身份证
    HK_MACAO_PERMIT = "14"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "15"  # 台湾居民来往大陆通行证
    TAIWAN_SINGLE_ENTRY = "16"  # 一次性台湾居民来往大陆通行证
    PASSPORT = "20"  # 护照
    PERMANENT_RESIDENCE = "34"  # 外国人永久居留身份证
    OTHER = "99"  # 其他


class Sex(IntEnum):
    """GB/T 2261.1."""

    MALE = 1
    FEMALE = 2
    NOT_STATED = 9


class DocumentRefused(Refusal):
    """The number cannot be what it claims to be; the text says what to look at."""

    code = "document-refused"


@dataclass(frozen=True, slots=True)
class Document:
    """A checked document. `number` is what is kept; `match` is what is compared: one document typed in two ways
    has one `match`, and a 15-digit number has that of its 18-digit successor.
    """

    kind: DocumentKind
    number: str
    match: str
    sex: Sex = Sex.NOT_STATED
    birth: dt.date | None = None
    division: str = ""  # six digits of GB/T 2260, where the number was given out; empty if it says nothing


# First two digits of GB/T 2260. The other four are not checked: divisions were merged and renamed for forty years, and
# a person keeps the number of a county that no longer exists.
PROVINCES = frozenset(
    str(code)
    for region in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in region
)
_PERMANENT_RESIDENCE = "9"  # cards since 2023 carry a resident number that begins with 9
_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_CHECKS = "10X98765432"
# [0-9], not \d: NFKC leaves the digits of other scripts alone, and int() would read them
_MODERN, _OLD = re.compile(r"[0-9]{17}[0-9X]"), re.compile(r"[0-9]{15}")
_CENTENARIANS = range(996, 1000)  # sequence numbers a 15-digit card kept for people over a hundred
_OLDEST = 1850

_SHAPES: dict[DocumentKind, tuple[re.Pattern[str], str]] = {
    DocumentKind.HK_MACAO_PERMIT: (
        re.compile(r"[HM]\d{8}(\d{2})?"),
        "A Hong Kong or Macao permit is H or M and 8 digits; %(count)d characters were given.",
    ),
    DocumentKind.TAIWAN_PERMIT: (
        re.compile(r"\d{8}(\d{2}[0-9A-Z])?"),
        "A Taiwan permit is 8 digits; %(count)d characters were given.",
    ),
    DocumentKind.TAIWAN_SINGLE_ENTRY: (
        re.compile(r"[A-Z]{0,2}\d{7,10}[A-Z]?"),
        "A single-entry Taiwan permit is 7 to 10 digits, with or without letters; %(count)d characters were given.",
    ),
    DocumentKind.PASSPORT: (
        re.compile(r"[A-Z0-9]{5,15}"),
        "A passport number is 5 to 15 letters and digits; %(count)d characters were given.",
    ),
    DocumentKind.OTHER: (
        re.compile(r"[^\x00-\x1f\x7f]{1,32}"),
        "A document number is 1 to 32 characters; %(count)d were given.",
    ),
}


def check_document(kind: str, text: str, *, on: dt.date | None = None) -> Document:
    """The document that `text` says, in one form. With `on`, a birth after that day is refused.

    Raises DocumentRefused with a text that names what is wrong and never repeats the number.
    """
    try:
        known = DocumentKind(kind)
    except ValueError:
        raise DocumentRefused("There is no document of kind %(kind)s.", kind=kind[:8]) from None
    number = bare(text, "·-‐‑–—−_")
    if not number:
        raise DocumentRefused("The document number is empty.")
    if known is DocumentKind.RESIDENT_ID:
        return _resident(known, number, on, PROVINCES)
    if known is DocumentKind.PERMANENT_RESIDENCE:
        return _permanent_residence(number, on)
    shape, why = _SHAPES[known]
    if not number.isprintable():
        raise DocumentRefused("The document number has a character that cannot be printed; type it again.")
    if not shape.fullmatch(number):
        raise DocumentRefused(why, count=len(number))
    return Document(known, number, f"{known}:{number}")


def check_digit(body: str) -> str:
    """The 18th place of a resident number whose first 17 digits are `body` (GB 11643-1999, 4.2.4)."""
    return _CHECKS[sum(map(mul, map(int, body), _WEIGHTS)) % 11]


def _resident(kind: DocumentKind, number: str, on: dt.date | None, provinces: frozenset[str]) -> Document:
    if _MODERN.fullmatch(number):
        modern = number
    elif _OLD.fullmatch(number):
        modern = _modernised(number)
    else:
        raise DocumentRefused(_why_not_resident(number), count=len(number))
    if kind is DocumentKind.RESIDENT_ID and modern[:2] not in provinces:
        raise DocumentRefused("The first two digits %(province)s are no province.", province=modern[:2])
    birth = _birth(modern[6:14], on)
    if modern[17] != check_digit(modern[:17]):
        raise DocumentRefused("The last place does not fit the other 17: one digit is wrong, or two are swapped.")
    sex = Sex.MALE if int(modern[16]) % 2 else Sex.FEMALE
    return Document(kind, number, f"{kind}:{modern}", sex, birth, modern[:6])


def _modernised(number: str) -> str:
    """15 digits → 18: the century written out, the check digit added."""
    century = "18" if int(number[12:]) in _CENTENARIANS else "19"
    body = number[:6] + century + number[6:]
    return body + check_digit(body)


def _why_not_resident(number: str) -> str:
    if len(number) in (15, 18):
        return "A resident ID number has digits only, and perhaps an X in the last place."
    return "A resident ID number has 18 places (15 on old cards); %(count)d were given."


def _birth(digits: str, on: dt.date | None) -> dt.date:
    try:
        birth = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise DocumentRefused("Places 7 to 14 are no date of birth.") from None
    if birth.year < _OLDEST or (on is not None and birth > on):
        raise DocumentRefused("Nobody now alive was born on the date in places 7 to 14.")
    return birth


def _permanent_residence(number: str, on: dt.date | None) -> Document:
    """Cards until 2023: three letters of the country and 12 digits. Since: 18 places beginning with 9."""
    kind = DocumentKind.PERMANENT_RESIDENCE
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return Document(kind, number, f"{kind}:{number}")
    if len(number) == 18 and number.startswith(_PERMANENT_RESIDENCE):
        return _resident(kind, number, on, frozenset())
    raise DocumentRefused(
        "A permanent residence card has 3 letters and 12 digits, or 18 places beginning with 9; %(count)d were given.",
        count=len(number),
    )
