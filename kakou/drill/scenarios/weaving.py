"""From the incidents of a scenario to a plot: who comes when and to which gate, and what becomes of the phones.

A pure function of scenario, world and the moment at which the training begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from kakou.drill.days import Crossing, Jump, Plot, Some, Span
from kakou.drill.days.trip import IN, MINUTE, RETEST_MS, Day, Trip
from kakou.drill.scenarios.kinds import Incident
from kakou.drill.scenarios.moments import Moment
from kakou.drill.scenarios.reading import Scenario
from kakou.drill.world import Dice, Profile, World, dice_of, regions
from kakou.screening.rules import Who

OUTSIDE = -1
TRUCKS = 90_000  # numbers of lorries of scenarios: above those of the drill's own
_ANY_DAY = Day(0, 0, 0, 0)
_HOUR = 60 * MINUTE
_REGIONS = {
    "medium": regions.MEDIUM.code, "control": regions.CONTROL.code, "prevention": regions.PREVENTION.code,
    "high": regions.HIGH.code,
}  # fmt: skip
_FEVER_ENDS = {"measured": "retested", "still_hot": "still_hot"}
_TURNED = {"high": "refer", "control": "persuade_back", "medium": "persuade_back"}


class _Scene(NamedTuple):
    """One incident: its number from 0, what it was told, when it begins."""

    world: World
    number: int
    told: Mapping[str, Any]
    at_ms: int

    @property
    def gate(self) -> int:
        return int(self.told["gate"])

    @property
    def unit(self) -> int:
        return self.world.land.entrances[self.gate].unit

    @property
    def span(self) -> Span:
        return Span(self.gate, self.at_ms, self.at_ms + self.told["minutes"] * MINUTE)

    def guest(self, n: int, comes_from: str) -> _Guest:
        """The `n`th guest of the incident, a grown-up from `comes_from`."""
        key = f"x{self.number}.{n}"
        seen = self.world.caller_profile(key)
        profile = seen._replace(who=Who.VISITOR.value, has_phone=True, comes_from=comes_from)
        return _Guest(self, dice_of(self.world.seed, "scenario", key), key, profile)

    def arrivals(self) -> list[int]:
        """When each of a crowd comes: spread over the minutes, the first one at once."""
        people, minutes = self.told["people"], self.told["within"]
        return [self.at_ms + n * minutes * MINUTE // people for n in range(people)]


class _Guest(Trip):
    """The way of one guest, through the gate that the incident names."""

    __slots__ = ("_scene",)

    def __init__(self, scene: _Scene, dice: Dice, key: str, profile: Profile, *, vehicle: str = "") -> None:
        super().__init__(scene.world, dice, _ANY_DAY, key, profile, vehicle=vehicle)
        self._scene = scene

    def _gate(self, unit: int) -> int:
        return self._scene.gate if unit == self._scene.unit else super()._gate(unit)

    def comes(self, ms: int, purpose: str, outcome: str = "admit") -> int:
        """Through every gate up to that one."""
        return self.go(ms, OUTSIDE, self._scene.unit, purpose, outcome)

    def leaves(self, ms: int, purpose: str) -> int:
        """And out again."""
        return self.go(ms, self._scene.unit, OUTSIDE, purpose)

    def at_gate_again(self, ms: int, outcome: str) -> None:
        """Once more at the gate at which he stood last."""
        last = self.crossings[-1]
        self.pass_gate(ms, last.gate, last.direction, last.purpose, outcome)


def weave(scenario: Scenario, world: World, *, now_ms: int, zone: ZoneInfo) -> Plot:
    """What happens, when the training begins at `now_ms` (epoch) in `zone`."""
    scenes = [(one.kind, _scene(world, number, one, now_ms, zone)) for number, one in enumerate(scenario.incidents)]
    crossings = [crossing for kind, scene in scenes if kind in _PEOPLE for crossing in _PEOPLE[kind](scene)]

    def of(*kinds: str) -> Iterator[_Scene]:
        return (scene for kind, scene in scenes if kind in kinds)

    return Plot(
        crossings=sorted(crossings),
        silences=[scene.span for scene in of("silence")],
        jumps=[Jump(scene.span, scene.told["by"] * MINUTE) for scene in of("clock_jump")],
        losses=[Some(scene.gate, scene.at_ms, scene.told["items"]) for scene in of("lost_queue")],
        tampered=[Some(scene.gate, scene.at_ms, scene.told["items"]) for scene in of("tampered")],
    )


def _scene(world: World, number: int, incident: Incident, now_ms: int, zone: ZoneInfo) -> _Scene:
    at = incident.told["at"]
    assert isinstance(at, Moment)
    return _Scene(world, number, incident.told, at.ms(now_ms, zone))


def _fevers(scene: _Scene) -> Iterator[Crossing]:
    for n, ms in enumerate(scene.arrivals()):
        guest = scene.guest(n, regions.HERE)
        guest.comes(ms, "visit", "hold")
        held, ends = guest.crossings[-1].ms, _FEVER_ENDS.get(scene.told["then"])
        if ends:
            guest.at_gate_again(held + RETEST_MS, ends)
        if ends == "retested":
            guest.leaves(held + RETEST_MS + guest.dice.between(40, 120) * MINUTE, "visit")
        yield from guest.crossings


def _goods_vehicle(scene: _Scene) -> Iterator[Crossing]:
    number, told = TRUCKS + scene.number, scene.told
    profile = scene.world.caller_profile(f"d{number}")
    lorry = _Guest(
        scene, dice_of(scene.world.seed, "scenario", "lorry", number), f"d{number}", profile, vehicle=f"t{number}"
    )
    came = lorry.comes(scene.at_ms, "delivery")
    lorry.leaves(came + told["stays"] * MINUTE, "delivery")
    for crossing in lorry.crossings:
        if crossing.direction == IN and not told["entry_seen"]:
            continue
        if crossing.subject[0] == "t":
            yield crossing._replace(aboard=told["aboard"])
        elif told["driver_seen"]:
            yield crossing


def _overstay(scene: _Scene) -> Iterator[Crossing]:
    for n, ms in enumerate(scene.arrivals()):
        guest = scene.guest(n, regions.HERE)
        came = guest.comes(ms, "visit")
        guest.leaves(came + scene.told["hours"] * _HOUR, "visit")
        yield from guest.crossings


def _newcomers(scene: _Scene) -> Iterator[Crossing]:
    region, then = scene.told["comes_from"], scene.told["then"]
    for n, ms in enumerate(scene.arrivals()):
        guest = scene.guest(n, _code(scene, n, region))
        stopped = _TURNED.get(region)
        outcome = {"let_in": "override", "unasked": "unasked", "tries_again": "persuade_back"}.get(then)
        came = guest.comes(ms, "visit", outcome or stopped or "admit")
        if then == "tries_again":
            guest.profile = guest.profile._replace(comes_from=regions.HERE)
            guest.at_gate_again(came + guest.dice.between(15, 40) * MINUTE, "admit")
        if then != "judged" or not stopped:
            guest.leaves(guest.crossings[-1].ms + guest.dice.between(60, 180) * MINUTE, "visit")
        yield from guest.crossings


def _code(scene: _Scene, n: int, region: str) -> str:
    if region in _REGIONS:
        return _REGIONS[region]
    among = regions.STARRED if region == "starred" else regions.QUIET
    return dice_of(scene.world.seed, "scenario", "from", scene.number, n).pick(among)


_PEOPLE: Mapping[str, Callable[[_Scene], Iterable[Crossing]]] = {
    "fevers": _fevers, "goods_vehicle": _goods_vehicle, "overstay": _overstay, "newcomers": _newcomers,
}  # fmt: skip
