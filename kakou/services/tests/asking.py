"""Somebody asks for something in the garden of the cast, in the east."""

import datetime as dt
import json

import pytest

from kakou import vault
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.places.models import Entrance, Unit
from kakou.services.actions import Said, open_request, propose
from kakou.services.models import INLETS, Inlet, Request
from kakou.services.queries.requests import request_at
from kakou.services.rules import Category, Channel, Contact, Report
from kakou.vault.sealing import seal
from kakou.workorders import actions as orders
from kakou.workorders.models import WorkOrder
from tests.cast import AT

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PHONE = "+8613812345678"
LAMP = "三号楼门口的路灯不亮"


@pytest.fixture
def places(tree):
    """The street, its two communities, and a compound in each with a gate."""
    with acting_as_system():
        for node, kind, name in (
            (tree.street, "street", "睢城街道"), (tree.east, "community_urban", "东城社区"),
            (tree.garden, "compound", "花园小区"), (tree.west, "community_rural", "西郊社区"),
            (tree.orchard, "urban_village", "果园村"),
        ):  # fmt: skip
            Unit.objects.create(node=node, kind=kind, name=name)
        garden = Unit.objects.get(node=tree.garden)
        Entrance.objects.create(node=tree.garden_gate, unit=garden, name="东门", kind="compound_gate", state="staffed")
    return tree


def report(
    place, *, category=Category.FACILITIES, text=LAMP, phone=PHONE, name="", channel=Channel.PAGE, email="", **more
):
    return Report(category, place, text, Contact(phone, name, email), channel, more.pop("language", "zh-hans"), **more)


def asked(place, *, at=AT, **more):
    """A request, reported as somebody without an account reports."""
    return open_request(report(place, **more), key=new_id(), at=at).request


def lamp_reported_twice(place):
    """Two reports of one lamp, so that each is suggested for the other."""
    asked(place, at=AT - 2 * HOUR)
    asked(place, at=AT - HOUR, text="三号楼前路灯不亮了", phone="+8613900139001")


def stored():
    with acting_as_system():
        return list(Request.objects.select_related("order").order_by("reported_at", "pk"))


def order_of(request):
    with acting_as_system():
        return WorkOrder.objects.get(pk=request.order_id)


def fresh(request):
    with acting_as_system():
        return request_at(request.pk)


def answered(request, by, *, at=AT + HOUR, text="路灯已修好"):
    """Taken on and answered by `by`."""
    with acting_as(by):
        order = fresh(request).order
        if order.state == "reported":
            orders.accept(order, by=by, at=at)
        orders.answer(order, evidence={"answer": text}, by=by, at=at)


def message_waits(place):
    """A message of a group that nobody has decided about."""
    with acting_as_system():
        propose(Said(LAMP, mark="lamp", sender="王小明"), node=place, channel=Channel.MESSAGE, at=AT - HOUR)


def robot_of_a_group(node, kind="dingtalk", **known):
    """A way in, set up by the system: its id."""
    row = new_id()
    plain = json.dumps(known or {"key": "SECtest"}).encode()
    with acting_as_system():
        sealed = seal(vault.store(), due=dt.date(2100, 1, 1), table=INLETS, row=row, field="known", plain=plain)
        return Inlet.objects.create(node_id=node, kind=kind, name="群", row=row, known_sealed=sealed, made_at=AT).pk
