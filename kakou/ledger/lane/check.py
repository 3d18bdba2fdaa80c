"""The checks that a phone's passage and a row of an old sheet share. Pure: no clock, no database, no Django.

A wrong clock is flagged and stored; a passage that contradicts itself is unfit and goes to quarantine whole.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from kakou.ledger.lane.codes import STOPPED_WORDS
from kakou.ledger.lane.wire import Passage, Subject, Unfit
from kakou.ledger.rules import SKEW_LIMIT_MS, Clock
from kakou.screening.rules import TEMPERATURE_RANGE

DAY = 86_400_000
STALE_AFTER = 31 * DAY
AHEAD_AT_MOST = DAY  # later than this is no clock that runs fast
FIRST_YEAR = 946_684_800_000  # 2000-01-01: before it nothing here can have happened
_COLDEST, _HOTTEST = TEMPERATURE_RANGE
# plain numbers: these run for every passage, and combining IntFlags costs a microsecond each time
_CORRECTED, _SKEWED, _FUTURE = int(Clock.CORRECTED), int(Clock.SKEWED), int(Clock.FUTURE)
_STALE, _ID_DISAGREES, _JUMPED = int(Clock.STALE), int(Clock.ID_DISAGREES), int(Clock.JUMPED)


class Times(NamedTuple):
    """`happened_ms`: corrected, epoch ms. `flags`: see Clock."""

    happened_ms: int
    flags: int


def judge_times(item: Passage, *, server_ms: int, sent_offset: int) -> Times:
    """When it happened by the server's clock, and what is odd about it. Raises Unfit("impossible-time").

    `sent_offset`: server minus device at this upload (ms).
    """
    offset, at = item.offset, item.at
    happened = at + offset
    if not FIRST_YEAR <= happened <= server_ms + AHEAD_AT_MOST:
        raise Unfit("impossible-time", "$.at")
    flags = _CORRECTED if offset else 0
    if not -SKEW_LIMIT_MS <= offset <= SKEW_LIMIT_MS:
        flags |= _SKEWED
    if happened > server_ms + SKEW_LIMIT_MS:
        flags |= _FUTURE
    elif happened < server_ms - STALE_AFTER:
        flags |= _STALE
    if not -SKEW_LIMIT_MS <= _made_at(item.id) - at <= SKEW_LIMIT_MS:
        flags |= _ID_DISAGREES
    if not -SKEW_LIMIT_MS <= sent_offset - offset <= SKEW_LIMIT_MS:
        flags |= _JUMPED
    return Times(happened, flags)


def check_passage(item: Passage) -> None:
    """Does the passage agree with itself? Raises Unfit naming the contradiction."""
    if item.crossed and item.verdict in STOPPED_WORDS and item.override is None:
        raise Unfit("crossed-against-verdict", "$.crossed")
    temperature, before = item.checks.temperature, item.checks.temperature_before
    if temperature is not None and not _COLDEST <= temperature <= _HOTTEST:
        raise Unfit("impossible-temperature", "$.checks.temperature")
    if before is not None and not _COLDEST <= before <= _HOTTEST:
        raise Unfit("impossible-temperature", "$.checks.temperature_before")
    if item.corrects is not None and item.corrects == item.id:
        raise Unfit("corrects-itself", "$.corrects")
    check_subject(item.subject)


def check_subject(subject: Subject) -> None:
    """Is there something to know the subject by, and does it fit its kind? Raises Unfit."""
    person = subject.kind == "person"
    if subject.plate is not None if person else (subject.document is not None or subject.phone is not None):
        raise Unfit("subject-mixed", "$.subject")
    if subject.id or subject.pass_ or subject.document or subject.phone or subject.plate or subject.token:
        return
    raise Unfit("subject-unknown", "$.subject")


def _made_at(id: UUID) -> int:
    # ids that carry no time read as some moment far from now, which is just what is to be flagged
    number = id.int
    return number >> 80 if (number >> 76) & 0xF == 7 else -DAY * 36500
