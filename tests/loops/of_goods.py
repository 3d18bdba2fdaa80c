"""Causes that lie with licences, goods vehicles and directives."""

from __future__ import annotations

from kakou.access.scope import acting_as_system
from kakou.deliveries import actions as deliveries
from kakou.deliveries.models import Delivery
from kakou.deliveries.rules import Body, Goods, State
from kakou.directives import actions as directives
from kakou.directives.models import Task
from kakou.directives.rules import Said
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.skills import actions as skills
from kakou.skills.models import Licence
from kakou.skills.rules import Skill
from kakou.web.queries import site_zone
from tests.loops.ground import DAY, HOUR, Act, Cause, Ground, NotYet, by_desk


def licence_expiring(ground: Ground, n: int) -> list[Cause]:
    """A forklift licence runs out within the month, until it is renewed."""
    place, _ = ground.slot()
    with acting_as_system():
        facts = Facts(name="吴超", phone=f"137{next(ground.numbers):08}")
        who = add_person(NewPerson(place.node.pk, facts, Category.RESIDENT_REGISTERED), by=None, at=ground.at - DAY)

    def written(days: int) -> Act:
        new = skills.NewLicence(
            who, Skill.FORKLIFT, "320324199001011234", ground.at.date() + days * DAY, is_seen=True, has_agreed=True
        )
        by = ground.secretary
        return by_desk(by, lambda: skills.add_licence(new, by=by, at=ground.at - HOUR), twice=False)

    def name() -> str:
        with acting_as_system():
            found = Licence.objects.filter(person=who).order_by("id").first()
            if found is None:
                raise NotYet
            return str(found.pk)

    return [Cause("licence_expiring", name, [written(9)], [written(700)], ordered=True)]


def delivery_open(ground: Ground, n: int) -> list[Cause]:
    """A goods vehicle stands at the gate for hours, until it is turned away."""
    place, _ = ground.slot()
    key, at = new_id(), ground.at - 4 * HOUR
    new = deliveries.NewDelivery(
        place.node.pk, place.gate.pk, f"苏C{n:05}", Body.CAR, Goods.FOOD, day_in(site_zone(), ground.at)
    )

    def row() -> Delivery:
        found = Delivery.objects.filter(subject=made[0].subject).first() if made else None
        if found is None:
            raise NotYet
        return found

    made: list[Delivery] = []

    def announced() -> None:
        made[:] = [deliveries.announce(new, key=key, by=None, at=at)]

    def step(state: State, hours: int, reason: str = "") -> Act:
        by = ground.lead
        return by_desk(
            by,
            lambda: deliveries.take_step(row(), state, reason=reason, by=by, at=ground.at - hours * HOUR),
            twice=False,
        )

    def name() -> str:
        with acting_as_system():
            return str(row().pk)

    bring = [by_desk(ground.lead, announced), step(State.ARRIVED, 3)]
    heal = [step(State.TURNED_AWAY, 0, reason="证件不全")]
    return [Cause("delivery_open", name, bring, heal, by_hand=False, ordered=True)]


def directive(ground: Ground, n: int) -> list[Cause]:
    """A directive is handed down to a compound, until it is withdrawn."""
    place, _ = ground.slot()
    key, by = new_id(), ground.commander
    said = Said(
        number=f"睢防办〔2021〕{n}号", issuer="睢宁县防控办", title="加强卡口值守", text="今晚起各卡口双人值守。",
        acknowledge_by=ground.at + 2 * HOUR, deadline=ground.at + DAY,
    )  # fmt: skip

    def task() -> Task:
        found = Task.objects.select_related("directive").filter(directive__key=key).first()
        if found is None:
            raise NotYet
        return found

    def issued() -> None:
        directives.issue(said, home=ground.street.pk, units=[place.node.pk], key=key, by=by, at=ground.at - HOUR)

    def withdrawn() -> None:
        directives.withdraw(task().directive, reason="情况已变", by=by, at=ground.at)

    def name() -> str:
        with acting_as_system():
            return str(task().pk)

    return [Cause("directive", name, [by_desk(by, issued)], [by_desk(by, withdrawn, twice=False)], ordered=True)]
