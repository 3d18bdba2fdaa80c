"""Words for time, in the site's zone and the reader's language. `now` is always an argument."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext, ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def clock(at: dt.datetime) -> str:
    """10:42:05."""
    return timezone.localtime(at).strftime("%H:%M:%S")


def moment(at: dt.datetime, now: dt.datetime) -> str:
    """10:42 today, 11-22 10:42 this year, else 2025-11-22 10:42: never ambiguous, never longer than needed."""
    here, today = timezone.localtime(at), timezone.localtime(now)
    if here.date() == today.date():
        return here.strftime("%H:%M")
    return here.strftime("%m-%d %H:%M" if here.year == today.year else "%Y-%m-%d %H:%M")


def span(seconds: float) -> str:
    """A length in its largest whole unit, rounded down: 59 s is less than a minute, 119 min is one hour."""
    whole = int(abs(seconds))
    if whole >= DAY:
        return ngettext("%(n)d day", "%(n)d days", whole // DAY) % {"n": whole // DAY}
    if whole >= HOUR:
        return ngettext("%(n)d hour", "%(n)d hours", whole // HOUR) % {"n": whole // HOUR}
    if whole >= MINUTE:
        return ngettext("%(n)d min", "%(n)d min", whole // MINUTE) % {"n": whole // MINUTE}
    return gettext("less than a minute")


def age(at: dt.datetime, now: dt.datetime) -> str:
    """'3 min ago' or 'in 2 hours'."""
    seconds = (now - at).total_seconds()
    return (
        gettext("%(span)s ago") % {"span": span(seconds)}
        if seconds >= 0
        else gettext("in %(span)s") % {"span": span(seconds)}
    )
