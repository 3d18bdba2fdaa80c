"""Residents: a day of each, by what he does for a living, and of who comes to see him."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kakou.drill.days.mischief import Mischief
from kakou.drill.days.trip import IN, MINUTE, RETEST_MS, Crossing, Day, Trip
from kakou.drill.world import Dice, Job, Profile, World
from kakou.drill.world.chance import number_of
from kakou.screening.rules import Who

OUTSIDE = -1
_VISITED = 0.02  # of residents on a day
_SUNDAY, _SATURDAY = 6, 5
_DRIVES = 0.6
# what becomes of visitors who are refused; who is feverish is measured again first
_REFUSALS = (*(["persuade_back"] * 8), "refer", "still_hot")


class Habit(NamedTuple):
    """The little that is kept of each resident."""

    home: int
    work: int
    job: Job
    drives: bool
    profile: Profile


class Residents:
    """Plans of days. Keeps a `Habit` (some hundred bytes) of each resident once asked for."""

    def __init__(self, world: World, mischief: Mischief) -> None:
        self._world, self._mischief = world, mischief
        self._dice = Dice(0)
        self._habits: dict[int, Habit] = {}

    def plan(self, number: int, day: Day) -> Iterable[Crossing]:
        """Every crossing of resident `number` and his visitors whose plan begins on `day`."""
        habit = self._habits.get(number) or self._learn(number)
        dice = self._dice.again(number_of(self._world.seed, "day", number, day.ordinal))
        car = f"a{number}" if habit.drives and dice.chance(_DRIVES) else ""
        trip = Trip(self._world, dice, day, f"p{number}", habit.profile, vehicle=car)
        _DAYS[habit.job](trip, habit)
        if dice.chance(self._mischief.feverish):
            _hold_last_homecoming(trip, habit)
        if dice.chance(_VISITED):
            trip.crossings += self._visit(number, habit, day, dice)
        return trip.crossings

    def _learn(self, number: int) -> Habit:
        person = self._world.person(number)
        habit = Habit(person.home, person.work, person.job, person.car is not None, self._world.profile(person))
        return self._habits.setdefault(number, habit)

    def _visit(self, number: int, habit: Habit, day: Day, dice: Dice) -> list[Crossing]:
        mischief = self._mischief
        key = f"v{number}.{day.ordinal}"
        visit = Trip(self._world, dice, day, key, self._world.caller_profile(key), of=f"p{number}")
        outcome = "admit"
        if dice.chance(mischief.refused):
            outcome = dice.pick(_REFUSALS)
        elif dice.chance(mischief.overridden):
            outcome = "override"
        if visit.profile.who == Who.CHILD:
            outcome = "admit"  # fetched at the gate by who is visited
        at_gate = "hold" if outcome == "still_hot" else outcome
        came = visit.go(visit.at(dice.between(9 * 60, 19 * 60)), OUTSIDE, habit.home, "visit", at_gate)
        if outcome == "still_hot":
            _measure_again(visit, outcome)
        if outcome in _REFUSALS:
            return visit.crossings
        stay = dice.between(40, 225) if dice.chance(0.8) else dice.between(240, 480)
        if dice.chance(mischief.overnight):
            stay = dice.between(13 * 60, 20 * 60)
        visit.go(came + stay * MINUTE, habit.home, OUTSIDE, "visit")
        return visit.crossings


def _hold_last_homecoming(trip: Trip, habit: Habit) -> None:
    """Coming home with a fever: held at the gate, measured again twenty minutes later, then let in (R59)."""
    if not trip.crossings or trip.vehicle or trip.crossings[-1].direction != IN:
        return
    last = trip.crossings.pop()
    trip.pass_gate(last.ms, last.gate, last.direction, last.purpose, "hold")
    _measure_again(trip, "retested")


def _measure_again(trip: Trip, outcome: str) -> None:
    last = trip.crossings[-1]
    trip.pass_gate(last.ms + RETEST_MS, last.gate, last.direction, last.purpose, outcome)


def _errand(trip: Trip, home: int, minute: int, length: int, purpose: str = "shopping") -> None:
    gone = trip.go(trip.at(minute), home, OUTSIDE, purpose)
    trip.go(gone + length * MINUTE, OUTSIDE, home, "home")


def _shift(trip: Trip, habit: Habit, begin: int, end: int) -> None:
    trip.go(trip.at(begin), habit.home, habit.work, "work")
    trip.go(trip.at(end), habit.work, habit.home, "home")


def _factory_day(trip: Trip, habit: Habit) -> None:
    dice = trip.dice
    if trip.day.weekday == _SUNDAY and dice.chance(0.8):
        return _at_home(trip, habit)
    _shift(trip, habit, dice.around(7 * 60, 45), dice.around(17 * 60 + 40, 45))
    if dice.chance(0.15):
        _errand(trip, habit.home, dice.between(19 * 60 + 20, 20 * 60), dice.between(20, 60))
    return None


def _factory_night(trip: Trip, habit: Habit) -> None:
    dice = trip.dice
    if dice.chance(0.35):
        _errand(trip, habit.home, dice.between(15 * 60 + 30, 16 * 60), dice.between(20, 90))
    if trip.day.weekday != _SUNDAY:
        _shift(trip, habit, dice.around(19 * 60 + 20, 30), 24 * 60 + dice.around(7 * 60 + 30, 30))


def _site(trip: Trip, habit: Habit) -> None:
    if trip.dice.chance(0.1):  # rain, or no concrete
        return _at_home(trip, habit)
    return _shift(trip, habit, trip.dice.around(5 * 60 + 50, 25), trip.dice.around(18 * 60 + 30, 30))


def _outside(trip: Trip, habit: Habit) -> None:
    dice = trip.dice
    if trip.day.weekday >= _SATURDAY and dice.chance(0.7):
        return _at_home(trip, habit)
    trip.go(trip.at(dice.around(7 * 60 + 15, 60)), habit.home, OUTSIDE, "work")
    trip.go(trip.at(dice.around(18 * 60 + 20, 70)), OUTSIDE, habit.home, "home")
    return None


def _school(trip: Trip, habit: Habit) -> None:
    dice = trip.dice
    trip.vehicle = ""
    if trip.day.weekday >= _SATURDAY:
        if dice.chance(0.5):
            _errand(trip, habit.home, dice.between(9 * 60, 15 * 60), dice.between(30, 150))
        return
    trip.go(trip.at(dice.around(7 * 60, 25)), habit.home, OUTSIDE, "school")
    trip.go(trip.at(dice.around(16 * 60 + 40, 30)), OUTSIDE, habit.home, "home")


def _retired(trip: Trip, habit: Habit) -> None:
    dice = trip.dice
    trip.vehicle = ""
    if dice.chance(0.03):
        _errand(trip, habit.home, dice.around(8 * 60, 30), dice.between(120, 240), "medical")
    elif dice.chance(0.65):
        _errand(trip, habit.home, dice.around(6 * 60 + 50, 70), dice.between(30, 150))
    if dice.chance(0.4):
        _errand(trip, habit.home, dice.around(18 * 60 + 50, 40), dice.between(25, 80), "other")


def _at_home(trip: Trip, habit: Habit) -> None:
    dice = trip.dice
    if dice.chance(0.6):
        _errand(trip, habit.home, dice.between(8 * 60 + 20, 11 * 60 + 30), dice.between(25, 150))
    if dice.chance(0.3):
        trip.vehicle = ""
        _errand(trip, habit.home, dice.around(19 * 60, 40), dice.between(25, 80), "other")


def _stays_in(trip: Trip, habit: Habit) -> None:
    """Small children are carried or stay at home; who carries them passes the gate."""


_DAYS: dict[Job, Callable[[Trip, Habit], None]] = {
    Job.FACTORY_DAY: _factory_day,
    Job.FACTORY_NIGHT: _factory_night,
    Job.SITE: _site,
    Job.OUTSIDE: _outside,
    Job.SCHOOL: _school,
    Job.RETIRED: _retired,
    Job.HOME: _at_home,
    Job.SMALL: _stays_in,
}
