"""Words that several pictures share. Every text is a msgid; `gettext` is given by whoever shows the picture."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

Gettext = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


UNKNOWN_DAY = N_("day not known")
NOT_CERTAIN = N_("not certain")


def short_day(day: dt.date) -> str:
    """02-03."""
    return day.strftime("%m-%d")


def short_moment(at: dt.datetime, zone: ZoneInfo) -> str:
    """02-03 14:20 at the site."""
    return at.astimezone(zone).strftime("%m-%d %H:%M")


def moment(at: dt.datetime | None, zone: ZoneInfo) -> str:
    """2020-02-03 14:20 at the site; nothing for an unknown one."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def many(value: int) -> str:
    """12,345."""
    return f"{value:,}"


def listed(parts: Iterable[str]) -> str:
    """The parts that say something, with a dot between."""
    return " · ".join(part for part in parts if part)
