"""The people: residents by number; couriers, drivers, visitors by key. Each is worked out from the seed alone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from kakou.drill.world import names, papers
from kakou.drill.world.chance import Dice, dice_of
from kakou.drill.world.papers import Document
from kakou.kernel.ids import id_at

BORN_BEFORE = dt.date(2021, 8, 1)  # ages are as of the article's month, whatever day the drill plays
RESIDENT_AREAS = 90  # the codes above are for people from elsewhere
# 500 men and 500 women of a birthday fit one area, 90 areas a division, nine divisions a round of residents; whoever
# belongs to the next round has his birthday on another day of three
_ONE_AREA = 500
_ONE_ROUND = 9 * RESIDENT_AREAS * _ONE_AREA
_ROUNDS = 3
MOST_RESIDENTS = 1_000_000
_VISITORS = 61  # days until the same resident's visitor may have the papers of an earlier one
_OTHER_CALLERS = "cdex"
_GROWN_UP = (19 * 365, 69 * 365)  # days since a caller was born
BLOCK = 10  # people with consecutive numbers are neighbours; ten of them are two to six households
# Ids need a time inside; this one sorts drill people before every passage.
_ID_MS = int(dt.datetime(2021, 8, 1, tzinfo=dt.UTC).timestamp() * 1000)


class Job(StrEnum):
    """What takes a person through gates."""

    FACTORY_DAY = "factory_day"
    FACTORY_NIGHT = "factory_night"
    SITE = "site"
    OUTSIDE = "outside"  # works in another town
    SCHOOL = "school"
    RETIRED = "retired"
    HOME = "home"
    SMALL = "small"  # a small child, carried or at home


class Car(NamedTuple):
    """A vehicle with a plate; `home` is the unit it belongs to, -1 for one from elsewhere."""

    id: uuid.UUID
    key: str
    plate: str
    home: int


class Person(NamedTuple):
    """A resident. `home` and `work` are unit numbers (`work` -1 for none); phone None for who has none."""

    number: int
    id: uuid.UUID
    name: str
    man: bool
    born: dt.date
    document: Document | None
    phone: str | None
    home: int
    address: str
    household: int
    category: str
    special: tuple[str, ...]
    job: Job
    work: int
    car: Car | None


class Caller(NamedTuple):
    """Who lives elsewhere and comes: what he shows at the gate; `token` is made for who shows nothing."""

    key: str
    name: str
    document: Document | None
    phone: str | None
    token: uuid.UUID | None


_SPLITS = ((1, 2, 3, 4), (2, 3, 5), (4, 3, 3), (1, 1, 3, 5), (2, 2, 2, 4), (5, 5), (1, 2, 2, 2, 3), (6, 4))


def household_of(seed: int, number: int) -> tuple[int, int]:
    """(household number, place in it) of a resident; the household's number is its head's."""
    block, rest = divmod(number, BLOCK)
    first = 0
    for size in dice_of(seed, "households", block).pick(_SPLITS):
        if rest < first + size:
            break
        first += size
    return block * BLOCK + first, rest - first


def person_of(seed: int, number: int, homes: Sequence[int], factories: Sequence[int], sites: Sequence[int]) -> Person:
    """Resident `number` (from 0). `homes` repeats units by weight; blocks of neighbours go round it."""
    dice = dice_of(seed, "person", number)
    home = homes[number // BLOCK % len(homes)]
    head, place = household_of(seed, number)
    man = dice.chance(0.5)
    age = _age(place, dice)
    born = BORN_BEFORE - dt.timedelta(days=age * 365 + _birthday(number, dice))
    job = _job(age, dice)
    work = {Job.FACTORY_DAY: factories, Job.FACTORY_NIGHT: factories, Job.SITE: sites}.get(job, (-1,))
    name = names.person_name(dice_of(seed, "person", number, "name"))
    if place:
        name = names.kin_name(names.person_name(dice_of(seed, "person", head, "name")), dice)
    document = _document(number, born, age, man, name, dice)
    phone = papers.phone(number) if age >= 12 and not (age > 70 and dice.chance(0.3)) else None
    nonlocal_ = dice.chance(0.3)
    return Person(
        number, person_id(seed, number), name, man, born, document, phone, home,
        _address(head, dice_of(seed, "door", head)), head, "resident_nonlocal" if nonlocal_ else "resident_registered",
        _special(age, phone, dice), job, dice.pick(work), _car(seed, number, home, age, dice),
    )  # fmt: skip


def person_id(seed: int, number: int) -> uuid.UUID:
    """The id of resident `number`: known before he is registered, so that gates may name him at once."""
    return id_at(_ID_MS, f"{seed}/person/{number}".encode())


def _age(place: int, dice: Dice) -> int:
    if place < 2:
        return max(20, dice.around(47, 40))
    return dice.between(0, 18) if dice.chance(0.6) else dice.between(19, 90)


_WORKING = (
    *([Job.FACTORY_DAY] * 34),
    *([Job.FACTORY_NIGHT] * 8),
    *([Job.SITE] * 4),
    *([Job.OUTSIDE] * 30),
    *([Job.HOME] * 24),
)


def _job(age: int, dice: Dice) -> Job:
    if age < 6:
        return Job.SMALL
    if age < 18:
        return Job.SCHOOL
    return Job.RETIRED if age >= 61 else dice.pick(_WORKING)


def _document(number: int, born: dt.date, age: int, man: bool, name: str, dice: Dice) -> Document | None:
    division = papers.DIVISION - number % _ONE_ROUND // (_ONE_AREA * RESIDENT_AREAS)
    area, order = number // _ONE_AREA % RESIDENT_AREAS + 1, number % _ONE_AREA * 2 + man
    if name[:1].isascii():
        return papers.passport(number)
    if age < 2 and dice.chance(0.5):
        return None
    # the last few of an area would have the order of another one's old number
    if age > 75 and dice.chance(0.03) and order < papers.CENTENARIANS:
        return papers.legacy(area, born, order, division=division)
    return papers.identity(area, born, order, division=division)


def _birthday(number: int, dice: Dice) -> int:
    """Days since the birthday, 0 to 364."""
    return min(dice.between(0, 364), 362) // _ROUNDS * _ROUNDS + number // _ONE_ROUND


def _address(head: int, dice: Dice) -> str:
    return f"{dice.between(1, 28)}号楼{dice.between(1, 4)}单元{dice.between(1, 18)}{dice.between(1, 4):02d}室"


def _special(age: int, phone: str | None, dice: Dice) -> tuple[str, ...]:
    marks = (
        ("no_phone", phone is None and age >= 12),
        ("elderly", age >= 70),
        ("minor", age < 16),
        ("pregnant", 22 <= age <= 40 and dice.chance(0.01)),
    )
    return tuple(mark for mark, true in marks if true)


def _car(seed: int, number: int, home: int, age: int, dice: Dice) -> Car | None:
    if not (22 <= age <= 68 and dice.chance(0.22)):
        return None
    return Car(vehicle_id(seed, f"a{number}"), f"a{number}", papers.plate(number, dice.chance(0.3), dice), home)


def vehicle_id(seed: int, key: str) -> uuid.UUID:
    """The id of the vehicle of this key."""
    return id_at(_ID_MS, f"{seed}/vehicle/{key}".encode())


def caller_of(seed: int, key: str, *, papers_shown: str) -> Caller:
    """Somebody from elsewhere. `papers_shown` is document | phone | nothing."""
    dice = dice_of(seed, "caller", key)
    number = papers.scattered(_number_of_caller(key))
    more, days = divmod(number, _GROWN_UP[1] - _GROWN_UP[0])
    area, order = divmod(more, 1000)
    born = BORN_BEFORE - dt.timedelta(days=_GROWN_UP[0] + days)
    name = names.person_name(dice)
    made = papers.identity(RESIDENT_AREAS + 1 + area, born, order)
    document = papers.caller_passport(number) if name[:1].isascii() else made
    return Caller(
        key,
        name,
        document if papers_shown == "document" else None,
        papers.caller_phone(number) if papers_shown in ("phone", "document") else None,
        id_at(_ID_MS, f"{seed}/token/{key}".encode()) if papers_shown == "nothing" else None,
    )


def _number_of_caller(key: str) -> int:
    """Another one for each key, below `papers.CALLERS`: of a resident's visitors on sixty-one days, then those of each
    other kind of caller."""
    who, _, more = key[1:].partition(".")
    if key[0] == "v":
        return int(who) * _VISITORS + int(more) % _VISITORS
    own = int(who) * 1_000 + int(more) if more else int(who)  # a guest of a scenario: x, its incident, his number there
    return MOST_RESIDENTS * _VISITORS + _OTHER_CALLERS.index(key[0]) * 1_000_000 + own


def truck_of(seed: int, number: int) -> Car:
    """A goods vehicle from elsewhere."""
    return Car(vehicle_id(seed, f"t{number}"), f"t{number}", papers.lorry_plate(number), -1)
