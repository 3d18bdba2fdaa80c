import asyncio
import contextlib
import json
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from kakou.access.actions import revoke_device
from kakou.access.scope import acting_as
from kakou.kernel.time import now
from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.rows import unsealed
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post
from kakou.ledger.lane.wire import read_item
from kakou.ledger.lane.work import PAYLOAD, QUARANTINE_TABLE
from kakou.vault.keys import KeyStore
from kakou.vault.sealing import unseal
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def phone(cast, tree):
    return Phone(enrol(cast.lead, tree.garden_gate)[1])


@pytest.fixture
def keys():
    return KeyStore.create(settings.KEYS)


@contextlib.asynccontextmanager
async def intake(connect=None, limits=None, **more):
    lane = Lane(**more)
    await lane.start(connect or connect_to_test_database(), KeyStore.create(settings.KEYS), **(limits or {}))
    await asyncio.wait_for(lane.devices.loaded.wait(), 10)
    try:
        yield lane
    finally:
        await lane.stop()


def rows(sql, *values):
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def results(content):
    return [item["result"] for item in content["items"]]


def send(phone, *bodies, **more):
    async def go():
        async with intake(**more) as lane:
            return [await post(lane, phone.token, body) for body in bodies]

    return asyncio.run(go())


def test_it_is_stored_once_and_answered_again(phone, tree):
    items = [phone.item(), phone.item(verdict="hold", crossed=False, reasons=["fever"])]
    first, again = send(phone, batch(items), batch(items))
    assert (first[0], results(first[2]), first[2]["items"]) == (200, ["stored"] * 2, again[2]["items"])
    assert (first[2]["new"], again[2]["new"]) == (2, 0)
    for answer in (first, again):
        assert [item["verdict"] for item in answer[2]["items"]] == ["admit", "hold"]
        assert [item["id"] for item in answer[2]["items"]] == [json.loads(item)["id"] for item in items]
    kept = rows("select node_id, seq, verdict, reasons, temperature, health from ledger_passage order by seq")
    gate = tree.garden_gate.pk
    assert kept == [(gate, 1, 1, [], 365, 0), (gate, 2, 4, ["fever"], 365, 0)]


def test_the_phone_is_heard_and_open_pages_are_told(phone, tree):
    send(phone, batch(phone.items(3)))
    assert rows("select count(*) from access_device where last_seen_at is not null and clock_offset_ms < 5000") == [
        (1,)
    ]
    assert rows("select node_id, body from web_event where topic = 'ledger.passages'") in (
        [(tree.garden_gate.pk, '{"n": 3}')], [(tree.garden_gate.pk, {"n": 3})],
    )  # fmt: skip


def test_a_phone_that_has_nothing_to_send_says_that_it_is_here(phone):
    [(status, _, content)] = send(phone, batch([]))
    assert (status, content["items"], content["new"]) == (200, [], 0)
    [(seen, offset)] = rows("select last_seen_at, clock_offset_ms from access_device")
    assert abs(seen - now()).total_seconds() < 60
    assert abs(offset) < 5000
    assert rows("select count(*) from web_event where topic = 'ledger.passages'") == [(0,)]
    assert send(phone, batch([]).replace(b'"sent_at":', b'"sent_at":1,"was":'))[0][0] == 200
    assert rows("select clock_offset_ms > 1e12 from access_device") == [(True,)], "a clock of 1970"


def test_a_phone_heard_while_the_database_was_away_was_heard_all_the_same(phone):
    real, lines, away = connect_to_test_database(), [], asyncio.Event()

    async def connect():
        if away.is_set():
            raise ConnectionRefusedError
        lines.append(await real())
        return lines[-1]

    async def go():
        async with intake(connect) as lane:
            away.set()
            for line in lines:
                line.terminate()
            answer = await post(lane, phone.token, batch([]))
            await asyncio.sleep(0)
            away.clear()
            for _ in range(200):
                if rows_heard := await asyncio.to_thread(heard):
                    return answer, rows_heard
                await asyncio.sleep(0.05)
        return answer, 0

    def heard():
        [(many,)] = rows("select count(*) from access_device where last_seen_at is not null")
        connections.close_all()
        return many

    answer, many = asyncio.run(go())
    assert (answer[0], many) == (200, 1)


