from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from django.conf import settings
from django.db import connection, transaction

from kakou.web.actions import announce
from kakou.web.sse import Hub
from kakou.web.sse.ticket import COOKIE, issue

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def connect(role: str) -> Awaitable[asyncpg.Connection]:
    database = connection.settings_dict
    return asyncpg.connect(
        host=database["HOST"], port=int(database["PORT"] or 5432), user=role,
        password=settings.ROLE_PASSWORDS.get(role), database=database["NAME"],
    )  # fmt: skip


def lane() -> Awaitable[asyncpg.Connection]:
    return connect("kakou_lane")


def cookie(holder: int = 1, **scopes: list[int]) -> bytes:
    return f"{COOKIE}={issue(scopes, holder=holder, now=time.time())}".encode()


class Browser:
    """One EventSource: collects what it was told."""

    def __init__(self, hub: Hub, ticket: bytes, after: str = "") -> None:
        headers = [(b"cookie", ticket)] + ([(b"last-event-id", after.encode())] if after else [])
        self.status, self.bytes = 0, b""
        self.news = asyncio.Event()
        self.left = asyncio.Event()
        scope = {"type": "http", "path": "/events", "headers": headers, "query_string": b""}
        self.task = asyncio.create_task(hub(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, object]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, object]) -> None:
        self.status = message.get("status", self.status)
        self.bytes += message.get("body", b"")
        self.news.set()

    def told(self) -> list[dict[str, object]]:
        lines = [line[6:] for line in self.bytes.decode().splitlines() if line.startswith("data: ")]
        return [told for told in map(json.loads, lines) if told["topic"] != "hello"]

    def last_id(self) -> str:
        return [line[4:] for line in self.bytes.decode().splitlines() if line.startswith("id: ")][-1]

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not reached():
                self.news.clear()
                await self.news.wait()

    async def hello(self) -> None:
        await self.until(lambda: b"hello" in self.bytes)

    async def leave(self) -> None:
        self.left.set()
        await self.task


def play(story: Callable[[Hub], Awaitable[None]], **options: float) -> None:
    """Run a story with a hub that listens; nothing stays open after it."""

    async def scene() -> None:
        hub = Hub(**options)
        await hub.start(lane)
        try:
            await story(hub)
        finally:
            await hub.stop()

    asyncio.run(scene())


async def say(topic: str, node: int, **body: int) -> None:
    def commit() -> None:
        with transaction.atomic():
            announce(topic, node=node, **body)
        connection.close()  # this thread's own

    await asyncio.to_thread(commit)


def test_it_tells_what_the_ticket_allows_and_nothing_else():
    async def story(hub: Hub) -> None:
        page = Browser(hub, cookie(ledger=[1, 2], orders=[2]))
        await page.hello()
        await say("ledger.passages", 3)
        await say("orders.opened", 1)
        await say("ledger.passages", 1, count=4)
        await page.until(lambda: bool(page.told()))
        assert page.told() == [{"topic": "ledger.passages", "node": 1, "body": {"count": 4}}]
        await page.leave()
        assert not hub.streams

    play(story)


def test_it_comes_back_to_what_was_said_while_it_was_away():
    async def story(hub: Hub) -> None:
        first = Browser(hub, cookie(ledger=[1]))
        await first.hello()
        await first.leave()
        await say("ledger.passages", 1, count=1)
        await say("ledger.passages", 1, count=2)
        again = Browser(hub, cookie(ledger=[1]), after=first.last_id())
        await again.until(lambda: len(again.told()) == 2)
        assert [told["body"] for told in again.told()] == [{"count": 1}, {"count": 2}]
        await again.leave()

    play(story)


def test_one_that_commits_late_is_told_then_and_holds_back_nobody():
    async def story(hub: Hub) -> None:
        page = Browser(hub, cookie(ledger=[1]))
        await page.hello()
        writer = await connect("kakou_pages")
        early = writer.transaction()
        await early.start()
        await writer.execute("insert into web_event (node_id, topic, body) values (1, 'ledger.passages', '{\"n\":1}')")
        await say("ledger.passages", 1, n=2)
        await page.until(lambda: len(page.told()) == 1)
        assert page.told()[0]["body"] == {"n": 2}
        came_back = Browser(hub, cookie(ledger=[1]), after=page.last_id())
        await came_back.hello()
        await early.commit()
        await writer.close()
        for one, expected in ((page, [2, 1]), (came_back, [1])):
            await one.until(lambda one=one, expected=expected: len(one.told()) == len(expected))
            assert [told["body"]["n"] for told in one.told()] == expected
            await one.leave()

    play(story, poll=0.05)


