"""The desk: what the recorder at the gate writes down of a crossing, with the mistakes recorders make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kakou.drill.days.story import Story
from kakou.drill.days.trip import IN, OUT, THROUGH, Crossing
from kakou.drill.world import Dice, dice_of
from kakou.drill.world.chance import number_of
from kakou.drill.world.folk import person_id, vehicle_id
from kakou.kernel.ids import id_at

Item = dict[str, Any]
PACK = "drill-1"  # the rule pack the drill's phones decide by
_DIRECTION = {IN: "in", OUT: "out", THROUGH: "through"}
_OTHER_WAY = {IN: OUT, OUT: IN, THROUGH: THROUGH}
_VERDICT = {"override": "persuade_back"}
_OVERRIDES = ("社区书记同意: 接老人就医", "已联系户主担保, 当日离开", "送药上门, 街道值班室同意")
_SECONDS_TO_CORRECT = 90
# The way home from a mistake must stay inside the people of the drill; neighbours of the same block look alike.
_NEIGHBOUR = 3


class Clock(NamedTuple):
    """A device's clock: ahead of the truth by `skew_ms` (negative: behind); `offset_ms` is what the device believes
    must be added, the server's minus its own, as of its last answer."""

    skew_ms: int
    offset_ms: int


class Draft(NamedTuple):
    """A passage as written, before the device numbers it. `ms` is the true time; `crossing` what really happened."""

    gate: int
    ms: int
    crossing: Crossing
    item: Item


class Desk:
    """Writes drafts of one share of a story. `recorder_of` gives the staff id of who is on duty at an entrance."""

    def __init__(self, story: Story, recorder_of: Callable[[int], int | None]) -> None:
        self._story, self._recorder_of = story, recorder_of
        self._seed = story.world.seed
        self._dice = Dice(0)
        self._clocks: dict[int, Clock] = {}
        self._wrong = _wrong_clock(story) if story.mischief.wrong_clock else -1

    def clock(self, gate: int) -> Clock:
        """The clock of this share's device at an entrance: mostly right, some wrong by minutes or hours and knowing
        it, one some minutes wrong that never heard of it."""
        known = self._clocks.get(gate)
        if known is None:
            known = self._clocks[gate] = _clock(self._seed, gate, self._story.share.device, gate == self._wrong)
        return known

    def write(self, crossing: Crossing) -> list[Draft]:
        """No draft, one, or one and its correction."""
        mischief = self._story.mischief
        dice = self._dice.again(number_of(self._seed, "desk", crossing.key))
        if dice.chance(mischief.unseen):
            return []
        subject = crossing.subject
        if subject[0] == "p" and dice.chance(mischief.mistaken):
            subject = self._neighbour(subject)
        item = self._item(crossing, subject, dice)
        if "temperature" in item["checks"] and dice.chance(mischief.misread):
            item["checks"]["temperature"] = item["checks"]["temperature"] * 18 // 10 + 320
        if crossing.crossed and subject[0] == "p" and dice.chance(mischief.corrected):
            return self._corrected(crossing, item)
        return [Draft(crossing.gate, crossing.ms, crossing, item)]

    def _neighbour(self, subject: str) -> str:
        number = int(subject[1:])
        low, high = self._story.share.people
        return f"p{number + _NEIGHBOUR}" if number + _NEIGHBOUR < high else f"p{max(low, number - _NEIGHBOUR)}"

    def _item(self, crossing: Crossing, subject: str, dice: Dice) -> Item:
        clock = self.clock(crossing.gate)
        at = crossing.ms + clock.skew_ms
        item: Item = {
            "id": str(id_at(at, f"{self._seed}/{crossing.key}".encode())),
            "at": at,
            "offset": clock.offset_ms,
            "direction": _DIRECTION[crossing.direction],
            "crossed": crossing.crossed,
            "subject": self._subject(subject, dice),
            "purpose": crossing.purpose,
            "checks": _checks(crossing, dice),
            "verdict": _VERDICT.get(crossing.outcome, crossing.outcome),
            "reasons": _reasons(crossing, dice),
            "pack": PACK,
        }
        if crossing.vehicle.startswith("a"):
            item["vehicle"] = str(vehicle_id(self._seed, crossing.vehicle))
        if crossing.of:
            item["with"] = "resident"
        if crossing.outcome == "override":
            item["override"] = dice.pick(_OVERRIDES)
        recorder = self._recorder_of(crossing.gate)
        if recorder is not None:
            item["recorder"] = recorder
        return item

    def _corrected(self, crossing: Crossing, right: Item) -> list[Draft]:
        wrong = {**right, "direction": _DIRECTION[_OTHER_WAY[crossing.direction]]}
        later = crossing.ms + _SECONDS_TO_CORRECT * 1000
        at = later + self.clock(crossing.gate).skew_ms
        seed = f"{self._seed}/{crossing.key}/again".encode()
        again = {**right, "id": str(id_at(at, seed)), "corrects": right["id"], "correction": "方向登记有误"}
        return [Draft(crossing.gate, crossing.ms, crossing, wrong), Draft(crossing.gate, later, crossing, again)]

    def _subject(self, key: str, dice: Dice) -> Item:
        world, kind = self._story.world, key[0]
        if kind == "p":
            return {"kind": "person", "id": str(person_id(self._seed, int(key[1:])))}
        if kind == "a":
            return {"kind": "vehicle", "id": str(vehicle_id(self._seed, key))}
        if kind == "t":
            return {"kind": "vehicle", "plate": world.truck(int(key[1:])).plate}
        return self._caller(key, kind)

    def _caller(self, key: str, kind: str) -> Item:
        shown = {"c": "phone", "d": "document"}.get(kind)
        if shown is None:  # a visitor shows the same papers when he leaves
            shown = dice_of(self._seed, "shows", key).pick(("document", "document", "phone", "phone", "nothing"))
        caller = self._story.world.caller(key, papers_shown=shown)
        subject: Item = {"kind": "person", "name": caller.name}
        if caller.document:
            subject["document"] = {"kind": caller.document.kind, "no": caller.document.no}
        if caller.phone:
            subject["phone"] = caller.phone
        if caller.token:
            subject["token"] = str(caller.token)
        return subject


