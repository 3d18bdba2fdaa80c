"""Callers: couriers from door to door, trucks to the factories, and now and then an ambulance."""

from __future__ import annotations

from collections.abc import Iterator

from kakou.drill.days.trip import MINUTE, THROUGH, Crossing, Day, Trip
from kakou.drill.world import World, dice_of

OUTSIDE = -1
_PEOPLE_A_COURIER = 250
_PEOPLE_A_TRUCK = 120


def couriers_of_day(world: World, day: Day, low: int, high: int) -> Iterator[Crossing]:
    """Rounds of the couriers who serve residents low to high: in and out again within minutes, from eight to eight."""
    for number in range(low // _PEOPLE_A_COURIER, high // _PEOPLE_A_COURIER):
        dice = dice_of(world.seed, "courier", number, day.ordinal)
        if dice.chance(0.12):
            continue
        trip = Trip(world, dice, day, f"c{number}")
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
        trip = Trip(world, dice, day, f"d{number}", vehicle=f"t{number}")
        ms = trip.at(dice.between(6 * 60, 15 * 60))
        if dice.chance(0.2):
            road = dice.pick(world.roads)
            trip.pass_gate(ms, road, THROUGH, "other", "emergency" if dice.chance(0.2) else "admit")
            ms += 30 * MINUTE
        for _ in range(dice.between(1, 2)):
            unit = dice.pick(world.workplaces)
            ms = trip.go(ms, OUTSIDE, unit, "delivery")
            ms = trip.go(ms + dice.between(25 * MINUTE, 55 * MINUTE), unit, OUTSIDE, "delivery")
            ms += dice.between(40 * MINUTE, 150 * MINUTE)
        yield from trip.crossings
