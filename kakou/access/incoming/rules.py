"""When a list is long, and the states of one that waits. Pure, but for reading the file."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from itertools import islice

from kakou.kernel.errors import Refusal
from kakou.web.sheets import read_sheet

# a row takes 1.5 to 2 ms: up to here a page answers within two or three seconds
LONG = 1000  # rows
MOST_WAITING = 3  # of one account
BEAT = dt.timedelta(seconds=1)  # how often a list that is taken says so
SILENT = dt.timedelta(minutes=1)  # no beat for so long: whoever took it is gone
TRIES = 3  # then whoever takes it was killed by it
GIVEN_UP = dt.timedelta(days=1)  # after which the file of a list that nobody took is gone
KEPT = dt.timedelta(days=7)  # what became of a list


class State(StrEnum):
    """Where a list that was set aside stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    LOST = "lost"  # something broke, or nobody took it within a day: nothing of it was taken


OPEN = (State.WAITING, State.RUNNING)


def is_long(content: bytes, filename: str) -> bool:
    """Has the list more than `LONG` rows? What cannot be read is short: its page tells at once why."""
    try:
        rows = read_sheet(content, filename=filename).rows()
        return sum(1 for _ in islice(rows, LONG + 1)) > LONG
    except Refusal:
        return False
