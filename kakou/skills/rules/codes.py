"""The code of the page on which somebody who was asked says yes or no: whoever has it answers for him."""

from __future__ import annotations

from kakou.ledger.visits import random_code as letters
from kakou.ledger.visits import read_code as read

LENGTH = 12  # 60 bits


def random_code() -> str:
    """A new one."""
    return letters(LENGTH)


def read_code(text: str) -> str:
    """The code in an address, "" where it can be none."""
    return read(text, LENGTH)
