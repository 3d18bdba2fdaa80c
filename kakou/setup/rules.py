"""The code that the console shows, and the first entrance of each kind of unit. Pure.

80 random bits, typed by hand once: at ten tries a minute from one address nobody guesses it within its hour, from a
million addresses neither. All together are not counted: a stranger would use that up for whoever has the code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping

from kakou.places.rules import EntranceKind as E
from kakou.places.rules import UnitKind as U

LASTS = dt.timedelta(hours=1)
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
LENGTH, GROUP = 16, 4
TRIES = "10/m"  # of one address

# which entrance a unit of this kind begins with; a checkpoint can stand anywhere
FIRST_ENTRANCE: Mapping[U, E] = {
    U.COMPOUND: E.COMPOUND_GATE,
    U.URBAN_VILLAGE: E.COMPOUND_GATE,
    U.VILLAGE: E.VILLAGE_PATH,
    U.ENTERPRISE: E.ENTERPRISE_GATE,
    U.SITE: E.SITE_GATE,
}


def first_entrance(kind: U) -> E:
    """The kind of entrance that a unit begins with."""
    return FIRST_ENTRANCE.get(kind, E.ROAD_CHECKPOINT)


def code_from(numbers: list[int]) -> str:
    """Sixteen random numbers → ABCD-EFGH-JKMN-PQRS."""
    letters = "".join(ALPHABET[number % len(ALPHABET)] for number in numbers)
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def plain(code: str) -> str:
    """However somebody typed it: without spaces and strokes, in capitals."""
    return "".join(letter for letter in code.upper() if letter in ALPHABET)


def hash_of(code: str) -> bytes:
    """What is kept of it."""
    return hashlib.sha256(plain(code).encode()).digest()


def is_the_code(typed: str, kept: bytes) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(hash_of(typed), kept)
