"""Where an announced visit stands. It follows from what is known of it; nobody sets it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum


class VisitState(StrEnum):
    """In this order of weight: whoever came has come, whatever was said before."""

    CAME = "came"  # 已到
    WITHDRAWN = "withdrawn"  # 已撤回
    DECLINED = "declined"  # 已谢绝
    OVER = "over"  # 已过期: nobody came
    EXPECTED = "expected"  # 待到


def state_of(
    *,
    until: dt.datetime,
    came: dt.datetime | None,
    withdrawn: dt.datetime | None,
    declined: dt.datetime | None,
    now: dt.datetime,
) -> VisitState:
    """`until`: the end of its window. `came`: when a gate saw that number go in."""
    if came is not None:
        return VisitState.CAME
    if withdrawn is not None:
        return VisitState.WITHDRAWN
    if declined is not None:
        return VisitState.DECLINED
    return VisitState.OVER if now >= until else VisitState.EXPECTED
