"""Times of a sheet: local, in several forms, sometimes of an hour that never was or came twice."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from kakou.kernel.errors import Refusal
from kakou.kernel.time import to_ms
from kakou.ledger.sheets import wording

EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_AHEAD = dt.timedelta(days=1)  # a clock in another zone or a few minutes fast is no future
_ISO = "%Y-%m-%d %H:%M:%S"
_LOOKS_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


class TimeRefused(Refusal):
    """Not a moment that can be in the ledger; `fix` is the msgid of the way out."""

    code = "time-refused"

    def __init__(self, text: str, /, *, fix: str = wording.FIX_TIME, **params: object) -> None:
        super().__init__(text, **params)
        self.fix = fix


class Clock:
    """Turns what a sheet says into epoch milliseconds, UTC."""

    def __init__(
        self, zone: ZoneInfo, formats: Sequence[str], ambiguous: Literal["refuse", "first", "second"], now_ms: int
    ) -> None:
        self._zone = zone
        self._formats = formats
        self._iso_first = bool(formats) and formats[0] == _ISO
        self._ambiguous = ambiguous
        self._last = now_ms + _AHEAD // dt.timedelta(milliseconds=1)
        self._first = to_ms(EARLIEST)
        self._fixed = zone.key in {"UTC", "Etc/UTC"}

    def ms(self, value: dt.datetime | str) -> int:
        """One time of the sheet, a time cell or a text, as epoch milliseconds. Raises TimeRefused."""
        told = self._parse(value) if isinstance(value, str) else value
        ms = to_ms(told if told.tzinfo is not None else self._aware(told))
        if ms < self._first:
            raise TimeRefused(wording.TOO_EARLY, value=_shown(told), limit=EARLIEST.date().isoformat())
        if ms > self._last:
            raise TimeRefused(wording.TOO_LATE, value=_shown(told))
        return ms

    def _parse(self, text: str) -> dt.datetime:
        if self._iso_first and _LOOKS_ISO.fullmatch(text):  # six times as fast as strptime
            try:
                return dt.datetime.fromisoformat(text)
            except ValueError:
                raise TimeRefused(wording.IMPOSSIBLE_TIME, value=text) from None
        impossible = False
        for form in self._formats:
            try:
                return dt.datetime.strptime(text, form)  # noqa: DTZ007 — the zone is the mapping's to give
            except (ValueError, OverflowError) as error:
                impossible = impossible or "out of range" in str(error)
        if impossible:
            raise TimeRefused(wording.IMPOSSIBLE_TIME, value=text[:40])
        raise TimeRefused(
            wording.UNKNOWN_TIME, value=text[:40], formats=", ".join(map(_readable, self._formats)) or "—"
        )

    def _aware(self, local: dt.datetime) -> dt.datetime:
        if self._fixed:
            return local.replace(tzinfo=dt.UTC)
        first, second = (local.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        try:
            if first.utcoffset() == second.utcoffset():
                return first
            there = first.astimezone(dt.UTC).astimezone(self._zone).replace(tzinfo=None)
        except OverflowError:
            raise TimeRefused(wording.IMPOSSIBLE_TIME, value=_shown(local)) from None
        params = {"value": _shown(local), "zone": self._zone.key}
        if there != local:
            raise TimeRefused(wording.TIME_SKIPPED, fix=wording.FIX_TIME, **params)
        if self._ambiguous == "refuse":
            raise TimeRefused(wording.TIME_TWICE, fix=wording.FIX_DST, **params)
        return first if self._ambiguous == "first" else second


def _shown(at: dt.datetime) -> str:
    return at.isoformat(" ", "seconds")


def _readable(form: str) -> str:
    """%Y-%m-%d → YYYY-MM-DD, for a message to a person."""
    letters = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss", "%y": "YY", "%p": "AM"}
    return re.sub("%[a-zA-Z]", lambda found: letters.get(found.group(), found.group()), form)
