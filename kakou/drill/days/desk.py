"""The desk: what the recorder at the gate writes down of a crossing, with the mistakes recorders make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from kakou.drill.days.examining import examined
from kakou.drill.days.facts import DAY, Facts
from kakou.drill.days.rulings import VERSION, Ruling, compulsory, ruling
from kakou.drill.days.shown import record_of, registered_car, shown
from kakou.drill.days.story import FIRST, Story
from kakou.drill.days.thermometers import Thermometers
from kakou.drill.days.trip import CAR_AHEAD_MS, IN, OUT, THROUGH, Crossing
from kakou.drill.world import Dice, dice_of
from kakou.drill.world.chance import number_of
from kakou.drill.world.folk import person_id
from kakou.kernel.ids import id_at
from kakou.screening.rules import Who

Item = dict[str, Any]
_DIRECTION = {IN: "in", OUT: "out", THROUGH: "through"}
_OTHER_WAY = {IN: OUT, OUT: IN, THROUGH: THROUGH}
_NOTHING = Facts()  # a vehicle is not examined, but who sits in it
_LET_PASS = ("admit", "admit_with_action")
_GOODS = ("纸箱 40 件", "布料 12 卷", "饲料 3 吨", "电器配件 20 箱", "面粉 5 吨", "钢筋 8 吨")
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
        self._dice, self._other_dice = Dice(0), Dice(0)
        self._start_ms = story.day(0).start_ms
        self._thermometers = Thermometers(story)
        self._cars: dict[str, tuple[str, str]] = {}  # key → (key of its last crossing, id): spares working it out again
        self._clocks: dict[int, Clock] = {}
        self._wrong = _wrong_clock(story) if story.mischief.wrong_clock else -1
        jumps = story.plot.jumps if story.share.device == FIRST else ()
        self._jumping = {jump.span.gate for jump in jumps}

    def clock(self, gate: int, ms: int) -> Clock:
        """The clock of this share's device at an entrance at a moment (true time): mostly right, some wrong by minutes
        or hours and knowing it, one some minutes wrong that never heard of it."""
        known = self._clocks.get(gate)
        if known is None:
            known = self._clocks[gate] = _clock(self._seed, gate, self._story.share.device, gate == self._wrong)
        if gate in self._jumping:
            return known._replace(skew_ms=known.skew_ms + self._story.plot.off_by(gate, ms))
        return known

    def write(self, crossing: Crossing) -> list[Draft]:
        """No draft, one, or one and its correction."""
        mischief = self._story.mischief
        dice = self._dice.again(number_of(self._seed, "desk", crossing.key))
        if dice.chance(mischief.unseen):
            return []
        resident = crossing.subject[0] == "p"
        mistaken = resident and dice.chance(mischief.mistaken)
        # who taps the wrong way is asked for what that way asks for, and notices afterwards
        corrected = resident and crossing.crossed and dice.chance(mischief.corrected)
        facts = self._facts(crossing, crossing.direction == IN or corrected, dice)
        who = shown(self._story.world, crossing.subject, crossing.profile)
        if mistaken:
            who = {"kind": "person", "id": str(person_id(self._seed, self._neighbour(int(crossing.subject[1:]))))}
        ruled = _ruled(crossing, crossing.direction, facts, who)
        if ruled.verdict in _LET_PASS and crossing.direction == IN and dice.chance(mischief.left_out):
            ruled = _left_out(crossing, facts, ruled, dice)
        item = self._item(crossing, who, facts, ruled, dice)
        if "temperature" in item["checks"] and dice.chance(mischief.misread):
            item["checks"]["temperature"] = item["checks"]["temperature"] * 18 // 10 + 320
        if corrected:
            return self._corrected(crossing, item, facts)
        return [Draft(crossing.gate, crossing.ms, crossing, item)]

    def _facts(self, crossing: Crossing, on_way_in: bool, dice: Dice) -> Facts:
        if crossing.subject[0] in "at":
            return _NOTHING
        return examined(crossing, on_way_in=on_way_in, thermometers=self._thermometers, seed=self._seed, dice=dice)

    def _neighbour(self, number: int) -> int:
        low, high = self._story.share.people
        return number + _NEIGHBOUR if number + _NEIGHBOUR < high else max(low, number - _NEIGHBOUR)

    def _item(self, crossing: Crossing, subject: Item, facts: Facts, ruled: Ruling, dice: Dice) -> Item:
        clock = self.clock(crossing.gate, crossing.ms)
        at = crossing.ms + clock.skew_ms
        item: Item = {
            "id": self._id(crossing.key, at),
            "at": at,
            "offset": clock.offset_ms,
            "direction": _DIRECTION[crossing.direction],
            "crossed": crossing.crossed,
            "subject": subject,
            "purpose": crossing.purpose,
            "checks": facts.checks(crossing.ms),
            "verdict": ruled.verdict,
            "reasons": ruled.reasons,
            "pack": ruled.pack,
        }
        if facts.skipped:
            item["skipped"] = facts.skipped
        if facts.stays:
            item["stays"] = facts.said_stays(self._today(crossing.ms))
        if subject["kind"] == "vehicle":
            self._loaded(item, crossing, dice)
        else:
            item["who"] = crossing.profile.who
        if crossing.vehicle:
            self._seated(item, crossing, clock)
        if crossing.of:
            item["with"] = "resident"
        if crossing.outcome == "override":
            item["override"] = dice.pick(_OVERRIDES)
        recorder = self._recorder_of(crossing.gate)
        if recorder is not None:
            item["recorder"] = recorder
        return item

    def _loaded(self, item: Item, crossing: Crossing, dice: Dice) -> None:
        """How many sit in a vehicle; of a truck what it brings, and to whom."""
        item["aboard"] = crossing.aboard
        self._cars[crossing.subject] = crossing.key, item["id"]
        if crossing.subject[0] == "t" and crossing.direction == IN and crossing.purpose == "delivery":
            land = self._story.world.land
            item["goods"] = dice.pick(_GOODS)
            item["receiver"] = land.units[land.entrances[crossing.gate].unit].name

    def _seated(self, item: Item, crossing: Crossing, clock: Clock) -> None:
        """In which vehicle somebody sits, and its passage, if that was written down."""
        if crossing.vehicle[0] == "a":
            item["vehicle"] = registered_car(self._seed, crossing.vehicle)
        key = crossing.key_of_car
        seen, id = self._cars.get(crossing.vehicle, ("", ""))
        if seen == key:
            item["rides"] = id
        elif not self._other_dice.again(number_of(self._seed, "desk", key)).chance(self._story.mischief.unseen):
            item["rides"] = self._id(key, crossing.ms - CAR_AHEAD_MS + clock.skew_ms)

    def _id(self, key: str, at: int) -> str:
        return str(id_at(at, f"{self._seed}/{key}".encode()))

    def _today(self, ms: int) -> dt.date:
        return self._story.start + dt.timedelta(days=(ms - self._start_ms) // DAY)

    def _corrected(self, crossing: Crossing, right: Item, facts: Facts) -> list[Draft]:
        other = _OTHER_WAY[crossing.direction]
        ruled = _ruled(crossing, other, facts, right["subject"])
        wrong = {**right, "direction": _DIRECTION[other], "verdict": ruled.verdict, "reasons": ruled.reasons}
        later = crossing.ms + _SECONDS_TO_CORRECT * 1000
        at = later + self.clock(crossing.gate, later).skew_ms
        again = {
            **right, "id": self._id(f"{crossing.key}/again", at), "corrects": right["id"], "correction": "方向登记有误",
        }  # fmt: skip
        return [Draft(crossing.gate, crossing.ms, crossing, wrong), Draft(crossing.gate, later, crossing, again)]


def _ruled(crossing: Crossing, direction: int, facts: Facts, subject: Item) -> Ruling:
    """What the rules say. A vehicle is asked about like somebody in passing: nobody examines it."""
    vehicle = subject["kind"] == "vehicle"
    if crossing.outcome == "unasked":  # a phone that knows of no area, or a recorder who asks nothing
        return Ruling("admit", [], VERSION)
    return ruling(
        facts,
        direction=_DIRECTION[THROUGH if vehicle else direction],
        who=Who.EXEMPT if vehicle else crossing.profile.who,
        purpose=crossing.purpose,
        record=record_of(subject),
    )


def _left_out(crossing: Crossing, facts: Facts, ruled: Ruling, dice: Dice) -> Ruling:
    """One compulsory look is left out without a word, and the gate opens all the same."""
    looked = [look for look in compulsory("in", crossing.profile.who) if facts.looked(look)]
    if not looked or facts is _NOTHING:
        return ruled
    facts.leave_out(dice.pick(looked))
    return Ruling("admit", [], ruled.pack)


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
