"""When a visit may be: a part of one of the next days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAYS_AHEAD = 7  # today is one of them


class Window(StrEnum):
    """Which part of a day."""

    DAY = "day"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


HOURS: Mapping[Window, tuple[int, int]] = {
    Window.DAY: (0, 24),
    Window.MORNING: (6, 12),
    Window.AFTERNOON: (12, 18),
    Window.EVENING: (18, 24),
}


class When(NamedTuple):
    """A part of a day of the site."""

    day: dt.date
    window: Window


def said_when(day: dt.date, window: Window) -> str:
    """As a form holds it: 2021-08-10/morning."""
    return f"{day.isoformat()}/{window.value}"


def read_when(text: str) -> When:
    """What `said_when` said. Raises ValueError."""
    day, _, window = text.partition("/")
    return When(dt.date.fromisoformat(day), Window(window))


def moments(when: When, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """From when until when, aware."""
    first, last = HOURS[when.window]
    start = dt.datetime.combine(when.day, dt.time(first), zone)
    if last < 24:
        return start, dt.datetime.combine(when.day, dt.time(last), zone)
    return start, dt.datetime.combine(when.day + dt.timedelta(days=1), dt.time.min, zone)
