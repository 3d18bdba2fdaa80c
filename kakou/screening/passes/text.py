"""A pass as text: 128 random bits in letters that are not mistaken for one another, and two characters that tell a
misreading.

    KP 7ZM3 0J9C 8T4Q 2VWX 5KRB 6NHD PE Q8        (printed in groups; the code holds it without spaces)

`KP`, 26 characters of Crockford's base 32 (no I, L, O, U), 2 check characters by ISO/IEC 7064 MOD 1271-36: together 30
of QR's alphanumeric set, a version 2 code at level M (25 modules a side), which blurred cameras still read. The check
guards against misreading only. It says nothing about whether a pass is genuine.
"""

from __future__ import annotations

from uuid import UUID

from kakou.kernel import letters
from kakou.kernel.errors import Refusal

PREFIX = "KP"
_BODY = 26


class PassMisread(Refusal):
    """The text is no pass, or a character of it was read or typed wrongly."""

    code = "pass-misread"


def pass_text(id: UUID) -> str:
    """The 30 characters of a pass, as its code holds them."""
    body = letters.written(id.bytes)
    return PREFIX + body + letters.check_of(body)


def pass_id(text: str) -> UUID:
    """The id in a pass as scanned or typed: lower case, spaces and hyphens are passed over, and O, I, L in the body
    read as 0, 1, 1. Raises PassMisread.
    """
    plain = letters.as_scanned(text)
    prefix, body, check = plain[:2], letters.meant(plain[2 : 2 + _BODY]), plain[2 + _BODY :]
    if prefix != PREFIX or len(body) != _BODY or len(check) != 2 or not set(check) <= set(letters.CHECKED):
        raise PassMisread("This is not the code of a pass.")
    try:
        id = letters.read(body, 16)
    except letters.Misread:
        id = b""
    if not id or not letters.fits(body, check):
        raise PassMisread("A character of the pass was misread. Scan it again, or type it from the paper.")
    return UUID(bytes=id)


def spaced(text: str) -> str:
    """The text in groups of four, as it is printed for whoever has to type it."""
    return " ".join([text[:2], *(text[start : start + 4] for start in range(2, len(text), 4))])
