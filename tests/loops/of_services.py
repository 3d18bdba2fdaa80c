"""Causes that lie with those who serve: messages that came in, directives, goods vehicles, licences of helpers."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from kakou.access.scope import acting_as_system
from kakou.deliveries.actions import NewDelivery, announce, take_step
from kakou.deliveries.models import Delivery
from kakou.deliveries.rules import Body, Goods
from kakou.deliveries.rules import State as At
from kakou.directives.actions import issue, withdraw
from kakou.directives.models import Directive, Task
from kakou.directives.rules import Said
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.people.actions import NewPerson, add_person
from kakou.people.queries import index_of_plate
from kakou.people.rules import Category, Facts
from kakou.services.actions import Said as Came
from kakou.services.actions import discard_proposal, propose
from kakou.services.models import Proposal
from kakou.services.rules import Channel
from kakou.skills.actions import NewLicence, add_licence, end_licence
from kakou.skills.models import Licence
from kakou.skills.rules import Skill
from kakou.web.queries import site_zone
from tests.loops.ground import DAY, DESK, HOUR, Act, Cause, Ground, NotYet, by_desk


def message_waits(ground: Ground, n: int) -> list[Cause]:
    """Nobody decides about a message of a group, until somebody does."""
    place, who, came, made = ground.apart(), ground.secretary, ground.at - DAY, Came("楼道灯不亮", mark=f"message {n}")

    def bring() -> None:
        propose(made, node=place.node.pk, channel=Channel.MESSAGE, by=who, at=came)

    def row() -> Proposal:
        found = Proposal.objects.filter(node_id=place.node.pk).first()
        if found is None:
            raise NotYet
        return found

    def name() -> str:
        with acting_as_system():
            return str(row().pk)

    heal = by_desk(who, lambda: discard_proposal(row(), reason="已知悉", by=who, at=ground.at), twice=False)
    return [Cause("message_waits", name, [by_desk(who, bring)], [heal], by_hand=False, ordered=True)]


def directive(ground: Ground, n: int) -> list[Cause]:
    """A community hands a directive down to a compound, until it is withdrawn."""
    place, _ = ground.slot()
    key, who = new_id(), ground.secretary
    said = Said(
        f"睢防办〔2021〕{n + 1}号", "睢宁县防控办", "加强卡口值守", "今晚起各卡口双人值守。", ground.at + 2 * HOUR,
        ground.at + DAY,
    )  # fmt: skip

    def row() -> Directive:
        found = Directive.objects.filter(key=key).first()
        if found is None:
            raise NotYet
        return found

    def name() -> str:
        with acting_as_system():
            return str(Task.objects.get(directive=row()).pk)

    bring = by_desk(
        who, lambda: issue(said, home=place.community.pk, units=[place.node.pk], key=key, by=who, at=ground.at)
    )
    heal = by_desk(who, lambda: withdraw(row(), reason="已另行通知", by=who, at=ground.at), twice=False)
    return [Cause("directive", name, [bring], [heal], by_hand=False, ordered=True)]


def delivery_open(ground: Ground, n: int) -> list[Cause]:
    """A goods vehicle stands at a gate and nobody does anything about it, until it is turned away."""
    place, who, plate = ground.apart(), ground.secretary, f"苏C{10_000 + n}"
    came, key = ground.at - HOUR, new_id()
    new = NewDelivery(
        place.node.pk, place.gate.pk, plate, Body.CAR, Goods.FOOD, day_in(site_zone(), came)
    )  # fmt: skip

    def row() -> Delivery:
        found = Delivery.objects.filter(subject=UUID(bytes=index_of_plate(plate))).first()
        if found is None:
            raise NotYet
        return found

    def name() -> str:
        with acting_as_system():
            return str(row().pk)

    def step(state: At, at: dt.datetime, reason: str = "") -> Act:
        return by_desk(who, lambda: take_step(row(), state, reason=reason, by=who, at=at), twice=False)

    bring = [Act(lambda: announce(new, key=key, by=None, at=came), by=DESK), step(At.ARRIVED, came)]
    heal = [step(At.TURNED_AWAY, ground.at, "无人接货")]
    return [Cause("delivery_open", name, bring, heal, by_hand=False, ordered=True)]


def licence_expiring(ground: Ground, n: int) -> list[Cause]:
    """The licence of somebody who helps runs out soon, until it is taken off the list."""
    place, _ = ground.slot()
    who, last_day = ground.secretary, day_in(site_zone(), ground.at) + 10 * DAY
    with acting_as_system():
        facts = Facts(name="吴超", phone=f"134{next(ground.numbers):08}")
        bearer = add_person(NewPerson(place.node.pk, facts, Category.RESIDENT_REGISTERED), by=None, at=ground.at)
    new = NewLicence(bearer, Skill.FORKLIFT, f"N1-{n:06}", last_day, is_seen=True, has_agreed=True)

    def row() -> Licence:
        found = Licence.objects.filter(person=bearer).first()
        if found is None:
            raise NotYet
        return found

    def name() -> str:
        with acting_as_system():
            return str(row().pk)

    bring = by_desk(who, lambda: add_licence(new, by=who, at=ground.at), twice=False)
    heal = by_desk(who, lambda: end_licence(row(), by=who, at=ground.at), twice=False)
    return [Cause("licence_expiring", name, [bring], [heal], ordered=True)]
