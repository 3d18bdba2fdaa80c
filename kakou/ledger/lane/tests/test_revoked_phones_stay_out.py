"""Whatever happens to the line on which the lane hears of revoked phones, a revoked phone gets nothing in."""

import asyncio

import asyncpg
import pytest

from kakou.ledger.lane import devices as devices_module
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post
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


def test_a_map_that_could_not_be_read_for_long_knows_nobody(phone, monkeypatch):
    async def go():
        async with intake() as lane:
            before = await post(lane, phone.token, batch(phone.items(1)))
            monkeypatch.setattr(devices_module, "STALE", 0.0)
            return before, await post(lane, phone.token, batch(phone.items(1)))

    before, after = asyncio.run(go())
    assert (before[0], after[0], after[2]["code"]) == (200, 503, "database-away")
    assert rows("select count(*) from ledger_passage") == [(1,)]