def test_the_same_batch_a_hundred_times_at_once_is_one_row_each(phone):
    items = phone.items(20)
    body = batch(items)

    async def go():
        async with intake() as lane:
            return await asyncio.gather(*(post(lane, phone.token, body) for _ in range(100)))

    answers = asyncio.run(go())
    assert {status for status, _, _ in answers} == {200}
    assert len({json.dumps(content["items"]) for _, _, content in answers}) == 1  # byte for byte
    assert results(answers[0][2]) == ["stored"] * 20
    assert sum(content["new"] for _, _, content in answers) == 20
    assert rows("select count(*), count(distinct id) from ledger_passage") == [(20, 20)]


def test_what_another_phone_brings_again_is_a_duplicate_each_time(phone, cast, tree):
    """An outbox handed over: the row says who brought it first, and each of both phones hears the same again."""
    other = enrol(cast.lead, tree.garden_gate)[1]
    items = phone.items(2)
    calls = [(phone.token, "stored"), (other, "duplicate"), (phone.token, "stored"), (other, "duplicate")]

    async def go():
        async with intake() as lane:
            return [await post(lane, token, batch(items)) for token, _ in calls]

    answers = asyncio.run(go())
    assert [results(content) for _, _, content in answers] == [[result] * 2 for _, result in calls]
    assert [content["new"] for _, _, content in answers] == [2, 0, 0, 0]
    assert rows("select count(*), count(distinct device_id) from ledger_passage") == [(2, 1)]


def test_the_same_id_with_another_body_is_kept_apart_and_overwrites_nothing(phone, keys):
    one = phone.item()
    two = one.replace(b'"in"', b'"out"')
    [_, answer, again] = send(phone, batch([one]), batch([two]), batch([two, one]))
    assert answer[2]["items"] == [{"id": json.loads(one)["id"], "result": "quarantined", "reason": "other-body"}]
    assert results(again[2]) == ["quarantined", "stored"]
    assert rows("select direction from ledger_passage") == [(1,)]
    [(id, passage, reason, payload)] = rows("select id, passage, reason, payload from ledger_quarantined")
    assert (str(passage), reason) == (json.loads(one)["id"], "other-body")
    assert unseal(keys, table=QUARANTINE_TABLE, row=id, field=PAYLOAD, sealed=bytes(payload)) == two


def test_two_bodies_of_one_id_in_one_batch_leave_the_first(phone):
    one = phone.item()
    [(_, _, content)] = send(phone, batch([one, one.replace(b'"in"', b'"out"'), one]))
    assert results(content) == ["stored", "quarantined", "stored"]
    assert rows("select direction from ledger_passage") == [(1,)]


def test_one_bad_item_does_not_hold_up_the_others(phone):
    good = phone.items(3)
    bad = phone.item().replace(b"365", b"365.5")
    [(status, _, content)] = send(phone, batch([good[0], bad, b'"\xff"', good[1], b"{}", good[2]]))
    assert status == 200
    assert results(content) == ["stored", "quarantined", "quarantined", "stored", "quarantined", "stored"]
    assert [content["items"][i]["id"] for i in (1, 2, 4)] == [json.loads(bad)["id"], None, None]
    assert rows("select count(*) from ledger_quarantined") == [(3,)]


def test_a_row_that_only_the_database_refuses_is_kept_apart(phone):
    def reader(raw):
        item = read_item(raw)
        if item.seq == 2:
            item.recorder = 2**40  # no integer of PostgreSQL's; the reader would not let it through
        return item

    [(_, _, content)] = send(phone, batch(phone.items(3)), readers={1: reader})
    assert results(content) == ["stored", "quarantined", "stored"]
    assert content["items"][1]["reason"] == "database-refused"


def test_what_is_personal_is_sealed(phone, keys):
    send(phone, batch([phone.item(subject={"kind": "person", "name": "赵𠮷", "phone": "13912345678"})]))
    [(id, sealed)] = rows("select id, sealed from ledger_passage")
    assert unsealed(keys, id, bytes(sealed)).subject.name == "赵𠮷"
    [(text,)] = rows("select ledger_passage::text from ledger_passage")
    assert "13912345678" not in text
    assert isinstance(id, UUID)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"no", 422, "not-json"),
        (b'{"contract":1,"sent_at":1}', 422, "envelope"),
        (b" " * 4_000_001, 413, "too-large"),
    ],
    ids=["no-json", "no-items", "too-large"],
)
def test_a_request_that_is_none_is_refused_whole(phone, body, status, code):
    [(got, _, content)] = send(phone, body)
    assert (got, content["code"]) == (status, code)


