"""What higher capabilities may hear of people: that two subjects became one, or two again. Registered at start."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Heard = Callable[[UUID, UUID], None]
_HEARERS: list[Heard] = []


def on_same_subject(hear: Heard) -> None:
    """Call `hear(subject, same_as)` in the transaction in which the two become one or are parted. Twice is once."""
    if hear not in _HEARERS:
        _HEARERS.append(hear)


def tell_same_subject(subject: UUID, same_as: UUID) -> None:
    """Tell everyone who wants to hear."""
    for hear in _HEARERS:
        hear(subject, same_as)
