"""Plot: what a training scenario adds to the drill's own days. Moments are true (epoch ms), gates by their numbers.

Of a system's phones it is the first one of each gate to which these things happen; the others tell nothing of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kakou.drill.days.trip import Crossing, Day

DAY = 86_400_000


class Span(NamedTuple):
    """At a gate, from a moment until before another."""

    gate: int
    since_ms: int
    until_ms: int

    def holds(self, gate: int, ms: int) -> bool:
        """Is it that gate and time?"""
        return gate == self.gate and self.since_ms <= ms < self.until_ms


class Jump(NamedTuple):
    """The clock of a gate's phone is off by `by_ms` more for a while and the phone does not know it."""

    span: Span
    by_ms: int


class Some(NamedTuple):
    """So many items of a gate's phone, from a moment on."""

    gate: int
    since_ms: int
    items: int


@dataclass(frozen=True, slots=True)
class Plot:
    """`crossings`: of people and vehicles who come on top. `silences`: nothing is heard of the phone, it keeps what it
    has. `losses`: items that its phone loses; `tampered`: items that come once more with another body."""

    crossings: Sequence[Crossing] = ()
    silences: Sequence[Span] = ()
    jumps: Sequence[Jump] = ()
    losses: Sequence[Some] = ()
    tampered: Sequence[Some] = ()

    def of_day(self, day: Day) -> list[Crossing]:
        """The crossings that begin on a day of the story."""
        return [one for one in self.crossings if day.start_ms <= one.ms < day.start_ms + DAY]

    def silent(self, gate: int, ms: int) -> bool:
        """Is nothing heard of the gate's phone at a moment?"""
        return any(span.holds(gate, ms) for span in self.silences)

    def silent_since(self, ms: int) -> int:
        """From when on phones that are silent at a moment have not been heard; that moment itself when none is."""
        return min([ms, *(span.since_ms for span in self.silences if span.since_ms <= ms < span.until_ms)])

    def off_by(self, gate: int, ms: int) -> int:
        """By how much the phone's clock is off, unknown to it."""
        return sum(jump.by_ms for jump in self.jumps if jump.span.holds(gate, ms))


NO_PLOT = Plot()
