"""To whom a late order is passed: up the place tree, to the next unit in which somebody answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Answering(NamedTuple):
    """A unit (its node) and whoever answers for it (id of staff; None: nobody)."""

    staff: int | None
    node: int


class Passed(NamedTuple):
    """`to`: who answers now (None: nobody is left above); `skipped`: units on the way in which nobody does; `is_top`:
    nobody stands above."""

    to: Answering | None
    skipped: list[int]
    is_top: bool


def passed_up(above: Sequence[Answering]) -> Passed:
    """`above`: the units above whoever answers so far, the nearest first."""
    skipped: list[int] = []
    for number, unit in enumerate(above):
        if unit.staff is not None:
            return Passed(unit, skipped, is_top=all(one.staff is None for one in above[number + 1 :]))
        skipped.append(unit.node)
    return Passed(None, skipped, is_top=True)
