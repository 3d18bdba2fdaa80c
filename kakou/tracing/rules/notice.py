"""What to tell a contact: prepared in words, told or sent by a person and never by itself. Pure.

It names no case and no place: whoever reads it on a strange phone learns nothing of anybody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in
from kakou.tracing.policy import Due, Grade, Policy, plan, worded
from kakou.tracing.policy.wording import N_

OPENING = N_("You may have been near somebody who is infected, on %(day)s at the latest. This is what follows for you:")
CLOSING = N_("If you feel ill, call us at once and do not use public transport. Thank you for protecting others.")
LINE = N_("%(first)s to %(last)s: %(what)s")
ONE_DAY = N_("%(first)s: %(what)s")
NOTHING = N_("Watch your health for some days, wear a mask, and call us if you feel ill.")


def notice(policy: Policy, grade: Grade, last: dt.datetime, *, zone: ZoneInfo, gettext: Callable[[str], str]) -> str:
    """The text for somebody of that grade, in the language of `gettext`; lines, each with its days."""
    due = plan(policy, grade, last, zone=zone)
    lines = [_line(one, gettext) for one in due] or [gettext(NOTHING)]
    opening = gettext(OPENING) % {"day": day_in(zone, last).isoformat()}
    return "\n".join([opening, *lines, gettext(CLOSING)])


def _line(due: Due, gettext: Callable[[str], str]) -> str:
    text = LINE if due.last > due.first else ONE_DAY
    said = worded(due.reason, gettext)
    return gettext(text) % {"first": due.first.isoformat(), "last": due.last.isoformat(), "what": said}
