"""How a licence is written down, how long it is kept, and when somebody must look after it. Pure."""

from __future__ import annotations

import datetime as dt
import re

from kakou.kernel.errors import Refusal
from kakou.skills.rules.kinds import LINES, Skill
from kakou.workorders.rules import Kind, within

KEEP = dt.timedelta(days=365)  # from the last look at it, as a person of the register
AFTER = dt.timedelta(days=30)  # past its last day
SOON = dt.timedelta(days=30)  # so long before its last day somebody is told
LATEST = dt.timedelta(days=365 * 30)
_NUMBER = re.compile(r"[0-9A-Z-]{4,40}", re.ASCII)
# the next licence of the same kind closes it, and so does taking this one off the list
LICENCE_EXPIRING = Kind("licence_expiring", "A helper's licence runs out", within(days=14))


class LicenceRefused(Refusal):
    """The licence cannot be written down so; the text says why."""

    code = "licence-refused"


def checked_number(text: str, skill: Skill) -> str:
    """The number of the paper: 4 to 40 capitals, digits and hyphens; "" for an ability without a paper. Raises
    LicenceRefused."""
    number = "".join(text.split()).upper()
    if not LINES[skill].is_paper and not number:
        return ""
    if not _NUMBER.fullmatch(number):
        raise LicenceRefused("Write the number as it stands on the licence: 4 to 40 letters and digits.")
    return number


def checked_last_day(day: dt.date | None, skill: Skill, *, today: dt.date) -> dt.date | None:
    """The last day on which it holds; None for an ability without a paper. Raises LicenceRefused."""
    if day is None:
        if LINES[skill].is_paper:
            raise LicenceRefused("Write the last day on which the licence holds.")
        return None
    if not today <= day <= today + LATEST:
        raise LicenceRefused("The last day must lie between today and thirty years from now.")
    return day


def due_of(expires_on: dt.date | None, *, looked_on: dt.date) -> dt.date:
    """The day on which it is destroyed: a year after somebody last looked at it, or a month past its last day."""
    kept = looked_on + KEEP
    return kept if expires_on is None else min(kept, expires_on + AFTER)
