"""Thermometers: one at each gate. Some day one is broken for hours; some day a recorder waves his at everybody."""

from __future__ import annotations

from typing import NamedTuple

from kakou.drill.days.facts import DAY, MINUTE
from kakou.drill.days.story import Story
from kakou.drill.world import UnitKind, dice_of

_BROKEN = 0.004  # of the gates on a day
_COMMUNITIES = (UnitKind.COMMUNITY_URBAN, UnitKind.COMMUNITY_RURAL)


class _While(NamedTuple):
    """From one moment to another (epoch ms); `tenths` what is told of everybody, 0 for a broken one."""

    start: int
    end: int
    tenths: int


_NEVER = _While(0, 0, 0)


class Thermometers:
    """Those of all gates. A recorder stands for all gates of his community, so he waves at all of them."""

    def __init__(self, story: Story) -> None:
        land = story.world.land
        self._story, self._start_ms = story, story.day(0).start_ms
        self._day = -1
        self._broken: dict[int, _While] = {}
        self._waved: dict[int, _While] = {}
        self._post = {
            entrance.number: next((u.number for u in land.above(entrance.unit) if u.kind in _COMMUNITIES), -1)
            for entrance in story.world.staffed
        }

    def tells(self, gate: int, ms: int, tenths: int) -> int | None:
        """What is written down of somebody who has `tenths`; None where the thermometer is broken."""
        day = (ms - self._start_ms) // DAY
        if day != self._day:
            self._turn(day)
        start, end, _ = self._broken.get(gate, _NEVER)
        if start <= ms < end:
            return None
        start, end, waved = self._waved.get(self._post[gate], _NEVER)
        return waved if start <= ms < end else tenths

    def _turn(self, day: int) -> None:
        story, self._day = self._story, day
        seed, of = story.world.seed, story.day(day)
        self._broken, self._waved = {}, {}
        for gate in self._post:
            dice = dice_of(seed, "broken", gate, of.ordinal)
            if dice.chance(_BROKEN):
                start = of.start_ms + dice.between(7 * 60, 18 * 60) * MINUTE
                self._broken[gate] = _While(start, start + dice.between(60, 180) * MINUTE, 0)
        for post in sorted({*self._post.values()}):
            dice = dice_of(seed, "waved", post, of.ordinal)
            if dice.chance(story.mischief.waved):
                start = of.start_ms + dice.between(16 * 60 + 30, 17 * 60 + 30) * MINUTE  # when all come home
                self._waved[post] = _While(start, start + dice.between(60, 100) * MINUTE, dice.between(362, 366))
