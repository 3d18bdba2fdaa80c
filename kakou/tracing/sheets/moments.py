"""Times as people write them in lists and forms: Chinese, ISO, with and without year and hour. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo

from kakou.kernel.errors import Refusal
from kakou.tracing.sheets import words

MOST_BACK = dt.timedelta(days=366)
_DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})[-/.年])?(?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"|(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
)
_HOUR = re.compile(
    r"(?P<half>上午|下午|晚上|晚|中午|凌晨|早上)?(?P<hour>[0-9]{1,2})(?:[:时点](?P<minute>[0-9]{1,2}|半)?分?)"
    r"(?::?(?P<second>[0-9]{1,2})(?:\.[0-9]+)?秒?)?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_AFTERNOON = frozenset({"下午", "晚上", "晚", "中午"})


class MomentRefused(Refusal):
    """No moment at which anybody can have been together; `fix` is the msgid of what to write."""

    code = "moment-refused"

    def __init__(self, text: str, /, *, fix: str = words.FIX_TIME, **params: object) -> None:
        super().__init__(text, **params)
        self.fix = fix


def read_moment(told: dt.datetime | str, *, zone: ZoneInfo, at: dt.datetime) -> dt.datetime:
    """A moment of the site in UTC; a day without an hour is its first moment, a day without a year the last one that is
    not in the future. `told`: a text, or a naive time of a sheet. Raises MomentRefused: not understood, in the future
    of `at`, or more than a year back."""
    shown = told if isinstance(told, str) else told.isoformat(" ", "minutes")
    local = _read(told, zone, at) if isinstance(told, str) else told
    moment = _at_the_site(local, zone, shown) if local.tzinfo is None else local
    moment = moment.astimezone(dt.UTC)
    if moment > at:
        raise MomentRefused(words.FUTURE, fix=words.FIX_FUTURE, value=shown[:40])
    if moment < at - MOST_BACK:
        raise MomentRefused(words.LONG_AGO, fix=words.FIX_FUTURE, value=shown[:40])
    return moment


def _read(text: str, zone: ZoneInfo, at: dt.datetime) -> dt.datetime:
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    found = _DAY.match(plain)
    if found is None:
        raise _unread(text)
    day = _day(found, text, at.astimezone(zone).date())
    rest = plain[found.end() :].removeprefix("T").strip(" ,")
    if not rest:
        return dt.datetime.combine(day, dt.time())
    hour = _HOUR.fullmatch(rest.replace(" ", ""))
    if hour is None:
        raise _unread(text)
    try:
        moment = dt.datetime.combine(day, _time(hour))
    except ValueError:
        raise _unread(text) from None
    if offset := hour["zone"]:
        return dt.datetime.fromisoformat(moment.isoformat() + ("+00:00" if offset == "Z" else offset))
    return moment


def _day(found: re.Match[str], text: str, today: dt.date) -> dt.date:
    year, month, day = found["year"] or found["y"], found["month"] or found["m"], found["day"] or found["d"]
    try:
        if year:
            return dt.date(int(year), int(month), int(day))
        this, last = ((today.year - back, int(month), int(day)) for back in (0, 1))
        return dt.date(*last) if this[1:] > (today.month, today.day) else dt.date(*this)
    except ValueError:
        raise _unread(text) from None


def _time(found: re.Match[str]) -> dt.time:
    hour = int(found["hour"])
    if found["half"] in _AFTERNOON and hour < 12 and not (found["half"] == "中午" and hour > 9):
        hour += 12
    minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
    return dt.time(hour, minute, int(found["second"] or 0))


def _at_the_site(local: dt.datetime, zone: ZoneInfo, shown: str) -> dt.datetime:
    """Of an hour that came twice the first: they were together no later than told."""
    try:
        moment = local.replace(tzinfo=zone).astimezone(dt.UTC)
        back = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise _unread(shown) from None
    if back != local and (local.hour or local.minute):  # a day may begin at one o'clock
        raise MomentRefused(words.SKIPPED, value=shown[:40])
    return moment


def _unread(text: str) -> MomentRefused:
    return MomentRefused(words.NO_TIME, value=text[:40])
