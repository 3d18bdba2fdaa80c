"""Papers nobody holds: identity numbers, telephones and plates that pass every check and belong to no one (R90).

- Identity numbers bear division codes 329901 to 329999 and, of large drills, 329801 and on down to 329101 and on. GB/T
  2260 gives Jiangsu's prefectures 3201 to 3213 and keeps 3290 for counties under the province; 3291 to 3299 were never
  given out. The check digit is right (GB 11643), because the drill walks through the same checks as real life.
- Telephones begin with 154, which no operator was given: 1540 for residents, 1541 and on for callers.
- Plates begin with 苏Y: Jiangsu's letters are A to H, J to N and U.
- Passports begin with XX for residents, XA to XG for callers: ISO 3166 leaves XA to XZ to its users.

No two of a million residents, and no two callers within two months, share a number: every number is made of who bears
it, and nothing of it is drawn.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from kakou.drill.world.chance import Dice

DIVISION = 3299
PHONE = "154"
PLATE = "苏Y"
RESIDENTS = "X"  # the second letter of their passports
RESIDENT_NUMBER = "10"
PASSPORT_KIND = "20"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
CENTENARIANS = 996  # from here on 15 places mean somebody born in the 1800s
# A plate has neither I nor O (GA 36); D and F mark new energy in the first place of eight.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "0123456789"
# how an ordinary plate goes on; those of lorries are digits alone
_PAIRS = tuple(
    one + other
    for first, second in ((_LETTERS, _DIGITS), (_LETTERS, _LETTERS), (_DIGITS, _LETTERS))
    for one in first
    for other in second
)
_ELECTRIC = 10_000 * (10 + 2 * len(_LETTERS))  # numbers that have a plate for new energy
_TEN_MILLION = 10_000_000
CALLERS = 70_000_000  # numbers of callers, in the order of their keys
_STRIDE = 32_452_843  # a prime that divides no CALLERS: no two numbers meet, and neighbours lie far apart


class Document(NamedTuple):
    """`kind` by the codes of the data dictionary (10 resident number, 20 passport); `no` as printed."""

    kind: str
    no: str


def check_digit(first17: str) -> str:
    """The eighteenth place of a citizen identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def identity(area: int, born: dt.date, order: int, *, division: int = DIVISION) -> Document:
    """An 18-place identity number: `area` 1 to 99, `order` 0 to 999 (odd for men), `division` 3291 to 3299."""
    first = f"{division}{area:02d}{born:%Y%m%d}{order % 1000:03d}"
    return Document(RESIDENT_NUMBER, first + check_digit(first))


def legacy(area: int, born: dt.date, order: int, *, division: int = DIVISION) -> Document:
    """A 15-place number of before 1999, still shown by some old people; `born` in the 1900s."""
    return Document(RESIDENT_NUMBER, f"{division}{area:02d}{born:%y%m%d}{order % CENTENARIANS:03d}")


def passport(number: int) -> Document:
    """A resident's passport of nowhere; different for each number below ten million."""
    return Document(PASSPORT_KIND, f"X{RESIDENTS}{number % _TEN_MILLION:07d}")


def phone(number: int) -> str:
    """A resident's mobile number of 11 places, different for each number below ten million."""
    return f"{PHONE}{number % _TEN_MILLION:08d}"


def scattered(number: int) -> int:
    """A caller's number, below CALLERS, as his papers are made of it: another one for each."""
    return number * _STRIDE % CALLERS


def caller_phone(number: int) -> str:
    """A caller's mobile number, different for each scattered number."""
    return f"{PHONE}{_TEN_MILLION + number:08d}"


def caller_passport(number: int) -> Document:
    """A caller's passport, different for each scattered number."""
    kind, rest = divmod(number, _TEN_MILLION)
    return Document(PASSPORT_KIND, f"X{_LETTERS[kind]}{rest:07d}")


def plate(number: int, electric: bool, dice: Dice) -> str:
    """A resident's plate of 7 places, or of 8 for new energy while there are any; different for each number below a
    million."""
    if electric and number < _ELECTRIC:
        group, rest = divmod(number, 10_000)
        if group < 10:
            return f"{PLATE}{dice.pick('DF')}{number:05d}"
        kind, letter = divmod(group - 10, len(_LETTERS))
        return f"{PLATE}{'DF'[kind]}{_LETTERS[letter]}{rest:04d}"
    return f"{PLATE}{_PAIRS[number // 1000]}{number % 1000:03d}"


def lorry_plate(number: int) -> str:
    """A goods vehicle's plate, different for each number below a hundred thousand."""
    return f"{PLATE}{number % 100_000:05d}"
