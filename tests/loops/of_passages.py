"""Causes that lie in what gates write down: each is brought by passages, through the lane's own checks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.ledger.stays.shapes import VISIT
from kakou.ledger.tests.deskwork import FINE
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.screening.actions.fever import NewStep, take_step
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models import FeverCase
from kakou.screening.models.passes import PassKind
from kakou.screening.rules.fever import FeverState, FeverStep
from kakou.web.queries import site_zone
from tests.loops.ground import AREA, DAY, HOUR, MINUTE, Act, Cause, Compound, Ground, NotYet, by_desk, fine, stay_of

SOMEBODY_ELSE = "登记错了人"
BORDER = "who-poe.1"
LOOKS_AT_A_BORDER = {
    "temperature": 365, "symptoms": "none", "contact": "no", "hands": "washed", "origin": "low", "thermometer": "t-1",
}  # fmt: skip
FIRST = 5


def about(item: dict[str, Any]):
    """The id of a passage, as the cause of an order about it."""
    return lambda: str(item["id"])


def missing_exit(ground: Ground, n: int) -> list[Cause]:
    """Somebody comes in twice; the exit between them comes later."""
    place, at = ground.slot()
    who = ground.visitor()
    first, second = fine(who, at), fine(who, at + 50 * MINUTE)
    bring = [ground.sent(place.phone, first), ground.sent(place.phone, second)]
    heal = [ground.later(place.phone, fine(who, at + 20 * MINUTE, direction="out"))]
    return [Cause("missing_exit", stay_of(who, place.node, VISIT, first["id"]), bring, heal)]


def orphan_exit(ground: Ground, n: int) -> list[Cause]:
    """Somebody goes out who never came in; how he came in is told later."""
    place, at = ground.slot()
    who = ground.visitor()
    left = fine(who, at, direction="out")
    bring = [ground.sent(place.phone, left)]
    heal = [ground.later(place.phone, fine(who, at - 20 * MINUTE))]
    return [Cause("orphan_exit", stay_of(who, place.node, VISIT, left["id"]), bring, heal)]


def past_allowance(ground: Ground, n: int) -> list[Cause]:
    """Somebody is inside for longer than he may, until he goes."""
    place = ground.once("limited", ground.limited)
    who, at = ground.visitor(), ground.at - 9 * HOUR + n * MINUTE
    came = fine(who, at)
    heal = [ground.later(place.phone, fine(who, at + 8 * HOUR, direction="out"))]
    cause = stay_of(who, place.node, VISIT, came["id"])
    return [Cause("past_allowance", cause, [ground.sent(place.phone, came)], heal)]


def two_gates(ground: Ground, n: int) -> list[Cause]:
    """One is read at two gates at once; at the second it was somebody else."""
    place, at = ground.slot()
    other, who = ground.beside(place), ground.visitor()
    came, left = fine(who, at), fine(who, at + 30 * MINUTE, direction="out")
    seen = fine(who, at + 30 * MINUTE + dt.timedelta(seconds=2))
    bring = [ground.sent(place.phone, came), ground.sent(place.phone, left), ground.sent(other.phone, seen)]
    heal = [corrected(ground, other, seen, ground.visitor())]
    return [Cause("two_gates_at_once", about(seen), bring, heal)]


def corrected(ground: Ground, place: Compound, wrong: dict[str, Any], whom: dict[str, Any], **said: Any) -> Act:
    """The same gate says what the passage should have said."""
    at = dt.datetime.fromtimestamp(wrong["at"] / 1000, dt.UTC)
    more = {"direction": wrong["direction"], **said}
    return ground.later(place.phone, fine(whom, at, corrects=wrong["id"], correction=SOMEBODY_ELSE, **more))


def of_one_passage(kind: str, heals: bool = True, **odd: Any):
    """A kind that one odd passage opens, and its correction closes."""

    def made(ground: Ground, n: int) -> list[Cause]:
        place, at = ground.slot()
        who = ground.visitor()
        item = fine(who, at, **odd)
        heal = [corrected(ground, place, item, who)] if heals else []
        return [Cause(kind, about(item), [ground.sent(place.phone, item)], heal)]

    made.__doc__ = f"{kind}: one passage that says {odd}"
    return made


verdict_milder = of_one_passage("verdict_milder", checks=FINE | {"health": "red"})
verdict_unexplained = of_one_passage("verdict_unexplained", verdict="hold", reasons=[])
emergency_passed = of_one_passage("emergency_passed", verdict="emergency", checks={})


def risk_origin(ground: Ground, n: int) -> list[Cause]:
    """He was in an area that the phone did not know of."""
    day = ground.at.date()
    stays = [{"code": f"{AREA}001", "from": str(day - 9 * DAY), "to": str(day - 5 * DAY)}]
    return of_one_passage("risk_origin", stays=stays)(ground, n)


def unknown_rules(ground: Ground, n: int) -> list[Cause]:
    """A gate judges by rules that nobody knows."""
    place, at = ground.slot()
    version = f"xx-2031.{n + 1}"
    item = fine(ground.visitor(), at, pack=version)
    cause = f"{place.gate.pk}:{version}"
    return [Cause("unknown_rules", lambda: cause, [ground.sent(place.phone, item)])]


def other_rules(ground: Ground, n: int) -> list[Cause]:
    """A gate judges by rules that hold elsewhere."""
    if n >= len(ground.compounds):
        return []
    place, (_, at) = ground.compounds[n], ground.slot()
    item = fine(ground.visitor(), at, pack=BORDER, checks=LOOKS_AT_A_BORDER)
    cause = f"{place.gate.pk}:{BORDER}"
    return [Cause("other_rules", lambda: cause, [ground.sent(place.phone, item)])]


def warm(who: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    """Somebody too warm, who is held."""
    return fine(who, at, checks=FINE | {"temperature": 378}, verdict="hold")


def well_again(who: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    """He has rested, is measured again, and goes home."""
    checks = FINE | {"temperature": 365, "temperature_before": 378}
    return fine(who, at, checks=checks, verdict="admit_with_action", crossed=False)


def fever(ground: Ground, n: int) -> list[Cause]:
    """Somebody is too warm, until he is measured again (every other), or somebody ends the case."""
    place, at = ground.slot()
    who = ground.visitor()
    item = warm(who, at)
    if n % 2:
        heal = [ground.later(place.phone, well_again(who, at + 15 * MINUTE))]
    else:
        step = new_id()
        heal = [by_desk(ground.secretary, lambda: _end_case(item["id"], step, ground))]
    return [Cause("fever", about(item), [ground.sent(place.phone, item)], heal, by_hand=False)]


def _end_case(passage: str, step, ground: Ground) -> None:
    case = FeverCase.objects.filter(pk=passage).first()
    if case is None:
        raise NotYet
    facts = {"outcome": "mistake", "note": "登记错了"}
    take_step(case, NewStep(step, FeverStep.ENDED, case.opened_at, facts), by=ground.secretary, at=ground.at)
    assert FeverCase.objects.get(pk=passage).state == FeverState.ENDED


def fever_walked(ground: Ground, n: int) -> list[Cause]:
    """Somebody is too warm and goes on elsewhere; that he was well by then is told last."""
    place, at = ground.slot()
    other, who = ground.beside(place), ground.visitor()
    held, went = warm(who, at), fine(who, at + 20 * MINUTE)
    heal = [ground.later(place.phone, well_again(who, at + 15 * MINUTE))]
    walked = Cause(
        "fever_walked", about(went), [ground.sent(place.phone, held), ground.sent(other.phone, went)], heal
    )  # fmt: skip
    return [walked, Cause("fever", about(held), by_hand=False, heals_with=walked)]


def seen_again(ground: Ground, n: int) -> list[Cause]:
    """Somebody is persuaded back and seen again at another gate; that he was not sent away is told later."""
    place, at = ground.slot()
    other, who = ground.beside(place), ground.visitor()
    back, seen = fine(who, at, verdict="persuade_back"), fine(who, at + 35 * MINUTE)
    heal = [corrected(ground, place, back, ground.visitor())]
    bring = [ground.sent(place.phone, back), ground.sent(other.phone, seen)]
    return [Cause("seen_again", about(seen), bring, heal)]


def above_usual(ground: Ground, n: int) -> list[Cause]:
    """Six are persuaded back at one gate within an hour, until one of them was none."""
    place = ground.apart()
    at = (ground.at - (FIRST + n % 12) * HOUR).replace(minute=5, second=0, microsecond=0)
    items = [fine(ground.visitor(), at + each * MINUTE, verdict="persuade_back") for each in range(6)]
    here = at.astimezone(site_zone())
    cause = f"{place.gate.pk}:{here.date().isoformat()}T{here.hour:02}:persuaded_back"
    bring = [ground.sent(place.phone, item) for item in items]
    heal = [corrected(ground, place, items[3], ground.visitor())]
    return [Cause("above_usual", lambda: cause, bring, heal)]


def equal_temperatures(ground: Ground, n: int) -> list[Cause]:
    """Eight equal temperatures in a row by one recorder."""
    place, at = ground.slot()
    who = 900_000 + n
    items = [fine(ground.visitor(), at + each * MINUTE, recorder=who, equal=True) for each in range(8)]
    return [Cause("equal_temperatures", about(items[0]), [ground.sent(place.phone, *items)])]


def bare_temperatures(ground: Ground, n: int) -> list[Cause]:
    """Temperatures without their thermometer: one matter for each gate and day."""
    place = ground.apart()
    at = ground.at - 6 * HOUR
    bare = {name: value for name, value in FINE.items() if name != "thermometer"}
    items = [fine(ground.visitor(), at + each * MINUTE, checks=bare) for each in range(2)]
    cause = f"{place.gate.pk}:{day_in(site_zone(), at).isoformat()}"
    return [Cause("bare_temperatures", lambda: cause, [ground.sent(place.phone, item) for item in items])]


def quota_exceeded(ground: Ground, n: int) -> list[Cause]:
    """Two of one door go out within two days."""
    place, at = ground.slot()
    cards = [_card(ground, place, f"{n + 1}栋1单元101") for _ in range(2)]
    items = [
        fine({"pass": card.pk}, at + each * 20 * MINUTE, direction="out", who="resident", purpose="shopping")
        for each, card in enumerate(cards)
    ]
    return [Cause("quota_exceeded", about(items[1]), [ground.sent(place.phone, item) for item in items])]


def _card(ground: Ground, place: Compound, door: str):
    with acting_as_system():
        facts = Facts(name="王小明", phone=f"137{next(ground.numbers):08}")
        new = NewPerson(place.node.pk, facts, Category.RESIDENT_REGISTERED)
        person = add_person(new, by=None, at=ground.at - 2 * DAY)
    with acting_as(ground.secretary):
        since = ground.at.date() - 9 * DAY
        return issue_pass(person, NewPass(PassKind.RESIDENT, door, since, None), by=ground.secretary, at=ground.at)


def occupants_missing(ground: Ground, n: int) -> list[Cause]:
    """Three sit in a van and one is recorded; the others are told later."""
    place, at = ground.slot()
    van = fine({}, at, checks={}, aboard=3) | {"subject": {"kind": "vehicle", "plate": f"苏C{n:05}"}}
    one, two, three = (
        fine(ground.visitor(), at + MINUTE, rides=van["id"], who="driver" if first else "visitor")
        for first in (True, False, False)
    )
    bring = [ground.sent(place.phone, van), ground.sent(place.phone, one)]
    heal = [ground.later(place.phone, two), ground.later(place.phone, three)]
    return [Cause("occupants_missing", about(van), bring, heal)]
