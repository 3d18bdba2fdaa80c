"""Trips: from one unit to another through every gate on the way."""

from __future__ import annotations

from typing import NamedTuple

from kakou.drill.world import Dice, Profile, World

MINUTE = 60_000
_STEP = (2 * MINUTE, 9 * MINUTE)  # from a gate to the one inside it
_ROAD = (7 * MINUTE, 25 * MINUTE)  # from one unit to another
IN, OUT, THROUGH = 1, 2, 3
CAR_AHEAD_MS = 2_000  # a car is written down before who sits in it
RETEST_MS = 20 * MINUTE  # somebody feverish is measured again
STOPPED = frozenset({"persuade_back", "hold", "refer", "still_hot"})


class Day(NamedTuple):
    """`number` in the story, `ordinal` in the calendar, `weekday` 0 = Monday, first millisecond (epoch, UTC)."""

    number: int
    ordinal: int
    weekday: int
    start_ms: int


class Crossing(NamedTuple):
    """One true crossing, or an attempt that was turned away (`crossed` False).

    `subject`: p17 a resident, a17 his car, c5 a courier, t5 a truck, d5 its driver, v17.738000 a visitor of resident
    17, e3 somebody on duty; with `step` it names the crossing. `gate`: entrance number. `outcome`: what becomes of him,
    a verdict or override (let in against it), retested (measured again: normal), still_hot (it is not).
    `vehicle`: key of the car the person sits in. `of`: key of the resident who is visited. `profile`: who he is.
    `aboard`: how many sit in a vehicle. A training scenario brings x2.0, a guest of its third incident, and the outcome
    unasked: let in by who took his word for where he comes from.
    """

    ms: int
    subject: str
    step: int
    gate: int
    direction: int
    crossed: bool
    outcome: str
    purpose: str
    vehicle: str
    of: str
    profile: Profile
    aboard: int = 1

    @property
    def key(self) -> str:
        """Different for each crossing of a world, whatever share tells it."""
        return f"{self.subject}.{self.ms}.{self.step}"

    @property
    def key_of_car(self) -> str:
        """The `key` of the crossing of the car he sits in."""
        return f"{self.vehicle}.{self.ms - CAR_AHEAD_MS}.{self.step - 1}"


class Trip:
    """One subject's day, written down crossing by crossing; he cannot be in two places, so times only go forward."""

    __slots__ = ("_free_ms", "_step", "crossings", "day", "dice", "of", "profile", "subject", "vehicle", "world")

    def __init__(
        self, world: World, dice: Dice, day: Day, subject: str, profile: Profile, *, vehicle: str = "", of: str = ""
    ) -> None:
        self.world, self.dice, self.day, self.subject, self.vehicle, self.of = world, dice, day, subject, vehicle, of
        self.profile = profile
        self.crossings: list[Crossing] = []
        self._free_ms = day.start_ms
        self._step = 0

    def at(self, minute: int) -> int:
        """Epoch milliseconds of a minute of the day, and some seconds; never before he is free."""
        wished = self.day.start_ms + minute * MINUTE + self.dice.between(0, 59_999)
        return max(wished, self._free_ms)

    def go(self, ms: int, start: int, end: int, purpose: str, outcome: str = "admit") -> int:
        """From unit to unit (-1: outside). `outcome` is the last gate's; the time after the last crossing."""
        way = self.world.way(start, end)
        last = len(way) - 1
        ms = max(ms, self._free_ms)
        for i, (unit, direction) in enumerate(way):
            self.pass_gate(ms, self._gate(unit), direction, purpose, outcome if i == last else "admit")
            between = i < last and direction == OUT and way[i + 1][1] == IN
            ms += self.dice.between(*(_ROAD if between else _STEP))
        self._free_ms = ms
        return ms

    def pass_gate(self, ms: int, gate: int, direction: int, purpose: str, outcome: str) -> None:
        """One crossing at one gate; a car is written down just before who sits in it."""
        crossed = outcome not in STOPPED
        if self.vehicle:
            self._write(ms - CAR_AHEAD_MS, self.vehicle, gate, direction, crossed, outcome, purpose, "")
        self._write(ms, self.subject, gate, direction, crossed, outcome, purpose, self.vehicle)

    def wait(self, ms: int) -> None:
        """Not free before `ms`."""
        self._free_ms = max(self._free_ms, ms)

    def _gate(self, unit: int) -> int:
        gates = self.world.gates(unit)
        return gates[0] if len(gates) == 1 or self.dice.chance(0.7) else self.dice.pick(gates)

    def _write(
        self, ms: int, who: str, gate: int, direction: int, crossed: bool, outcome: str, purpose: str, car: str
    ) -> None:
        self._step += 1
        self.crossings.append(
            Crossing(ms, who, self._step, gate, direction, crossed, outcome, purpose, car, self.of, self.profile)
        )
