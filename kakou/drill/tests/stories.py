"""Stories the drill's tests play."""

import datetime as dt
from zoneinfo import ZoneInfo

from kakou.drill.days import NO_MISCHIEF, Mischief, Share, Story
from kakou.drill.world import World
from kakou.kernel.time import to_ms

ZONE = ZoneInfo("Asia/Shanghai")
START = dt.date(2021, 8, 9)  # a Monday
SMOOTH = NO_MISCHIEF


def midnight(day: int) -> int:
    date = START + dt.timedelta(days=day)
    return to_ms(dt.datetime(date.year, date.month, date.day, tzinfo=ZONE))


def story(seed=7, people=300, days=3, *, share=None, mischief=None, until=None) -> Story:
    """By default the whole of it, up to eight in the evening of the last day."""
    return Story(
        World(seed),
        START,
        until or midnight(days - 1) + 20 * 3_600_000,
        share or Share((0, people), (0, days)),
        ZONE,
        mischief or Mischief(),
    )
