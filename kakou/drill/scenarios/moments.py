"""Moments of a scenario: told beside the moment at which the training begins, so that a file holds on any day."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kakou.kernel.time import from_ms, to_ms

ALLOWED = "now±H:MM, today HH:MM, yesterday HH:MM"
BEFORE = "now-H:MM, yesterday HH:MM"
_FROM_NOW = re.compile(r"now(?:([+-])(\d{1,2}):([0-5]\d))?")
_CLOCK = re.compile(r"(today|yesterday) ([01]\d|2[0-3]):([0-5]\d)")
_DAY_AGO = {"today": 0, "yesterday": 1}


class Moment(NamedTuple):
    """Minutes after the beginning of the training (`day` None), or after midnight of the day so many days before it."""

    day: int | None
    minutes: int

    @property
    def is_ahead(self) -> bool:
        """May it lie after the beginning of the training?"""
        return self.day == 0 or (self.day is None and self.minutes > 0)

    def ms(self, now_ms: int, zone: ZoneInfo) -> int:
        """Epoch milliseconds, when the training begins at `now_ms` in `zone`."""
        if self.day is None:
            return now_ms + self.minutes * 60_000
        there = from_ms(now_ms).astimezone(zone).date() - dt.timedelta(days=self.day)
        hour, minute = divmod(self.minutes, 60)
        return to_ms(dt.datetime(there.year, there.month, there.day, hour, minute, tzinfo=zone))


def read_moment(text: object) -> Moment:
    """`now`, `now-2:30`, `today 09:15`, `yesterday 14:00`. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError(text)
    if told := _FROM_NOW.fullmatch(text):
        sign, hours, minutes = told.groups(default="0")
        return Moment(None, (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1))
    if told := _CLOCK.fullmatch(text):
        return Moment(_DAY_AGO[told[1]], int(told[2]) * 60 + int(told[3]))
    raise ValueError(text)
