"""防患于未然 (R34, R78): what a gate sees more of than is usual there at that hour. Pure.

Three signs are counted, each by different people: too warm; persuaded back; a code not green or that cannot be shown.
Usual is what the same gate saw in the same hour of the fourteen days before. A count is unusual when so many or more
would come of themselves less than once in ten thousand hours, if they came one by one at the usual rate (the upper tail
of a Poisson law), and when there are at least so many that one family or one broken telephone does not make them.

Why this one: single sights of trouble come independently, and of fourteen small counts nothing but their mean is known
well; quantiles and deviations of fourteen numbers mostly zero are not. To their sum one is added, so that a gate which
never saw any is not alarmed by its second. A gate younger than fourteen days has days of none: there the least count
decides. An outbreak makes its own days usual, and is known by then.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kakou.ledger.checks.rows import Checked
from kakou.ledger.checks.seen_again import is_persuaded_back
from kakou.ledger.rules import SubjectKind
from kakou.screening.rules import HealthCode, TravelCode

DAYS = 14  # that tell what is usual
RARE = 1e-4
HOUR = dt.timedelta(hours=1)
BAD_HEALTH = frozenset({HealthCode.YELLOW, HealthCode.RED, HealthCode.NONE})
BAD_TRAVEL = frozenset({TravelCode.YELLOW, TravelCode.ORANGE, TravelCode.RED, TravelCode.NONE})
LOWEST_FEVER = 370  # tenths of a degree: no rules call anybody too warm below it


class Sign(StrEnum):
    """What is counted."""

    FEVER = "fever"
    PERSUADED_BACK = "persuaded_back"
    CODES = "codes"


# fewer different people than these within an hour warn of nothing
LEAST = {Sign.FEVER: 3, Sign.PERSUADED_BACK: 6, Sign.CODES: 6}


class Cell(NamedTuple):
    """An hour of a day of the site at a gate (node)."""

    node: int
    day: dt.date
    hour: int

    def on(self, day: dt.date) -> Cell:
        """The same hour of another day."""
        return self._replace(day=day)

    def span(self, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
        """From when until before when, UTC. Where clocks are set back it is two hours, both of that name."""
        begins = dt.datetime.combine(self.day, dt.time(self.hour), zone)
        return begins.astimezone(dt.UTC), begins.replace(fold=1).astimezone(dt.UTC) + HOUR


def cell_of(row: Checked, zone: ZoneInfo) -> Cell:
    """Where and when a passage counts."""
    here = row.happened_at.astimezone(zone)
    return Cell(row.node, here.date(), here.hour)


def signs_of(row: Checked, fever_from: int) -> list[Sign]:
    """What a passage is a sign of. `fever_from`: tenths of a degree from which on its rules call somebody too warm."""
    if row.subject_kind != SubjectKind.PERSON:
        return []
    told = {
        Sign.FEVER: row.temperature is not None and row.temperature >= fever_from,
        Sign.PERSUADED_BACK: is_persuaded_back(row),
        Sign.CODES: row.health in BAD_HEALTH or row.travel in BAD_TRAVEL,
    }
    return [sign for sign, is_one in told.items() if is_one]


def is_unusual(many: int, before: Sequence[int], *, least: int) -> bool:
    """Are `many` more than usual, where as many days saw `before`?"""
    if many < least:
        return False
    return tail(many, (sum(before) + 1) / max(len(before), 1)) < RARE


def tail(many: int, mean: float) -> float:
    """The probability of `many` or more of a Poisson law with that mean (> 0); 1 for so few that nobody asks."""
    if many <= mean:
        return 1.0
    term = math.exp(many * math.log(mean) - mean - math.lgamma(many + 1))
    total = 0.0
    while term > total * 1e-16:  # each is smaller than the one before by mean / many at least
        total += term
        many += 1
        term *= mean / many
    return total
