"""A pass as text: 128 random bits in letters that are not mistaken for one another, and two characters that tell a
misreading.

    KP 7ZM3 0J9C 8T4Q 2VWX 5KRB 6NHD PE Q8        (printed in groups; the code holds it without spaces)

`KP`, 26 characters of Crockford's base 32 (no I, L, O, U), 2 check characters by ISO/IEC 7064 MOD 1271-36: together 30
of QR's alphanumeric set, a version 2 code at level M (25 modules a side), which blurred cameras still read. The check
guards against misreading only. It says nothing about whether a pass is genuine.
"""

from __future__ import annotations

from uuid import UUID

from kakou.kernel.errors import Refusal

PREFIX = "KP"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # alphabet of the check characters
_LOOKS_LIKE = str.maketrans("OIL", "011")
_BODY = 26
_MODULUS, _RADIX = 1271, 36


class PassMisread(Refusal):
    """The text is no pass, or a character of it was read or typed wrongly."""

    code = "pass-misread"


def pass_text(id: UUID) -> str:
    """The 30 characters of a pass, as its code holds them."""
    body = "".join(LETTERS[id.int >> shift & 31] for shift in range(5 * (_BODY - 1), -1, -5))
    check = (1 - _remainder(body) * _RADIX * _RADIX) % _MODULUS
    return PREFIX + body + _CHECKED[check // _RADIX] + _CHECKED[check % _RADIX]


def pass_id(text: str) -> UUID:
    """The id in a pass as scanned or typed: lower case, spaces and hyphens are passed over, and O, I, L in the body
    read as 0, 1, 1. Raises PassMisread.
    """
    plain = "".join(text.split()).replace("-", "").upper()
    prefix, body, check = plain[:2], plain[2 : 2 + _BODY].translate(_LOOKS_LIKE), plain[2 + _BODY :]
    if prefix != PREFIX or len(body) != _BODY or len(check) != 2 or not set(check) <= set(_CHECKED):
        raise PassMisread("This is not the code of a pass.")
    if not set(body) <= set(LETTERS) or body[0] not in "01234567":
        raise PassMisread("A character of the pass was misread. Scan it again, or type it from the paper.")
    tail = _CHECKED.index(check[0]) * _RADIX + _CHECKED.index(check[1])
    if (_remainder(body) * _RADIX * _RADIX + tail) % _MODULUS != 1:
        raise PassMisread("A character of the pass was misread. Scan it again, or type it from the paper.")
    number = 0
    for letter in body:
        number = number << 5 | LETTERS.index(letter)
    return UUID(int=number)


def spaced(text: str) -> str:
    """The text in groups of four, as it is printed for whoever has to type it."""
    return " ".join([text[:2], *(text[start : start + 4] for start in range(2, len(text), 4))])


def _remainder(body: str) -> int:
    rest = 0
    for letter in body:
        rest = (rest * _RADIX + _CHECKED.index(letter)) % _MODULUS
    return rest
