"""Whatever happens to the line on which the lane hears of revoked phones, a revoked phone gets nothing into the ledger:
what it sends is taken, kept apart and acknowledged.
"""

import asyncio
import json

import asyncpg
import pytest
from django.db import connections

from kakou.access.actions import revoke_device
from kakou.access.models import Device
from kakou.access.scope import acting_as
from kakou.kernel.time import now
from kakou.ledger.lane import devices as devices_module
from kakou.ledger.lane.bodies import Bodies
from kakou.ledger.lane.quota import Quota
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post, request
from kakou.ledger.lane.tests.test_what_a_gate_sends_is_kept import intake, rows
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
CUTS = [EOFError, asyncpg.InternalClientError, asyncpg.exceptions.ProtocolError, RuntimeError, OSError]


@pytest.fixture
def phone(cast, tree):
    return Phone(enrol(cast.lead, tree.garden_gate)[1])


async def until(true):
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not in ten seconds")


class Cut:
    """A real connection, whose next look at the devices ends in `fault`."""

    def __init__(self, connection, fault):
        self._connection, self._fault = connection, fault

    async def fetch(self, *arguments, **named):
        if self._fault:
            raise self._fault("cut")
        return await self._connection.fetch(*arguments, **named)

    def __getattr__(self, name):
        return getattr(self._connection, name)


@pytest.mark.parametrize("fault", CUTS)
def test_a_watcher_whose_line_is_cut_in_any_way_watches_on(phone, fault):
    real, cut = connect_to_test_database(), []

    async def connect():
        cut.append(Cut(await real(), fault if not cut else None))
        return cut[-1]

    async def go():
        watcher = devices_module.Devices(connect, poll=0.05, tell=0.05)
        watcher.start()
        await asyncio.wait_for(watcher.loaded.wait(), 10)
        found = watcher.find(b"Bearer " + phone.token.encode())
        await watcher.stop()
        return found

    assert asyncio.run(go())


def test_a_phone_that_is_quicker_than_the_word_of_its_enrolment_is_waited_for(cast, tree):
    def enrolled():
        token = enrol(cast.lead, tree.garden_gate)[1]
        connections.close_all()
        return Phone(token)

    async def go():
        async with intake() as lane:
            lane.devices._noticed = None  # the word comes late: only the look of every second brings it
            phone = await asyncio.to_thread(enrolled)
            known = await post(lane, phone.token, batch(phone.items(1)))
            return known, await post(lane, "somebody-else", batch(phone.items(1)))

    known, unknown = asyncio.run(go())
    assert known[0] == 200
    assert (unknown[0], unknown[2]["code"]) == (401, "unknown-device")


def test_a_map_that_could_not_be_read_for_long_knows_nobody(phone, monkeypatch):
    async def go():
        async with intake() as lane:
            before = await post(lane, phone.token, batch(phone.items(1)))
            monkeypatch.setattr(devices_module, "STALE", 0.0)
            return before, await post(lane, phone.token, batch(phone.items(1)))

    before, after = asyncio.run(go())
    assert (before[0], after[0], after[2]["code"]) == (200, 503, "database-away")
    assert rows("select count(*) from ledger_passage") == [(1,)]


def test_a_phone_revoked_while_it_sends_stores_nothing(phone, cast):
    def revoke():
        with acting_as(cast.lead):
            revoke_device(Device.objects.get(), by=cast.lead, at=now())
        connections.close_all()

    async def go():
        async with intake() as lane:
            asked, pieces = asyncio.Event(), asyncio.Queue()

            async def receive():
                asked.set()
                return await pieces.get()

            sending = asyncio.create_task(request(lane, phone.token, receive))
            await asked.wait()
            await asyncio.to_thread(revoke)
            await until(lambda: all(device.revoked for device in lane.devices.map.values()))
            await pieces.put({"type": "http.request", "body": batch(phone.items(1)), "more_body": False})
            return await sending

    status, _, answer = asyncio.run(go())
    assert (status, answer["new"], [item["reason"] for item in answer["items"]]) == (200, 0, ["revoked-device"])
    assert rows("select count(*) from ledger_passage") == [(0,)]


