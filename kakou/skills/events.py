"""What higher capabilities tell skills: who is engaged with something else, and so is not free to help."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

Engaged = Callable[[Collection[UUID]], set[UUID]]
"""Of these persons those who are at something now. Asked within the scope of every place."""

_ENGAGED: list[Engaged] = []


def add_engaged(ask: Engaged) -> None:
    """Ask it too from now on. Twice is once."""
    if ask not in _ENGAGED:
        _ENGAGED.append(ask)


def engaged(persons: Collection[UUID]) -> set[UUID]:
    """Who of these is at something, by whatever was added."""
    return {person for ask in _ENGAGED for person in ask(persons)}
