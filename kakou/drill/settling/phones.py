"""A phone at every staffed entrance, enrolled through the door that real ones use."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db import transaction

from kakou.access.actions import enrol_device, issue_enrolment
from kakou.access.models import Node, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.drill.models import Phone, Run, Settlement
from kakou.drill.settling.staff import username_of
from kakou.drill.world import World
from kakou.vault import store
from kakou.vault.sealing import seal

TABLE = "drill_phone"
_KEPT = dt.timedelta(days=90)


@transaction.atomic
def enrol_phones(run: Run, *, settlement: Settlement, world: World, at: dt.datetime) -> None:
    """One phone for each entrance where somebody stands, by the drill's administrator; done, it changes nothing."""
    if Phone.objects.filter(run=run).exists():
        return
    by = Staff.objects.get(username=username_of(Role.ADMINISTRATOR))
    nodes = Node.objects.in_bulk([settlement.entrance_nodes[e.number] for e in world.staffed])
    phones = []
    with acting_as(by):
        for entrance in world.staffed:
            node = nodes[settlement.entrance_nodes[entrance.number]]
            name = f"{world.land.units[entrance.unit].name}{entrance.name} {run.device}号机"
            _, token = issue_enrolment(node=node, name=name, by=by, at=at)
            device, secret = enrol_device(token=token, at=at)
            phone = Phone(id=uuid4(), run=run, gate=entrance.number, device=device)
            phone.token = sealed(phone, "token", secret.encode(), at)
            phones.append(phone)
        Phone.objects.bulk_create(phones)


def sealed(phone: Phone, field: str, plain: bytes, at: dt.datetime) -> bytes:
    """What a phone keeps in its own memory."""
    return seal(store(), due=(at + _KEPT).date(), table=TABLE, row=phone.pk, field=field, plain=plain)