def test_it_comes_zipped_but_not_as_a_bomb(phone):
    async def go():
        async with intake() as lane:
            fine = await post(lane, phone.token, batch(phone.items(2)), zipped=True)
            bomb = await post(lane, phone.token, b" " * 50_000_000, zipped=True)
            get = await post(lane, phone.token, b"", method="GET")
            return fine, bomb, get

    fine, bomb, get = asyncio.run(go())
    assert (fine[0], results(fine[2]), bomb[0], get[0]) == (200, ["stored"] * 2, 413, 405)


def test_a_stranger_is_refused_and_a_revoked_phone_stores_nothing_more(phone, cast, tree):
    async def go():
        async with intake() as lane:
            stranger = await post(lane, "nobody", batch(phone.items(1)))
            before = await post(lane, phone.token, batch(phone.items(1)))
            await asyncio.to_thread(revoke)
            for _ in range(100):  # told by a notice; a look every second is the net below it
                after = await post(lane, phone.token, batch(phone.items(1)))
                if after[2]["new"] == 0:
                    break
                await asyncio.sleep(0.02)
            return stranger, before, after

    def revoke():
        from kakou.access.models import Device

        with acting_as(cast.lead):
            revoke_device(Device.objects.get(), by=cast.lead, at=now())
        connections.close_all()

    stranger, before, after = asyncio.run(go())
    assert (stranger[0], before[2]["new"], after[0], results(after[2])) == (401, 1, 200, ["quarantined"])


def test_a_full_queue_asks_to_come_again(phone):
    [(status, headers, content)] = send(phone, batch(phone.items(2)), limits={"bound": 1})
    assert (status, headers[b"retry-after"], content["code"]) == (503, b"2", "busy")
    assert rows("select count(*) from ledger_passage") == [(0,)]


def test_a_full_queue_is_noticed_before_any_item_is_read(phone):
    read = []

    def reader(raw):
        read.append(raw)
        return read_item(raw)

    body = batch(phone.items(2))
    for limits in ({"bound": 1}, {"most_bytes": len(body) - 1}):
        [(status, _, content)] = send(phone, body, limits=limits, readers={1: reader})
        assert (status, content["code"], read) == (503, "busy", [])


def test_what_waits_is_bounded_in_bytes_and_room_comes_back(phone):
    bodies = [batch(phone.items(2)) for _ in range(3)]
    most = max(map(len, bodies))

    async def go():
        async with intake(limits={"most_bytes": most}) as lane:
            crowd = await asyncio.gather(*(post(lane, phone.token, body) for body in bodies))
            return crowd, [await post(lane, phone.token, body) for body in bodies]

    crowd, queue = asyncio.run(go())
    assert sorted(status for status, _, _ in crowd) == [200, 503, 503]
    assert [status for status, _, _ in queue] == [200] * 3
    assert rows("select count(*) from ledger_passage") == [(6,)]


def test_a_database_that_is_away_is_waited_for_and_nothing_is_acknowledged(phone):
    real, away, lines = connect_to_test_database(), asyncio.Event(), []

    async def connect():
        if away.is_set():
            raise ConnectionRefusedError
        lines.append(await real())
        return lines[-1]

    async def go():
        async with intake(connect) as lane:
            first = await post(lane, phone.token, batch(phone.items(1)))
            away.set()
            for line in lines:
                line.terminate()
            during = [await post(lane, phone.token, batch(items)) for items in [phone.items(2)] * 3]
            away.clear()
            after = await post(lane, phone.token, batch(phone.items(1)))
            return first, during, after

    first, during, after = asyncio.run(go())
    assert (first[0], after[0]) == (200, 200)
    assert {(status, headers[b"retry-after"]) for status, headers, _ in during} == {(503, b"2")}
    assert rows("select count(*) from ledger_passage") == [(2,)]


def test_an_older_app_is_answered_without_loss_and_a_newer_one_is_kept_whole(phone):
    """The server knows contracts 1 and 2; a phone of each, and one of 3, send."""

    def newer(raw):
        return read_item(bytes(raw).replace(b'"crossed_over"', b'"crossed"'))

    one, two, three = phone.items(3)
    two = two.replace(b'"crossed"', b'"crossed_over"')
    answers = send(phone, batch([one], 1), batch([two], 2), batch([three], 3), readers={1: read_item, 2: newer})
    assert [results(content) for _, _, content in answers] == [["stored"], ["stored"], ["quarantined"]]
    assert rows("select contract, reason, seq from ledger_quarantined") == [(3, "unknown-contract", 3)]
