"""A goods vehicle comes for the enterprise in the garden."""

from __future__ import annotations

import datetime as dt

from kakou.access.scope import acting_as, acting_as_system
from kakou.deliveries import actions
from kakou.deliveries.models import Delivery, Parcel
from kakou.deliveries.rules import Body, Goods, State
from kakou.kernel.ids import new_id
from kakou.services.tests.asking import places
from kakou.skills.rules import Skill
from kakou.skills.tests.helping import driver
from tests.cast import AT

HOUR, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
WAY = [State.ARRIVED, State.DRIVER_OUT, State.DISINFECTED]
BACK = [State.UNLOADED, State.DRIVEN_OUT, State.HANDED_BACK]
PLATE = "苏C12345"


def announced(tree, *, at=AT, day=None, body=Body.LARGE_TRUCK, by=None, plate=PLATE, phone="13900139001"):
    """Announced by whoever expects it, without an account, or by `by`."""
    new = actions.NewDelivery(
        tree.garden.pk, tree.garden_gate.pk, plate, body, Goods.PARTS, day or at.date(), phone
    )  # fmt: skip
    return actions.announce(new, key=new_id(), by=by, at=at)


def step(row, *steps, by, at=AT, **more):
    """These steps, one after the other."""
    for one in steps:
        with acting_as(by):
            actions.take_step(row, one, by=by, at=at, **more)


def truck_driver(tree, number, by, **more):
    """A villager with class B2."""
    return driver(tree.garden, number, by, skill=Skill.CLASS_B2, **more)


def left(tree, by, *, door="3栋2单元501", pieces=2, at=AT):
    """Parcels taken in at the gate of the garden."""
    with acting_as(by):
        return actions.leave(
            node=tree.garden.pk, gate=tree.garden_gate.pk, door=door, pieces=pieces, key=new_id(), by=by, at=at
        )


def fresh(row):
    """As it stands now."""
    with acting_as_system():
        return type(row).objects.get(pk=row.pk)


__all__ = [
    "AT",
    "BACK",
    "DAY",
    "HOUR",
    "MINUTE",
    "PLATE",
    "WAY",
    "Body",
    "Delivery",
    "Goods",
    "Parcel",
    "Skill",
    "State",
    "announced",
    "fresh",
    "left",
    "places",
    "step",
    "truck_driver",
]  # fmt: skip
