"""Codes that people type from paper: random, and in an alphabet in which nothing looks like something else."""

from __future__ import annotations

import secrets

from kakou.kernel.letters import LETTERS, as_scanned, meant

ALPHABET = LETTERS.lower()  # 5 bits each; in addresses small letters are the custom
OF_A_PLACE = 12  # 60 bits: it hangs on a wall for everybody to read, and only must not be hit upon by trying
OF_A_VISIT = 8  # 40 bits, shown to nobody without the last four of the number too


def random_code(length: int) -> str:
    """A new one of `length` characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read_code(text: str, length: int) -> str:
    """The code that somebody typed, "" where it can be none. Capitals, hyphens and o for 0 are forgiven."""
    code = meant(as_scanned(text)).lower()
    return code if len(code) == length and set(code) <= set(ALPHABET) else ""


def spaced(code: str) -> str:
    """As it stands on paper: k7q2-m9xp."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
