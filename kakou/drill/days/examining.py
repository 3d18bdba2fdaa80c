"""Examining: 三查一看一测 of a crossing. What is seen leads by the rules to what the story says became of it."""

from __future__ import annotations

from kakou.drill.days.facts import Facts
from kakou.drill.days.thermometers import Thermometers
from kakou.drill.days.trip import RETEST_MS, Crossing
from kakou.drill.world import Dice, dice_of, regions
from kakou.screening.rules import Who

_HOURS = 3600  # ages of codes are seconds
_FEVERISH = ("hold", "still_hot", "retested")
_AREAS = {area.code: area for area in regions.RISK_AREAS}
_TURNED = ("persuade_back", "override")


def examined(crossing: Crossing, *, on_way_in: bool, thermometers: Thermometers, seed: int, dice: Dice) -> Facts:
    """What the recorder wrote down of somebody: in full on the way in, the mask on the way out and in passing."""
    facts = Facts()
    profile, who = crossing.profile, crossing.profile.who
    _mask(facts, dice)
    if not on_way_in:
        return facts
    if who == Who.EXEMPT:
        facts.skipped = {"health": "exempt", "travel": "exempt", "origin": "exempt"}
        if crossing.purpose == "emergency":
            return facts  # nobody holds up an ambulance
    elif who == Who.CHILD:
        _child(facts, crossing, dice)
    elif crossing.subject[0] == "p":
        _resident(facts, crossing, dice)
    else:
        _from_elsewhere(facts, crossing, dice)
    if crossing.outcome in _FEVERISH:
        _feverish(facts, crossing, seed)
    else:
        facts.temperature = thermometers.tells(crossing.gate, crossing.ms, profile.tenths + dice.around(0, 4))
    if facts.temperature is None:
        facts.skipped["temperature"] = "thermometer_broken"
    else:
        facts.more["temperature_by"] = "wrist" if dice.chance(0.1) else "forehead"
        facts.more["thermometer"] = f"t-{crossing.gate}"
    return facts


def _mask(facts: Facts, dice: Dice) -> None:
    if not dice.chance(0.04):
        facts.looks["mask"] = "correct"
        return
    # worn, not carried (R33): who wears it wrongly is shown how, who has none is given one
    facts.looks["mask"] = dice.pick(("wrong", "wrong", "wrong", "wrong", "carried", "carried", "none"))
    facts.looks["mask_corrected"] = facts.more["mask_guided"] = True


def _resident(facts: Facts, crossing: Crossing, dice: Dice) -> None:
    profile = crossing.profile
    if not profile.has_phone:
        _without_phone(facts, dice)
    elif dice.chance(0.004):
        facts.skipped = {"health": "phone_dead", "travel": "phone_dead"}
    else:
        _codes(facts, dice)
    if profile.comes_from:
        facts.looks["origin"], facts.looks["origin_from"] = "low", profile.comes_from
    elif dice.chance(0.15):
        facts.looks["origin"] = "local"
    else:
        facts.skipped["origin"] = "known"
    if dice.chance(0.25):  # at the gate of his own compound it is known
        facts.looks["vaccination"] = profile.vaccination


def _child(facts: Facts, crossing: Crossing, dice: Dice) -> None:
    """Nothing is compulsory but the thermometer; some parents show the code all the same."""
    if dice.chance(0.2):
        facts.looks["health"], facts.looks["health_how"] = "green", "proxy"
        facts.health_age = dice.between(0, 600)
    if crossing.profile.comes_from:
        facts.looks["origin"] = "local" if crossing.profile.comes_from == regions.HERE else "low"


def _without_phone(facts: Facts, dice: Dice) -> None:
    """老人无手机: the family shows the code, or he has a paper, or it is written down that he has none."""
    kind = dice.between(1, 20)
    facts.skipped["travel"] = "no_phone"
    if kind <= 12:
        facts.skipped["health"] = "no_phone"
    elif kind <= 17:
        facts.looks["health"], facts.looks["health_how"] = "green", "proxy"
        facts.health_age = dice.between(0, 900)
    else:
        facts.looks["health"], facts.looks["health_how"] = "paper", "paper"


def _from_elsewhere(facts: Facts, crossing: Crossing, dice: Dice) -> None:
    """Everything is compulsory. The codes and where he comes from say why he is turned back, if he is."""
    profile = crossing.profile
    _codes(facts, dice)
    area = _AREAS.get(profile.comes_from)
    if area is not None and crossing.outcome != "unasked":
        _starred(facts, area.code, area.level, dice)
    elif crossing.outcome == "refer":
        _red(facts, dice)
    elif crossing.outcome in _TURNED:
        _turned_back(facts, dice)
    elif profile.comes_from in regions.STARRED:
        _starred(facts, profile.comes_from, "low", dice)
    elif dice.chance(0.01):
        _starred(facts, regions.PREVENTION.code, "prevention", dice)
    else:
        code = profile.comes_from or regions.HERE
        facts.looks["origin"], facts.looks["origin_from"] = "local" if code == regions.HERE else "low", code
    _asked_for_doses(facts, crossing, dice)


def _codes(facts: Facts, dice: Dice) -> None:
    """Both codes, opened before the recorder's eyes; the travel code is renewed once a day."""
    looks, more = facts.looks, facts.more
    looks["health"] = looks["travel"] = "green"
    looks["health_how"] = more["travel_how"] = "live"
    facts.health_age = dice.between(0, 600)
    facts.travel_age = dice.between(0, 20 * _HOURS)


def _turned_back(facts: Facts, dice: Dice) -> None:
    if dice.chance(0.4):
        facts.looks["health"] = "yellow"
        facts.looks["origin"], facts.looks["origin_from"] = "low", dice.pick(regions.QUIET)
    else:
        area = dice.pick((regions.MEDIUM, regions.MEDIUM, regions.CONTROL))
        _starred(facts, area.code, area.level, dice)


def _red(facts: Facts, dice: Dice) -> None:
    if dice.chance(0.4):
        facts.looks["health"] = "red"
        facts.looks["origin"], facts.looks["origin_from"] = "low", dice.pick(regions.QUIET)
    else:
        _starred(facts, regions.HIGH.code, regions.HIGH.level, dice)


def _starred(facts: Facts, code: str, level: str, dice: Dice) -> None:
    """The star tells of a city: in which street he was is asked and written down."""
    facts.looks["travel"] = "star"
    facts.looks["origin"], facts.looks["origin_from"] = level, code
    facts.stays = ((code, dice.between(2, 5), 0),)


def _asked_for_doses(facts: Facts, crossing: Crossing, dice: Dice) -> None:
    said = dice.between(1, 25)
    if said <= 2:
        facts.skipped["vaccination"] = "not_at_hand"
    elif said == 3:
        facts.skipped["vaccination"] = "not_said"
    else:
        facts.looks["vaccination"] = crossing.profile.vaccination
        facts.more.update(crossing.profile.doses)


def _feverish(facts: Facts, crossing: Crossing, seed: int) -> None:
    """The first measurement, or the second after rest, which tells of the first too (R59)."""
    again = crossing.outcome != "hold"
    dice = dice_of(seed, "fever", crossing.subject, crossing.ms - RETEST_MS * again)
    facts.temperature = dice.between(374, 386)
    if again:
        facts.before = facts.temperature
        facts.temperature = dice.between(375, 388) if crossing.outcome == "still_hot" else dice.between(364, 371)