def test_whoever_was_away_for_long_is_told_to_look_at_everything():
    async def story(hub: Hub) -> None:
        first = Browser(hub, cookie(ledger=[1]))
        await first.hello()
        await first.leave()
        writer = await connect("kakou_pages")
        await writer.execute(
            "insert into web_event (node_id, topic, body)"
            " select 1, 'ledger.passages', '{}' from generate_series(1, 501)"
        )
        await writer.close()
        again = Browser(hub, cookie(ledger=[1]), after=first.last_id())
        await again.until(lambda: bool(again.told()))
        assert again.told() == [{"topic": "everything"}]
        await again.leave()

    play(story)


@pytest.mark.parametrize("after", ["0-0", "5:3:", "1:2:3,", "99999999999:99999999999:", "x", "1" * 400])
def test_a_cursor_of_somebody_else_begins_now(after):
    async def story(hub: Hub) -> None:
        await say("ledger.passages", 1, n=1)
        page = Browser(hub, cookie(ledger=[1]), after=after)
        await page.hello()
        await say("ledger.passages", 1, n=2)
        await page.until(lambda: bool(page.told()))
        assert [told["body"]["n"] for told in page.told()] == [2]
        await page.leave()

    play(story)


def test_it_heals_when_the_database_drops_the_line():
    async def story(hub: Hub) -> None:
        page = Browser(hub, cookie(ledger=[1]))
        await page.hello()
        same = await connect("kakou_lane")  # a role may end its own sessions
        await same.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'kakou_lane' and datname = current_database() and pid <> pg_backend_pid()"
        )
        await same.close()
        await say("ledger.passages", 1, n=1)
        await page.until(lambda: bool(page.told()))
        await page.leave()

    play(story, poll=0.05)


def test_it_keeps_a_silent_line_open_with_a_heartbeat():
    async def story(hub: Hub) -> None:
        page = Browser(hub, cookie(ledger=[1]))
        await page.until(lambda: page.bytes.count(b": still here") >= 2)
        await page.leave()

    play(story, poll=0.01, heartbeat=0.02)


@pytest.mark.parametrize("ticket", [b"", b"kakou_live=forged", b"other=1"])
def test_it_refuses_whoever_has_no_ticket(ticket):
    async def story(hub: Hub) -> None:
        page = Browser(hub, ticket)
        await page.task
        assert page.status == 401
        assert page.bytes == b""

    play(story)


def test_it_refuses_a_ticket_of_yesterday():
    async def story(hub: Hub) -> None:
        page = Browser(hub, f"{COOKIE}={issue({'ledger': [1]}, holder=1, now=time.time() - 86400)}".encode())
        await page.task
        assert page.status == 401

    play(story)


def test_it_ends_every_stream_when_the_server_goes_and_takes_no_new_one():
    async def story(hub: Hub) -> None:
        pages = [Browser(hub, cookie(ledger=[1])) for _ in range(3)]
        for page in pages:
            await page.hello()
        hub.close_streams()
        async with asyncio.timeout(2):
            await asyncio.gather(*(page.task for page in pages))
        late = Browser(hub, cookie(ledger=[1]))
        await late.task
        assert late.status == 503

    play(story, poll=30)


def test_it_is_never_said_when_rolled_back():
    async def story(hub: Hub) -> None:
        page = Browser(hub, cookie(ledger=[1]))
        await page.hello()

        def undo() -> None:
            with transaction.atomic():
                announce("ledger.passages", node=1, n=1)
                transaction.set_rollback(True)
            connection.close()

        await asyncio.to_thread(undo)
        await say("ledger.passages", 1, n=2)
        await page.until(lambda: bool(page.told()))
        assert [told["body"]["n"] for told in page.told()] == [2]
        await page.leave()

    play(story)


def test_pages_may_add_to_the_log_and_not_read_it():
    announce("ledger.passages", node=1)
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("select * from web_event")


def test_one_account_cannot_take_the_streams_of_all():
    async def story(hub: Hub) -> None:
        pages = [Browser(hub, cookie(holder=1, ledger=[1])) for _ in range(2)]
        for page in pages:
            await page.hello()
        greedy, colleague = Browser(hub, cookie(holder=1, ledger=[1])), Browser(hub, cookie(holder=2, ledger=[1]))
        await greedy.until(lambda: greedy.status == 503)
        await colleague.hello()
        await pages.pop().leave()
        again = Browser(hub, cookie(holder=1, ledger=[1]))
        await again.hello()
        for page in (*pages, colleague, again):
            await page.leave()

    play(story, each=2)
