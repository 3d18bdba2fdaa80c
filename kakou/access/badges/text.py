"""A badge as text: its number and its secret, in letters that are not mistaken for one another.

    KB1:0000 2BW7 3PRT …        (printed without spaces)

`KB1:`, the 32 letters of number (4 bytes, big endian) and secret (16 bytes), 2 check characters: together 38 of QR's
alphanumeric set, all that a version 2 code at level M holds (25 modules a side).
"""

from __future__ import annotations

from kakou.access.badges.keys import SECRET_BYTES
from kakou.kernel import letters
from kakou.kernel.errors import Refusal

PREFIX = "KB1:"
_NUMBER = 4


class BadgeMisread(Refusal):
    """The text is no badge, or a character of it was read or typed wrongly."""

    code = "badge-misread"


def badge_text(id: int, secret: bytes) -> str:
    """The 38 characters of a badge. `secret`: 16 bytes."""
    body = letters.written(id.to_bytes(_NUMBER, "big") + secret)
    return PREFIX + body + letters.check_of(body)


def read_badge(text: str) -> tuple[int, bytes]:
    """Number and secret of a badge as scanned or typed. Raises BadgeMisread."""
    plain = letters.as_scanned(text)
    body, check = letters.meant(plain[len(PREFIX) : -2]), plain[-2:]
    try:
        if not plain.startswith(PREFIX) or not letters.fits(body, check):
            raise letters.Misread
        content = letters.read(body, _NUMBER + SECRET_BYTES)
    except letters.Misread:
        raise BadgeMisread("This is not the code of a badge, or it was misread. Scan it again.") from None
    return int.from_bytes(content[:_NUMBER], "big"), content[_NUMBER:]
