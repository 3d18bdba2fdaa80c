"""Profiles: who somebody is to a gate and what he can show there, the same at each gate and on each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from kakou.drill.world.chance import Dice, dice_of
from kakou.drill.world.folk import BORN_BEFORE, Job, Person
from kakou.drill.world.regions import HERE, QUIET, STARRED
from kakou.screening.rules import Who

CHILD_UNDER = 14
_FULL = (("CoronaVac", 2), ("CoronaVac", 2), ("BBIBP-CorV", 2), ("ZF2001", 3), ("Ad5-nCoV", 1))
_DAYS = tuple((BORN_BEFORE - dt.timedelta(days=7 * week + 3)).isoformat() for week in range(20))


class Profile(NamedTuple):
    """`id`: under which he is registered, "" for a caller. `tenths`: of a degree, what he has when he is well.
    `comes_from`: division code, "" for who was in town. `doses`: vaccine, doses and the day of the last one, as the
    contract names them.
    """

    id: str
    who: str
    has_phone: bool
    tenths: int
    comes_from: str
    vaccination: str
    doses: Mapping[str, str | int]


_Doses = Mapping[str, str | int]
_NO_DOSES: _Doses = {}


def _taken(vaccine: str, doses: int) -> tuple[_Doses, ...]:
    return tuple({"vaccine": vaccine, "doses": doses, "dose_on": day} for day in _DAYS)


# made once: there are many people and few kinds of doses
_TAKEN: Mapping[str, tuple[tuple[_Doses, ...], ...]] = {
    "full": tuple(_taken(*kind) for kind in _FULL),
    "boosted": (_taken("CoronaVac", 3), _taken("BBIBP-CorV", 3)),
    "partial": (_taken("CoronaVac", 1), _taken("BBIBP-CorV", 1)),
}
_SHARES = (*(["full"] * 70), *(["partial"] * 13), *(["none"] * 9), "boosted", "boosted", "exempt", "exempt", "unknown")
_YOUNG = ("none", "partial", "partial", "full")


def profile_of(seed: int, person: Person) -> Profile:
    """Of a resident."""
    dice = dice_of(seed, "profile", person.number)
    age = (BORN_BEFORE - person.born).days // 365
    who = Who.CHILD if age < CHILD_UNDER else Who.RESIDENT
    comes_from = dice.pick(QUIET) if person.job is Job.OUTSIDE else ""
    made = _profile(who, person.phone is not None, comes_from, _YOUNG if age < 18 else _SHARES, dice)
    return made._replace(id=str(person.id))


def caller_profile(seed: int, key: str) -> Profile:
    """Of somebody from elsewhere, by the kind of his key: v visitor, c courier, d driver of a truck, e on duty."""
    dice = dice_of(seed, "profile", key)
    if key[0] == "e":
        return _profile(Who.EXEMPT, True, "", _SHARES, dice)
    if key[0] == "c":
        return _profile(Who.VISITOR, True, "", _SHARES, dice)
    comes_from = dice.pick(STARRED) if dice.chance(0.05) else dice.pick((HERE, HERE, *QUIET))
    if key[0] == "d":
        return _profile(Who.DRIVER, True, comes_from, _SHARES, dice)
    if dice.chance(0.08):
        return _profile(Who.CHILD, False, comes_from, _YOUNG, dice)
    return _profile(Who.VISITOR, True, comes_from, _SHARES, dice)


def _profile(who: Who, has_phone: bool, comes_from: str, shares: tuple[str, ...], dice: Dice) -> Profile:
    word = dice.pick(shares)
    doses = dice.pick(dice.pick(_TAKEN[word])) if word in _TAKEN else _NO_DOSES
    return Profile("", who.value, has_phone, dice.between(360, 368), comes_from, word, doses)
