"""How long something waits for a second person. Pure."""

from __future__ import annotations

import datetime as dt

ASKED = "asked"  # the state in which it waits, whatever it is
WAITS = dt.timedelta(days=3)  # for a second person; then it is asked anew
KEPT = dt.timedelta(days=366)  # what is settled or lapsed; the audit keeps it longer


def is_waiting(state: str, asked_at: dt.datetime, at: dt.datetime) -> bool:
    """May somebody still decide?"""
    return state == ASKED and at - asked_at < WAITS
