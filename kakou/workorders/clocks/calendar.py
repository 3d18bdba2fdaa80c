"""Which days are worked where a site stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo

import holidays

_DAY = dt.timedelta(days=1)
_FRIDAY = 4


@dataclass(frozen=True)
class Calendar:
    """Days of rest and of work. `exceptions`: day → is it worked, where that is not told by the day of the week;
    `announced`: the years of which all exceptions are known."""

    zone: ZoneInfo
    exceptions: Mapping[dt.date, bool] = field(default_factory=dict)
    announced: frozenset[int] | None = None  # None: every year
    weekends: bool = True  # do they rest?

    def is_worked(self, day: dt.date) -> bool:
        """Is it a day of work?"""
        return self.exceptions.get(day, not self.weekends or day.weekday() <= _FRIDAY)

    def is_provisional(self, day: dt.date) -> bool:
        """May an announcement still change whether it is worked?"""
        return self.announced is not None and day.year not in self.announced

    def wall(self, at: dt.datetime) -> dt.datetime:
        """What the clock on the wall shows, without a zone."""
        return at.astimezone(self.zone).replace(tzinfo=None, fold=0)

    def instant(self, wall: dt.datetime) -> dt.datetime:
        """When the clock on the wall shows that, in UTC: the first time where it does so twice; a time that it leaves
        out is told by the clock that was not put forward."""
        return wall.replace(tzinfo=self.zone).astimezone(dt.UTC)

    def next_day(self, day: dt.date) -> dt.datetime:
        """The midnight at which a day ends, on the wall."""
        return dt.datetime.combine(day + _DAY, dt.time())

    def with_days(self, exceptions: Mapping[dt.date, bool]) -> Calendar:
        """The same with what a site says of its own days, which goes before everything else."""
        return Calendar(self.zone, {**self.exceptions, **exceptions}, self.announced, self.weekends)


def everyday(zone: ZoneInfo) -> Calendar:
    """Every day is worked."""
    return Calendar(zone, weekends=False)


@cache
def calendar_of(country: str, zone: ZoneInfo, years: range) -> Calendar:
    """Of a country, by its two letters (ISO 3166-1); "": every day is worked. Raises NotImplementedError for a country
    that the package does not know."""
    if not country:
        return everyday(zone)
    if country == "CN":
        return china(zone, years)
    return Calendar(zone, dict.fromkeys(holidays.country_holidays(country, years=years), False))


def china(zone: ZoneInfo, years: range) -> Calendar:
    """Days of rest of the mainland with the weekends that are worked instead (国务院办公厅关于节假日安排的通知), by
    the package holidays. A year was announced if at least one weekend of it is worked, as one was in every year so far.
    """
    told = holidays.country_holidays("CN", years=years)  # the statutory days of every year, as far as it knows them
    instead = {day for day in told.weekend_workdays if day.year in years}
    exceptions = dict.fromkeys(told, False) | dict.fromkeys(instead, True)
    return Calendar(zone, exceptions, frozenset(day.year for day in instead))
