"""Callers: couriers from door to door, trucks to the factories, patrols, and now and then an ambulance."""

from __future__ import annotations

from collections.abc import Iterator

from kakou.drill.days.trip import MINUTE, THROUGH, Crossing, Day, Trip
from kakou.drill.world import Dice, World, dice_of

OUTSIDE = -1
_PEOPLE_A_COURIER = 250
_PEOPLE_A_TRUCK = 120
_PEOPLE_A_CREW = 1_000
_AMBULANCES = 50_000  # the numbers of their cars lie above those of trucks


def callers_of_day(world: World, day: Day, low: int, high: int) -> Iterator[Crossing]:
    """Everybody who comes for residents low to high and is nobody's guest."""
    yield from couriers_of_day(world, day, low, high)
    yield from trucks_of_day(world, day, low, high)
    yield from crews_of_day(world, day, low, high)


def couriers_of_day(world: World, day: Day, low: int, high: int) -> Iterator[Crossing]:
    """Rounds of the couriers who serve residents low to high: in and out again within minutes, from eight to eight."""
    for number in range(low // _PEOPLE_A_COURIER, high // _PEOPLE_A_COURIER):
        dice = dice_of(world.seed, "courier", number, day.ordinal)
        if dice.chance(0.12):
            continue
        trip = _trip(world, dice, day, f"c{number}")
        ms = trip.at(dice.between(8 * 60, 9 * 60))
        for _ in range(dice.between(10, 24)):
            unit = dice.pick(world.dwellings)
            ms = trip.go(ms, OUTSIDE, unit, "delivery")
            ms = trip.go(ms + dice.between(2 * MINUTE, 10 * MINUTE), unit, OUTSIDE, "delivery")
            ms += dice.between(5 * MINUTE, 25 * MINUTE)
        yield from trip.crossings


def trucks_of_day(world: World, day: Day, low: int, high: int) -> Iterator[Crossing]:
    """Goods vehicles with their drivers: one or two factories a day; some only pass a road checkpoint."""
    for number in range(low // _PEOPLE_A_TRUCK, high // _PEOPLE_A_TRUCK):
        dice = dice_of(world.seed, "freight", number, day.ordinal)
        trip = _trip(world, dice, day, f"d{number}", vehicle=f"t{number}")
        ms = trip.at(dice.between(6 * 60, 15 * 60))
        if dice.chance(0.2):
            trip.pass_gate(ms, dice.pick(world.roads), THROUGH, "other", "admit")
            ms += 30 * MINUTE
        for _ in range(dice.between(1, 2)):
            unit = dice.pick(world.workplaces)
            ms = trip.go(ms, OUTSIDE, unit, "delivery")
            ms = trip.go(ms + dice.between(25 * MINUTE, 55 * MINUTE), unit, OUTSIDE, "delivery")
            ms += dice.between(40 * MINUTE, 150 * MINUTE)
        yield from trip.crossings


def crews_of_day(world: World, day: Day, low: int, high: int) -> Iterator[Crossing]:
    """Who is on duty and excused by a paper: a patrol on its round, and an ambulance on some days."""
    for number in range(low // _PEOPLE_A_CREW, high // _PEOPLE_A_CREW):
        dice = dice_of(world.seed, "crew", number, day.ordinal)
        patrol = _trip(world, dice, day, f"e{number}")
        ms = patrol.at(dice.between(9 * 60, 20 * 60))
        for _ in range(dice.between(2, 4)):
            ms = _call(patrol, ms, "patrol", "admit")
        yield from patrol.crossings
        if dice.chance(0.6):
            medic = number + _AMBULANCES
            ambulance = _trip(world, dice, day, f"e{medic}", vehicle=f"t{medic}")
            ms = ambulance.at(dice.between(0, 23 * 60))
            ambulance.pass_gate(ms, dice.pick(world.roads), THROUGH, "emergency", "emergency")
            _call(ambulance, ms + 5 * MINUTE, "emergency", "emergency")
            yield from ambulance.crossings


def _call(trip: Trip, ms: int, purpose: str, outcome: str) -> int:
    unit = trip.dice.pick(trip.world.dwellings)
    ms = trip.go(ms, OUTSIDE, unit, purpose, outcome)
    return trip.go(ms + trip.dice.between(10 * MINUTE, 40 * MINUTE), unit, OUTSIDE, purpose, outcome)


def _trip(world: World, dice: Dice, day: Day, key: str, vehicle: str = "") -> Trip:
    return Trip(world, dice, day, key, world.caller_profile(key), vehicle=vehicle)
