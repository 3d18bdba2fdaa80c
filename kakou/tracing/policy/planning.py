"""Days: how far to look back from a case, and what is due on which day after the last contact. Pure.

A day is the site's, from its midnight to the next, be it 23, 24 or 25 hours long. Moments come and go as aware
datetimes; those given back are in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in, from_ms
from kakou.tracing.policy import wording
from kakou.tracing.policy.fields import PolicyRefused
from kakou.tracing.policy.grading import Proposal
from kakou.tracing.policy.model import Grade, Policy, Stage
from kakou.tracing.policy.wording import Reason

DAY = dt.timedelta(days=1)
TEST, RELEASE = "test", "release"  # what is due, besides the measures


class Due(NamedTuple):
    """One thing on its days, first and last included: `what` is a Measure, "test" or "release"."""

    what: str
    first: dt.date
    last: dt.date
    reason: Reason


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first moment of a day at the site, in UTC; where clocks skip midnight, that is one o'clock."""
    # PEP 495, fold=0: of two midnights the first; of a skipped one the moment of the skip
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def lookback(
    policy: Policy,
    *,
    onset: dt.date | None,
    first_positive: dt.datetime | None,
    asymptomatic: bool,
    zone: ZoneInfo,
    until: dt.datetime | None = None,
) -> tuple[dt.datetime, dt.datetime]:
    """From when to when a case's meetings count, as moments in UTC.

    From the midnight that begins the day `lookback_days` before the onset, or before the first positive sample where
    that came earlier or there are no symptoms; until `until` (the isolation of the case), or else the end of the day of
    the first positive sample. Raises PolicyRefused where a day is missing that this needs, or contradicts another.
    """
    anchor, _ = _counted_from(onset, first_positive, asymptomatic, zone)
    begin = midnight(anchor - policy.lookback_days * DAY, zone)
    if until is None and first_positive is None:
        raise PolicyRefused("Say when the case was isolated, or when the first positive sample was taken.")
    end = until or midnight(_day(first_positive, zone) + DAY, zone)
    if end < begin:
        raise PolicyRefused(
            "The case was isolated before the days that count. Look at the onset and the isolation again."
        )
    return begin, end.astimezone(dt.UTC)


def lookback_reason(
    policy: Policy, *, onset: dt.date | None, first_positive: dt.datetime | None, asymptomatic: bool, zone: ZoneInfo
) -> Reason:
    """The same in words: counted from what, and by which edition."""
    anchor, text = _counted_from(onset, first_positive, asymptomatic, zone)
    return Reason(text, {"days": policy.lookback_days, "day": anchor.isoformat(), "edition": policy.name})


def onward(contact: Proposal, isolated: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """From when to when a close contact's own meetings count: from the first with the case until the isolation. Empty
    (until before from) for one who was isolated before."""
    return from_ms(contact.first * 1_000), isolated.astimezone(dt.UTC)


def plan(policy: Policy, grade: Grade, last_exposure: dt.datetime, *, zone: ZoneInfo) -> list[Due]:
    """What is due after the last contact: isolation and monitoring, the tests of their days, the day of release; by
    day. Nothing where the edition has no measures for that grade.

    Days count from the last contact, not from when it was found out (填平补齐): some may be past already.
    """
    measures = policy.measures.get(grade)
    if measures is None or not measures.stages:
        return []
    day = _day(last_exposure, zone) + policy.first_day * DAY
    due: list[Due] = []
    for stage in measures.stages:
        due += _of_stage(policy, stage, day)
        day += stage.days * DAY
    return [*due, Due(RELEASE, day, day, Reason(wording.RELEASES[measures.release]))]


def _of_stage(policy: Policy, stage: Stage, first: dt.date) -> Iterator[Due]:
    last = first + (stage.days - 1) * DAY
    yield Due(stage.measure, first, last, Reason(wording.STAGES[stage.measure], {"days": stage.days}))
    for number in stage.tests:
        day = first + (number - 1) * DAY
        samples = stage.samples_at_end if day == last else 1
        yield Due(TEST, day, day, Reason(wording.TESTS[policy.swab], {"day": number, "samples": samples}))


def _counted_from(
    onset: dt.date | None, first_positive: dt.datetime | None, asymptomatic: bool, zone: ZoneInfo
) -> tuple[dt.date, str]:
    """The day that the look-back counts from, and the msgid that says which it is."""
    if asymptomatic and onset is not None:
        raise PolicyRefused("A case without symptoms has no onset. Take the onset out, or say that there are symptoms.")
    if not asymptomatic and onset is None:
        raise PolicyRefused("Say on which day the symptoms began, or that there are none.")
    sampled = None if first_positive is None else _day(first_positive, zone)
    if onset is not None and (sampled is None or onset <= sampled):
        return onset, wording.BEFORE_ONSET
    if sampled is None:
        raise PolicyRefused("Say when the first positive sample was taken: without symptoms the days count from it.")
    return sampled, wording.BEFORE_SAMPLE


def _day(at: dt.datetime | None, zone: ZoneInfo) -> dt.date:
    """The day of a moment at the site. Raises ValueError for one without a time zone, which would be the machine's."""
    assert at is not None
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone: give an aware datetime")
    return day_in(zone, at)