def _checks(crossing: Crossing, dice: Dice) -> Item:
    """三查一看一测: in full on the way in, a look at the mask on the way out, nothing for a vehicle."""
    if crossing.subject[0] in "at":
        return {}
    checks: Item = {"mask": "wrong" if dice.chance(0.04) else "correct"}
    if crossing.direction != IN:
        return checks
    turned = crossing.outcome in ("persuade_back", "override")
    checks["health"] = "yellow" if turned and dice.chance(0.4) else "green"
    checks["travel"] = "star" if turned and checks["health"] == "green" else "green"
    checks["vaccination"] = dice.pick(("full", "full", "full", "full", "boosted", "partial", "none"))
    checks["origin"] = "medium" if checks["travel"] == "star" else "low"
    hot = crossing.outcome == "hold"
    checks["temperature"] = dice.between(374, 386) if hot else dice.around(364, 6)
    checks["temperature_by"] = "forehead"
    return checks


def _reasons(crossing: Crossing, dice: Dice) -> list[str]:
    if crossing.outcome == "hold":
        return ["fever"]
    return ["risk_area"] if crossing.outcome in ("persuade_back", "override") else []


def _wrong_clock(story: Story) -> int:
    dice = dice_of(story.world.seed, "wrong clock", story.share.device)
    return dice.pick(story.world.staffed).number


def _clock(seed: int, gate: int, device: int, unknown: bool) -> Clock:
    dice = dice_of(seed, "clock", gate, device)
    kind, sign = dice.between(1, 100), dice.pick((-1, 1))
    if unknown:
        return Clock(sign * dice.between(150_000, 270_000), 0)
    if kind <= 2:
        skew = sign * dice.between(3_600_000, 3 * 3_600_000)
    elif kind <= 6:
        skew = sign * dice.between(60_000, 600_000)
    else:
        skew = dice.between(-1_900, 1_900)
    return Clock(skew, -skew)
