"""How many people may be handed out unmasked by one person alone, and how long a release holds. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

FEW = 100  # people in a day: a building, not a community
DAY = dt.timedelta(days=1)
HOLDS = DAY  # once released


class ExportState(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    RELEASED = "released"
    REFUSED = "refused"
    TAKEN = "taken"  # once; the next one is asked anew


def is_few(count: int, taken_today: int) -> bool:
    """May one person hand these out alone, having handed out so many within a day?"""
    return taken_today + count <= FEW


def covers(released: int, count: int) -> bool:
    """Was this much released? A list grows while somebody thinks about it: by a tenth, not by more."""
    return count <= released + max(released // 10, 10)
