"""To whom a late order is passed: up the place tree, to the next unit in which somebody answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Answering(NamedTuple):
    """A unit (its node) and whoever answers for it (id of staff; None: nobody). `is_second`: of the line of a second
    superior, and not of the own."""

    staff: int | None
    node: int
    is_second: bool = False


class Passed(NamedTuple):
    """`to`: who answers now (None: nobody is left above); `skipped`: units on the way in which nobody does; `is_top`:
    nobody stands above."""

    to: Answering | None
    skipped: list[int]
    is_top: bool


def passed_up(above: Sequence[Answering]) -> Passed:
    """`above`: the units above whoever answers so far, the nearest first, those of a second superior last: it answers
    where nobody is left in the own line, and owes nobody an owner."""
    skipped: list[int] = []
    for number, unit in enumerate(above):
        if unit.staff is not None:
            rest = [one for one in above[number + 1 :] if one.is_second == unit.is_second]
            return Passed(unit, skipped, is_top=all(one.staff is None for one in rest))
        if not unit.is_second:
            skipped.append(unit.node)
    return Passed(None, skipped, is_top=True)
