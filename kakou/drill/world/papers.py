"""Papers nobody holds: identity numbers, telephones and plates that pass every check and belong to no one (R90).

- Identity numbers bear division codes 329901 to 329999 and, of large drills, 329801 and on and 329701 and on. GB/T 2260
  gives Jiangsu's prefectures 3201 to 3213 and keeps 3290 for counties under the province; 3291 to 3299 were never given
  out. The check digit is right (GB 11643), because the drill walks through the same checks as real life.
- Telephones begin with 1540: no operator was given 154.
- Plates begin with 苏Y: Jiangsu's letters are A to H, J to N and U.
- Passports begin with XX, the code ISO 3166 leaves to its users.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from kakou.drill.world.chance import Dice

DIVISION = 3299
PHONE = "1540"
PLATE = "苏Y"
PASSPORT = "XX"
RESIDENT_NUMBER = "10"
PASSPORT_KIND = "20"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CENTENARIANS = 996  # from here on 15 places mean somebody born in the 1800s
# A plate has neither I nor O (GA 36); D and F mark new energy in the first place of eight.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


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
    return Document(RESIDENT_NUMBER, f"{division}{area:02d}{born:%y%m%d}{order % _CENTENARIANS:03d}")


def passport(number: int) -> Document:
    """A passport of nowhere."""
    return Document(PASSPORT_KIND, f"{PASSPORT}{number % 10_000_000:07d}")


def phone(number: int) -> str:
    """An 11-place mobile number, different for each number below ten million."""
    return f"{PHONE}{number % 10_000_000:07d}"


def plate(number: int, electric: bool, dice: Dice) -> str:
    """A plate of 7 places, or of 8 for new energy; different for each number below a hundred thousand."""
    if electric:
        return f"{PLATE}{dice.pick('DF')}{number % 100_000:05d}"
    return f"{PLATE}{_LETTERS[number // 10_000 % len(_LETTERS)]}{number % 10_000:04d}"
