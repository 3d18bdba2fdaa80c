"""A passage as a case of `screening.rules`: what it says in words, at each moment at which its gate may have judged."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in, to_ms
from kakou.ledger.checks.rows import Checked
from kakou.ledger.lane import codes
from kakou.ledger.lane.rows import OF_CHECKS, Personal
from kakou.ledger.lane.wire import Subject
from kakou.ledger.rules import Direction
from kakou.screening.rules import Case, Record, Stay

# between the look at a code and writing the passage down; a code is not too old for that
WRITING = dt.timedelta(minutes=2)


_DIRECTIONS, _PURPOSES = codes.words_of(codes.DIRECTIONS), codes.words_of(codes.PURPOSES)
_LOOKS = tuple(
    (look, codes.words_of(numbers))
    for look, numbers in (
        ("health", codes.HEALTH), ("travel", codes.TRAVEL), ("vaccination", codes.VACCINATION),
        ("origin", codes.ORIGIN), ("mask", codes.MASK),
    )
)  # fmt: skip
_OF_CHECKS = frozenset(OF_CHECKS)


def cases_of(row: Checked, personal: Personal | None, zone: ZoneInfo) -> list[Case]:
    """The case at every moment at which the gate may have judged it, the likeliest first. `personal`: what of the row
    was sealed, None where nothing was or nobody can read it any more: then nothing is known of his stays, and by what
    he was written down is not asked.
    """
    said = _said(row, personal)
    # by the server's clock, by the phone's own, and a little before the passage was written down
    moments = dict.fromkeys((row.happened_at, row.device_at, row.happened_at - WRITING))
    return [cast(Case, {"at": to_ms(at), "day": day_in(zone, at).isoformat(), **said}) for at in moments]


def purpose_of(row: Checked) -> str | None:
    """Why he came or went, as the gate wrote it; None where it did not."""
    return _PURPOSES.get(row.purpose)


def record_of(subject: Subject, direction: int) -> Record:
    """By what he was written down. Who shows on his way out what he was given when he came in is known by that."""
    if (
        subject.id is not None
        or subject.pass_ is not None
        or (subject.token is not None and direction == Direction.OUT)
    ):
        return Record.KNOWN
    if subject.document is not None:
        return Record.DOCUMENT
    if subject.phone is not None:
        return Record.PHONE
    return Record.NAME if subject.name is not None else Record.NONE


class Looked(Protocol):
    """Whatever holds the looks of a passage by their numbers: a row of the table or its model."""

    @property
    def temperature(self) -> int | None:
        """Tenths of a degree."""

    @property
    def detail(self) -> Any:
        """What has no column, by its names on the wire; None where there is nothing."""


def checks_of(row: Looked) -> dict[str, Any]:
    """The checks of a passage in words, as they stood on the wire. A look that is absent was not taken."""
    looks = ((look, words.get(getattr(row, look))) for look, words in _LOOKS)
    checks: dict[str, Any] = {look: word for look, word in looks if word is not None}
    checks |= {name: value for name, value in (row.detail or {}).items() if name in _OF_CHECKS}
    if row.temperature is not None:
        checks["temperature"] = row.temperature
    return checks


def _said(row: Checked, personal: Personal | None) -> dict[str, Any]:
    """The members of a case but for its moment."""
    said: dict[str, Any] = {
        "direction": _DIRECTIONS.get(row.direction), "purpose": purpose_of(row), "checks": checks_of(row),
        "skipped": row.detail.get("skipped") or {}, "record": Record.KNOWN, "stays": [],
    }  # fmt: skip
    if (who := row.detail.get("who")) is not None:
        said["who"] = who
    if personal is not None:
        said["record"] = record_of(personal.subject, row.direction)
        said["stays"] = [Stay({"code": one.code, "from": one.from_, "to": one.to}) for one in personal.stays or ()]
    return said