def revoked(phone, cast):
    with acting_as(cast.lead):
        revoke_device(Device.objects.get(), by=cast.lead, at=now())
    connections.close_all()
    return phone


def test_all_that_a_revoked_phone_sends_is_acknowledged_and_kept_apart_and_none_of_it_enters(phone, cast):
    sent = phone.items(3)

    async def go():
        async with intake() as lane:
            first = await post(lane, phone.token, batch(sent[:1]))
            await asyncio.to_thread(revoked, phone, cast)
            await until(lambda: all(device.revoked for device in lane.devices.map.values()))
            unfit = b'{"id":"x","made":"up"}'
            later = [await post(lane, phone.token, batch([*sent, unfit], contract)) for contract in (1, 1, 9)]
            return first, later

    first, later = asyncio.run(go())
    assert first[2]["new"] == 1
    for status, _, answer in later:
        assert (status, answer["new"]) == (200, 0)
        assert [(item["result"], item["reason"]) for item in answer["items"]] == [("quarantined", "revoked-device")] * 4
        assert [item["id"] for item in answer["items"]] == [json.loads(item)["id"] for item in sent] + [None]
    assert rows("select count(*) from ledger_passage") == [(1,)]
    kept = rows("select reason, count(*) from ledger_quarantined group by reason")
    assert kept == [("revoked-device", 4)]


def test_a_revoked_phone_cannot_fill_the_disk(phone, cast):
    revoked(phone, cast)

    async def go():
        async with intake() as lane:
            lane.quota = Quota(1_000)
            return [(await post(lane, phone.token, batch(phone.items(2))))[0] for _ in range(4)]

    statuses = asyncio.run(go())
    assert (statuses[0], statuses[-1]) == (200, 429)
    assert rows("select count(*) from ledger_passage") == [(0,)]


def never():
    return asyncio.Event().wait()


def test_a_body_that_does_not_come_is_not_waited_for(phone):
    async def go():
        async with intake() as lane:
            await lane.bodies.stop()
            lane.bodies = Bodies(seconds=0.1)
            lane.bodies.start()
            slow = await request(lane, phone.token, never)
            return slow, await post(lane, phone.token, batch(phone.items(1)))

    slow, next_one = asyncio.run(go())
    assert (slow[0], slow[2]["code"], slow[1][b"connection"]) == (408, "too-slow", b"close")
    assert next_one[0] == 200


def test_a_request_ended_by_somebody_else_stays_ended(phone):
    async def go():
        async with intake() as lane:
            asked = asyncio.Event()

            async def receive():
                asked.set()
                return await never()

            sending = asyncio.create_task(request(lane, phone.token, receive))
            await asked.wait()
            sending.cancel()
            await asyncio.wait([sending])
            return sending.cancelled()

    assert asyncio.run(go())


def in_pieces(body, size, then=never):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]

    async def receive():
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": then is never or bool(pieces)}
        return await then()

    return receive


def test_one_phone_cannot_fill_the_memory_with_bodies_half_sent(phone):
    async def go():
        async with intake() as lane:
            await lane.bodies.stop()
            lane.bodies = Bodies(held_of_one=1_000_000)
            half = [asyncio.create_task(request(lane, phone.token, in_pieces(b" " * 400_000, 1000))) for _ in range(2)]
            await until(lambda: lane.bodies._held.total() == 800_000)
            third = await request(lane, phone.token, in_pieces(b" " * 400_000, 1000))
            whole = await post(lane, phone.token, batch(phone.items(1)))
            for task in half:
                task.cancel()
            await asyncio.wait(half)
            late = await request(lane, phone.token, in_pieces(batch(phone.items(9)), 1000, then=None))
            return third, whole, late, lane.bodies._held

    third, whole, late, held = asyncio.run(go())
    assert (third[0], third[2]["code"], whole[0], late[0]) == (503, "busy", 200, 200)
    assert not held
