"""From a real upload through the lane to the open loop on the desk, by all that the worker keeps up."""

import asyncio
import datetime as dt

import pytest
from django.conf import settings

from kakou.access.scope import acting_as_system
from kakou.config.wiring import folds
from kakou.kernel.time import now
from kakou.ledger.folding import Folding
from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post
from kakou.ledger.tests.deskwork import FINE, garden
from kakou.screening.models import FeverCase
from kakou.vault.keys import KeyStore
from kakou.workorders.models import WorkOrder
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden"]
VISITOR = {"who": "visitor", "pack": "cn-2021-08.1", "checks": FINE}


def upload(phone, *items):
    async def go():
        lane = Lane()
        await lane.start(connect_to_test_database(), KeyStore.create(settings.KEYS))
        await asyncio.wait_for(lane.devices.loaded.wait(), 10)
        try:
            return await post(lane, phone.token, batch(list(items)))
        finally:
            await lane.stop()

    status, _, content = asyncio.run(go())
    assert status == 200
    assert {item["result"] for item in content["items"]} == {"stored"}


def keep_up(at):
    """What the thread in the worker does, until nothing is left."""
    folding = Folding(folds())
    for _ in range(20):
        if not folding.once(at):
            return
    raise AssertionError("it never comes to rest")


def open_kinds():
    with acting_as_system():
        return sorted(WorkOrder.objects.filter(closed_at=None).values_list("kind", flat=True))


def test_what_was_checked_becomes_what_is_open(garden, cast):
    phone = Phone(enrol(cast.lead, garden.garden_gate)[1])
    who = [{"kind": "person", "name": "访客", "phone": f"1390013000{n}"} for n in range(4)]
    van = {"kind": "vehicle", "plate": "苏C12345"}
    upload(
        phone,
        phone.item(**VISITOR, subject=who[0]),
        phone.item(**VISITOR | {"checks": FINE | {"health": "red"}}, subject=who[1]),
        phone.item(**VISITOR | {"checks": FINE | {"temperature": 378}}, subject=who[2], verdict="hold", crossed=False),
        phone.item(**VISITOR | {"pack": "cn-2021-08.9"}, subject=who[3]),
        phone.item(subject=van, checks={}, aboard=2, pack="cn-2021-08.1"),
    )
    keep_up(now())
    at_once = ["bare_temperatures", "fever", "unknown_rules", "verdict_milder", "verdict_unexplained"]
    assert open_kinds() == at_once
    upload(phone, phone.item(**VISITOR, subject=who[2]))
    keep_up(now() + dt.timedelta(minutes=16))
    assert open_kinds() == sorted([*at_once, "fever_walked", "occupants_missing"])
    with acting_as_system():
        assert FeverCase.objects.get().first == 378
