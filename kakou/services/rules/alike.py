"""How alike two reports are. By pairs of characters: Chinese has no spaces to cut words at."""

from __future__ import annotations

import datetime as dt
import unicodedata

NOTICED = 0.45  # from here on it is suggested
WITHIN = dt.timedelta(days=14)
MOST_COMPARED = 200


def pairs(text: str) -> frozenset[str]:
    """The pairs of letters and digits that stand beside each other; of a single one, itself."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    return frozenset(bare[at : at + 2] for at in range(max(len(bare) - 1, 1))) if bare else frozenset()


def likeness(one: str, other: str) -> float:
    """0 (nothing in common) to 1 (the same pairs): Dice's coefficient."""
    a, b = pairs(one), pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def alike(text: float, *, same_place: bool, same_category: bool, apart: dt.timedelta) -> float:
    """`text`: their likeness. Half of it all is the text; the rest is where, what and when."""
    near = max(0.0, 1 - abs(apart) / WITHIN)
    return 0.5 * text + 0.2 * same_place + 0.15 * same_category + 0.15 * near
