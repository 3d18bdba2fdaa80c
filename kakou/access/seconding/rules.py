"""How long something waits for a second person. Pure."""

from __future__ import annotations

import datetime as dt

ASKED = "asked"  # the state in which it waits, whatever it is
WAITS = dt.timedelta(days=3)  # for a second person; then it is asked anew
PROVES = dt.timedelta(days=1)  # whom somebody made, or gave a role or a password, for that long decides on nothing
KEPT = dt.timedelta(days=366)  # what is settled or lapsed; the audit keeps it longer


def is_waiting(state: str, asked_at: dt.datetime, at: dt.datetime) -> bool:
    """May somebody still decide?"""
    return state == ASKED and at - asked_at < WAITS


def counts(given_at: dt.datetime, *, by_somebody: bool, asked_at: dt.datetime, at: dt.datetime) -> bool:
    """Does what was given then (a role, a password) make its holder a second person for what was asked at `asked_at`?
    It was his before that, and for a day where somebody gave it and not the machine."""
    return given_at <= (min(asked_at, at - PROVES) if by_somebody else asked_at)
