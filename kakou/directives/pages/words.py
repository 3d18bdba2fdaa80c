"""How the task of a unit is shown."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext_noop

from kakou.directives.models import Directive, Task
from kakou.web.kit.signs import Sign
from kakou.workorders.rules import STILL_OPEN, State

MISSING = Sign(gettext_noop("not acknowledged"), "look", "clock")
LATE = Sign(gettext_noop("not acknowledged, late"), "stop", "octagon")
TAKEN = Sign(gettext_noop("acknowledged"), "info", "check")
OVERDUE = Sign(gettext_noop("acknowledged, not done in time"), "stop", "clock")
DONE = Sign(gettext_noop("done"), "go", "check")
ENDED = Sign(gettext_noop("ended with the directive"), "plain", "ring")


class Shown(NamedTuple):
    """One task. `late`: by how much its acknowledgement, or its doing, is late now; nothing when it is in time."""

    task: Task
    sign: Sign
    late: dt.timedelta
    done: str


def shown(task: Task, directive: Directive, now: dt.datetime, done: str = "") -> Shown:
    """As it stands at `now`."""
    none = dt.timedelta(0)
    if task.done_at is not None:
        return Shown(task, DONE, none, done)
    if task.state not in STILL_OPEN:
        return Shown(task, ENDED, none, done)
    if task.state == State.REPORTED:
        late = max(now - directive.acknowledge_by, none)
        return Shown(task, LATE if late else MISSING, late, done)
    late = max(now - directive.deadline, none)
    return Shown(task, OVERDUE if late else TAKEN, late, done)
