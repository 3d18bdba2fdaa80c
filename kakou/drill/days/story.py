"""The truth: who really crossed which gate when, whether or not somebody wrote it down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from kakou.drill.days.callers import callers_of_day
from kakou.drill.days.mischief import Mischief
from kakou.drill.days.plot import NO_PLOT, Plot
from kakou.drill.days.residents import Residents
from kakou.drill.days.trip import Crossing, Day
from kakou.drill.world import World
from kakou.kernel.time import to_ms

FIRST = 1  # the device of a gate that tells of a training scenario


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a story that one set of devices tells: residents `people` (from, before) on `days` (from, before,
    counted in the story), except what the share `but` tells. `device` is which of a gate's devices writes it."""

    people: tuple[int, int]
    days: tuple[int, int]
    but: tuple[tuple[int, int], tuple[int, int]] | None = None
    device: int = 1

    def spans(self, day: int) -> list[tuple[int, int]]:
        """Ranges of residents (from, before) whose plans of `day` belong to this share."""
        low, high = self.people
        if self.but is None or not self.but[1][0] <= day < self.but[1][1]:
            return [(low, high)]
        taken_low, taken_high = self.but[0]
        return [(a, b) for a, b in ((low, min(high, taken_low)), (max(low, taken_high), high)) if a < b]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the drill depends on. `start` is the first day in `zone`; nothing happens at or after `until_ms`."""

    world: World
    start: dt.date
    until_ms: int
    share: Share
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    mischief: Mischief = field(default_factory=Mischief)
    plot: Plot = NO_PLOT

    def day(self, number: int) -> Day:
        """Day `number` of the story, from 0."""
        date = self.start + dt.timedelta(days=number)
        midnight = dt.datetime(date.year, date.month, date.day, tzinfo=self.zone)
        return Day(number, date.toordinal(), date.weekday(), to_ms(midnight))

    @property
    def last_day(self) -> int:
        """Number of the day in which `until_ms` lies, counted from the start."""
        days = (self.until_ms - self.day(0).start_ms - 1) // 86_400_000
        return max(0, days)


def truth(story: Story) -> Iterator[Crossing]:
    """All crossings of the story's share in order of time. Holds one day's crossings and those that pass midnight."""
    residents = Residents(story.world, story.mischief)
    waiting: list[Crossing] = []
    first, before = story.share.days
    for number in range(first, before + 2):  # nights and overnight visits end on the days after the last plan
        day = story.day(number)
        if number < before:
            waiting += _plans(story, residents, day)
        if story.share.device == FIRST:
            waiting += story.plot.of_day(day)
        waiting.sort()
        end = min(day.start_ms + 86_400_000, story.until_ms)
        count = 0
        for crossing in waiting:
            if crossing.ms >= end:
                break
            count += 1
            yield crossing
        del waiting[:count]


def _plans(story: Story, residents: Residents, day: Day) -> Iterator[Crossing]:
    if day.start_ms >= story.until_ms:
        return
    for low, high in story.share.spans(day.number):
        for number in range(low, high):
            yield from residents.plan(number, day)
        yield from callers_of_day(story.world, day, low, high)
