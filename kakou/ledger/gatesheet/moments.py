"""A moment as date and time of the sheet, in the site's zone, and back. Pure.

An hour that came twice is written with its offset, so that both can be told apart; all others are written plainly.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from kakou.kernel.errors import Refusal
from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.gatesheet import words

_TIME = re.compile(
    r"([0-9]{1,2})[:：时]([0-9]{1,2})(?:[:：分]([0-9]{1,2})秒?|分)?(?: ?([+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?))?",
    re.ASCII,
)
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)


class MomentRefused(Refusal):
    """No moment of that zone; `fix` is the msgid of the way out."""

    code = "moment-refused"

    def __init__(self, text: str, /, *, fix: str, **params: object) -> None:
        super().__init__(text, **params)
        self.fix = fix


def written(ms: int, zone: ZoneInfo) -> tuple[str, str]:
    """2021-08-10, 08:30:15; in an hour that came twice 01:30:15 +01:00."""
    local = from_ms(ms).astimezone(zone)
    other = local.replace(fold=1 - local.fold)
    twice = other.utcoffset() != local.utcoffset() and _is_there(local, zone) and _is_there(other, zone)
    offset = f" {local.isoformat(timespec='seconds')[19:]}" if twice else ""
    return local.date().isoformat(), f"{local:%H:%M:%S}{offset}"


def day_of(text: str) -> dt.date | None:
    """2021-08-10, 2021/8/10, 2021年8月10日; None for anything else."""
    found = _DAY.fullmatch(text.strip())
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def read(day: dt.date, text: str, zone: ZoneInfo) -> int:
    """Epoch milliseconds of a time of that day. Raises MomentRefused."""
    found = _TIME.fullmatch(text.strip())
    try:
        hour, minute, second = (int(part or 0) for part in found.groups()[:3]) if found else (24, 0, 0)
        clock = dt.time(hour, minute, second)
    except ValueError:
        found = None
    if found is None:
        raise MomentRefused(words.NOT_A_TIME, fix=words.FIX_TIME, value=text[:40])
    choices = {
        local.utcoffset(): local
        for fold in (0, 1)
        if _is_there(local := dt.datetime.combine(day, clock, zone).replace(fold=fold), zone)
    }
    if not choices:
        raise MomentRefused(words.TIME_SKIPPED, fix=words.FIX_TIME)
    if found[4]:
        choices = {offset: local for offset, local in choices.items() if offset == _offset(found[4])}
        if not choices:
            raise MomentRefused(words.NOT_A_TIME, fix=words.FIX_TIME, value=text[:40])
    if len(choices) > 1:
        raise MomentRefused(words.TIME_TWICE, fix=words.FIX_TWICE)
    return to_ms(next(iter(choices.values())))


def _offset(text: str) -> dt.timedelta:
    digits = text[1:].replace(":", "").ljust(6, "0")
    whole = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:6]))
    return -whole if text[0] == "-" else whole


def _is_there(local: dt.datetime, zone: ZoneInfo) -> bool:
    """Does the zone have this wall clock with this offset?"""
    back = local.astimezone(dt.UTC).astimezone(zone)
    return back.replace(tzinfo=None, fold=0) == local.replace(tzinfo=None, fold=0)
