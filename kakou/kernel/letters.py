"""Texts that are printed, scanned and typed: Crockford's base 32, and check characters that tell a misreading.

The letters are all of QR's alphanumeric set. The check (ISO/IEC 7064 MOD 1271-36) guards against misreading only: it
says nothing about whether what was read is genuine.
"""

from __future__ import annotations

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # alphabet of the check characters
_LOOKS_LIKE = str.maketrans("OIL", "011")
_MODULUS, _RADIX = 1271, 36


class Misread(ValueError):
    """No letters of ours, too many or too few of them, or one was read or typed wrongly."""


def written(content: bytes) -> str:
    """ceil(8n / 5) letters for n bytes, the most significant first."""
    number = int.from_bytes(content, "big")
    return "".join(LETTERS[number >> shift & 31] for shift in range(5 * (_length(len(content)) - 1), -1, -5))


def read(body: str, size: int) -> bytes:
    """The `size` bytes that were `written`; O, I and L read as 0, 1 and 1. Raises Misread."""
    plain = body.translate(_LOOKS_LIKE)
    if len(plain) != _length(size) or not set(plain) <= set(LETTERS):
        raise Misread
    number = 0
    for letter in plain:
        number = number << 5 | LETTERS.index(letter)
    if number.bit_length() > 8 * size:
        raise Misread
    return number.to_bytes(size, "big")


def check_of(body: str) -> str:
    """The two check characters of a body."""
    check = (1 - _remainder(body) * _RADIX * _RADIX) % _MODULUS
    return CHECKED[check // _RADIX] + CHECKED[check % _RADIX]


def fits(body: str, check: str) -> bool:
    """Do these two check characters belong to this body?"""
    if len(check) != 2 or not set(check) <= set(CHECKED) or not set(body) <= set(CHECKED):
        return False
    tail = CHECKED.index(check[0]) * _RADIX + CHECKED.index(check[1])
    return (_remainder(body) * _RADIX * _RADIX + tail) % _MODULUS == 1


def as_scanned(text: str) -> str:
    """In capitals, without the spaces and hyphens that whoever types puts in."""
    return "".join(text.split()).replace("-", "").upper()


def meant(body: str) -> str:
    """O, I and L as the digits that they were taken for."""
    return body.translate(_LOOKS_LIKE)


def _length(size: int) -> int:
    return -(-8 * size // 5)


def _remainder(body: str) -> int:
    rest = 0
    for letter in body:
        rest = (rest * _RADIX + CHECKED.index(letter)) % _MODULUS
    return rest
