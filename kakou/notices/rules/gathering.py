"""When what was heard is told, and how many things become one message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

MOST_NAMED = 3  # places of each event; of the others the number
MOST_LINES = 8


class Waiting(NamedTuple):
    """Something heard at a place. `wait`: how long more is gathered; `wakes`: quiet hours do not hold it back."""

    event: str
    place: int
    at: dt.datetime
    wait: dt.timedelta
    wakes: bool
    quiet: tuple[dt.time, dt.time] | None


def is_quiet(quiet: tuple[dt.time, dt.time] | None, at: dt.datetime, zone: ZoneInfo) -> bool:
    """Does the clock on the wall stand from the first to before the second, perhaps over midnight?"""
    if quiet is None:
        return False
    since, until = quiet
    wall = at.astimezone(zone).time()
    return since <= wall < until if since < until else wall >= since or wall < until


def tells_now(waiting: Sequence[Waiting], at: dt.datetime, zone: ZoneInfo) -> list[int]:
    """Which of what waits for one channel goes into the message of now, by its number: all that need not wait out
    quiet hours, as soon as one of them was gathered long enough; else none."""
    free = [number for number, one in enumerate(waiting) if one.wakes or not is_quiet(one.quiet, at, zone)]
    return free if any(at - waiting[number].at >= waiting[number].wait for number in free) else []


def gathered(
    told: Sequence[tuple[str, int]],
    titles: Mapping[str, str],
    names: Mapping[int, str],
    *,
    line: Callable[[str, int, str, int], str],
    rest: Callable[[int], str],
) -> str:
    """(event, place) of each as lines: of every event its title, how many, the first few places and how many more, as
    `line` words it; `rest` for events past the last line. Places are named in the order in which they were heard."""
    places: dict[str, list[int]] = {}
    for event, place in told:
        places.setdefault(event, []).append(place)
    lines = []
    for event, found in list(places.items())[:MOST_LINES]:
        several = [names[one] for one in dict.fromkeys(found) if one in names]
        named = "、".join(several[:MOST_NAMED])
        lines.append(line(titles.get(event, event), len(found), named, max(len(several) - MOST_NAMED, 0)))
    left = sum(len(found) for found in list(places.values())[MOST_LINES:])
    return "\n".join([*lines, *([rest(left)] if left else [])])
