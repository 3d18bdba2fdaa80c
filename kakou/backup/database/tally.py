"""Rows counted and added up, so that two tables can be compared whatever the order of their rows."""

from __future__ import annotations

import hashlib

_MODULUS = 1 << 256


class Tally:
    """How many rows, and the sum of their SHA-256: equal for equal rows in any order. Against damage and mistakes;
    against forgery stands the seal of every part.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._total = 0

    def add(self, lines: bytes) -> None:
        """Whole rows as COPY writes them, one a line, each with its end: line breaks inside a value are escaped."""
        for line in lines.split(b"\n")[:-1]:
            self.rows += 1
            self._total += int.from_bytes(hashlib.sha256(line).digest(), "big")

    @property
    def total(self) -> str:
        """64 hex digits."""
        return f"{self._total % _MODULUS:064x}"
