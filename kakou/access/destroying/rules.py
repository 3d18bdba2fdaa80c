"""Which keys may be destroyed on a page. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

FOR_GOOD = dt.date(2100, 1, 1)  # from here on keys seal what works here: second factors, channels, ways in


class DestructionState(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


def is_of_people(due: dt.date) -> bool:
    """Does the key of this day seal people's data, and nothing by which Kakou works?"""
    return due < FOR_GOOD


def is_meant(typed: str, day: dt.date) -> bool:
    """Did somebody who wrote this mean this day? A dash of a Chinese keyboard is one too."""
    return typed.strip().replace("－", "-").replace("—", "-") == day.isoformat()
