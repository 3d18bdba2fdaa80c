"""Codes that people read to each other over the telephone: nine digits in threes, the last of them a check.

ISO/IEC 7064 MOD 11,10: every digit heard or typed wrongly is noticed, and nearly every pair that changed places.
"""

from __future__ import annotations

import secrets
import unicodedata

LENGTH = 9


def random_code() -> str:
    """A new one, 482915376. Eight random digits: nobody is shown anything for it without the last four besides."""
    body = str(secrets.randbelow(9 * 10 ** (LENGTH - 2)) + 10 ** (LENGTH - 2))
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """What stands behind `body`, ASCII digits."""
    rest = 10
    for digit in body:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - rest) % 10)


def read_code(text: str) -> str:
    """The code that somebody typed, "" where it can be none. Spaces, hyphens and wide digits are forgiven."""
    code = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").replace("—", "")
    fits = len(code) == LENGTH and code.isascii() and code.isdigit() and check_digit(code[:-1]) == code[-1]
    return code if fits else ""


def spaced(code: str) -> str:
    """As it is read out: 482-915-376."""
    return "-".join(code[start : start + 3] for start in range(0, len(code), 3))
