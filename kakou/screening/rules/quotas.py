"""每户每N天一人外出: how often a household was out within the days of its quota, and who went beyond it. Pure.

Source: domain.md 3.4 (one person of a household, once every second day: Anshun, Xuzhou). Gates judge by what they know;
what two gates without a network could not know is found here afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Exit(NamedTuple):
    """One way out that counts: when, and its passage."""

    at: dt.datetime
    passage: UUID


def used(exits: Iterable[Exit], at: dt.datetime, *, days: int) -> int:
    """How often somebody of the household went out within the `days` before `at`: compared with the quota."""
    since = at - dt.timedelta(days=days)
    return sum(since < exit.at < at for exit in exits)


def breaches(exits: Iterable[Exit], *, persons: int, days: int) -> list[Exit]:
    """The exits by which a household went beyond `persons` within `days`, in order of time. The same set gives the same
    answer in whatever order it comes; who went beyond it does not use up the quota of the others.
    """
    found: list[Exit] = []
    counted: list[Exit] = []
    for exit in sorted(exits, key=lambda each: (each.at, each.passage)):
        if used(counted, exit.at, days=days) >= persons:
            found.append(exit)
        else:
            counted.append(exit)
    return found
