"""Which PINs are refused: those that whoever finds a badge tries first. Pure.

Sources of what people choose: Wang et al., "Understanding Human-Chosen PINs" (AsiaCCS 2017): dates, runs and repeated
blocks make up most of the six-digit PINs that are chosen in Chinese and English lists.
"""

from __future__ import annotations

import calendar
import re

from kakou.kernel.errors import Refusal

LENGTH = 6
FEWEST = 3  # different digits
_RUNS = ("01234567890123456789", "98765432109876543210")
# columns and corners of the keypad, and what sounds like a wish
_USUAL = frozenset(
    {"112233", "223344", "334455", "445566", "556677", "667788", "778899", "998877", "332211", "123654", "147258",
     "147369", "159357", "159753", "258369", "258147", "357159", "369258", "456123", "456789", "741852", "753951",
     "789456", "963852", "520131", "131452", "201314", "521131", "314159", "142857", "102030", "010203"}
)  # fmt: skip
_LEAP = 2024  # a year that has every day


class PinRefused(Refusal):
    """The PIN is too easily guessed, or is none."""

    code = "pin-refused"


def check_pin(pin: str) -> str:
    """The PIN itself. Raises PinRefused, and says why without repeating it."""
    if not re.fullmatch(rf"[0-9]{{{LENGTH}}}", pin):
        raise PinRefused("A PIN is six digits.")
    if _is_pattern(pin):
        raise PinRefused("This PIN is a pattern that is tried first. Choose six digits without an order.")
    if _is_date(pin):
        raise PinRefused("This PIN reads like a date, and dates of birth are tried first. Choose another.")
    return pin


def _is_pattern(pin: str) -> bool:
    return (
        len(set(pin)) < FEWEST
        or any(pin in run for run in _RUNS)
        or any(pin == pin[:size] * (LENGTH // size) for size in (2, 3))
        or pin == pin[::-1]
        or pin in _USUAL
    )


def _is_date(pin: str) -> bool:
    """Year, month, day with two digits each in the orders that people write, or a year with its month."""
    first, second, third = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    days = (second, third), (second, first), (first, second)  # YYMMDD, DDMMYY, MMDDYY
    year_and_month = first in (19, 20) and 1 <= third <= 12
    return year_and_month or any(_is_day(month, day) for month, day in days)


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(_LEAP, month)[1]
