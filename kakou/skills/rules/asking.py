"""Whoever is asked says yes or no; the first yes gets it. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from kakou.kernel.errors import Refusal

LONGEST_SHIFT = dt.timedelta(hours=24)


class HelpRefused(Refusal):
    """This cannot be done with a call for helpers; the text says why."""

    code = "help-refused"
    status = 409


class Answer(StrEnum):
    """What came of asking one person."""

    WAITING = ""
    YES = "yes"  # 接单
    NO = "no"  # 婉拒
    LATE = "late"  # said yes after somebody else had
    BARRED = "barred"  # said yes while something red was open


class Way(StrEnum):
    """How the answer came."""

    LINK = "link"  # 本人点链接
    PHONE = "phone"  # 电话代录


def judge_yes(*, is_taken: bool, is_ended: bool, is_barred: bool) -> Answer:
    """Somebody says yes: what that is worth at this moment."""
    if is_taken or is_ended:
        return Answer.LATE
    return Answer.BARRED if is_barred else Answer.YES


def checked_minutes(minutes: int) -> int:
    """How long somebody helped: 1 minute to a day. Raises HelpRefused."""
    most = int(LONGEST_SHIFT.total_seconds()) // 60
    if not 1 <= minutes <= most:
        raise HelpRefused("Between 1 and %(most)d minutes.", most=most)
    return minutes
