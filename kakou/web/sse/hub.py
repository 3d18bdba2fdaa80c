"""One LISTEN connection per process, the event table as replay log.

The cursor is a PostgreSQL snapshot: what a stream is told next is every row that its last snapshot did not see. So a
transaction that takes its id early and commits late is told when it commits, is never lost, and holds nobody back
(ids as a cursor lose it; waiting for the oldest running transaction lets one long fold silence every page).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import asyncpg
import structlog

from kakou.web.sse.ticket import COOKIE, Ticket, read

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Connect = Callable[[], Awaitable[asyncpg.Connection]]
READ = """select pg_current_snapshot()::text as seen, e.* from (select 1) as always left join lateral (
  select id, node_id, topic, body::text as body from web_event where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
    and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot) and node_id = any($2::int[])
  order by xid, id limit 501) e on true"""
HEAD = "select pg_current_snapshot()::text as seen"
# a snapshot of another database (an older backup was restored) may lie in this one's future: begin anew
KNOWN = "select pg_snapshot_xmax($1::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) as known"
SNAPSHOT = re.compile(r"\d{1,20}:\d{1,20}:(\d{1,20}(,\d{1,20}){0,999})?")
AT_ONCE = 500  # of more than these a page is told to look at everything again

# what a connection says that was cut at any moment, the start of a session and the middle of an answer included
AWAY = (OSError, EOFError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
PATIENCE = 5.0  # seconds for one look: a line that was cut without a word is given up

log = structlog.get_logger("kakou.web.sse")


class Hub:
    """Wakes every open stream when something was committed; each then reads what its ticket allows."""

    def __init__(self, *, poll: float = 1.0, heartbeat: float = 15.0, at_most: int = 500, each: int = 12) -> None:
        """`poll`: seconds between looks without a notice; `heartbeat`: of silence; `at_most`: streams open at once,
        `each`: of one account."""
        self.poll, self.heartbeat, self.at_most, self.each = poll, heartbeat, at_most, each
        self.streams: set[asyncio.Event] = set()
        self._held: Counter[int] = Counter()
        self.closing = False
        self._reading = asyncio.Semaphore(2)  # many pages wake together; two readers keep the database for others
        self._connect: Connect | None = None
        self._readers: list[asyncpg.Connection] = []
        self._listening: asyncio.Task[None] | None = None

    async def start(self, connect: Connect) -> None:
        """`connect` opens a connection of a role that may read web_event. Returns at once; a database that is away is
        waited for."""
        self._connect = connect
        self.closing = False
        self._listening = asyncio.create_task(self._listen(), name="sse-listen")

    async def stop(self) -> None:
        """End every stream and close the connections."""
        self.close_streams()
        if self._listening:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        for connection in self._readers:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)
        self._readers.clear()

    def close_streams(self) -> None:
        """End every open response; browsers come back with the id they saw last."""
        self.closing = True
        self.wake()

    def wake(self) -> None:
        """Let every stream look."""
        for event in self.streams:
            event.set()

    async def _listen(self) -> None:
        """Hold one LISTEN open for ever; lost, it is made again, and meanwhile the poll carries the feed."""
        wait = 0.1
        while not self.closing:
            lost = asyncio.Event()
            try:
                assert self._connect
                connection = await self._connect()
            except AWAY:
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)
                continue
            try:
                connection.add_termination_listener(lambda *_, gone=lost: gone.set())
                await connection.add_listener("web_event", lambda *_: self.wake())
                wait = 0.1
                self.wake()  # what was said while nobody listened
                await lost.wait()
                log.warning("live feed lost its database connection")
            except AWAY:
                await asyncio.sleep(wait)
            finally:
                with contextlib.suppress(Exception):
                    await connection.close(timeout=1)

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Read on a kept connection; a broken one is dropped and the error raised."""
        async with self._reading:
            assert self._connect
            connection = self._readers.pop() if self._readers else await self._connect()
            try:
                rows: list[asyncpg.Record] = await connection.fetch(query, *arguments, timeout=PATIENCE)
            except BaseException:
                connection.terminate()
                raise
            self._readers.append(connection)
            return rows

    async def events(self, after: str, ticket: Ticket) -> AsyncGenerator[bytes, None]:
        """The stream's bytes. `after` is the last snapshot that was told, or '' to begin now."""
        wake = asyncio.Event()
        self.streams.add(wake)
        try:
            cursor = await self._begin(after)
            # the cursor is told at once: even a page that has heard nothing can come back to where it began
            yield f'retry: 1000\nid: {cursor}\ndata: {{"topic":"hello"}}\n\n'.encode()
            quiet_since = time.monotonic()
            while not self.closing and time.time() < ticket.expires:
                wake.clear()
                chunk, cursor = await self._news(cursor, ticket)
                if not chunk and time.monotonic() - quiet_since >= self.heartbeat:
                    chunk = b": still here\n\n"
                if chunk:
                    quiet_since = time.monotonic()
                    yield chunk
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), self.poll)
        finally:
            self.streams.discard(wake)

    async def _begin(self, after: str) -> str:
        """The snapshot to go on from: the one the browser brings, where this database made it, else now."""
        if SNAPSHOT.fullmatch(after):
            with contextlib.suppress(asyncpg.DataError):
                [row] = await self._fetch(KNOWN, after)
                if row["known"]:
                    return after
        [row] = await self._fetch(HEAD)
        return str(row["seen"])

    async def _news(self, cursor: str, ticket: Ticket) -> tuple[bytes, str]:
        """What the ticket may hear and `cursor` did not see, and the new cursor. A database that is away is no news."""
        try:
            rows = await self._fetch(READ, cursor, ticket.nodes)
        except AWAY:
            return b"", cursor
        seen = str(rows[0]["seen"])
        told = [_told(row) for row in rows if row["id"] is not None and ticket.hears(row["topic"], row["node_id"])]
        if len(rows) > AT_ONCE:
            told = ['{"topic":"everything"}']
        # each message is whole; the cursor stands with the last, so that a line cut between them tells them again
        text = "".join(f"data: {data}\n\n" for data in told[:-1])
        text += f"id: {seen}\ndata: {told[-1]}\n\n" if told else ""
        return text.encode(), seen

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI: GET /events."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        ticket = read(_cookie(headers.get(b"cookie", "")), now=time.time())
        if ticket is None:
            await _refuse(send, 401)
            return
        if self.closing or len(self.streams) >= self.at_most or self._held[ticket.holder] >= self.each:
            await _refuse(send, 503)
            return
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        after = headers.get(b"last-event-id") or query.get("after", [""])[0]
        self._held[ticket.holder] += 1
        try:
            await self._respond(after, ticket, receive, send)
        finally:
            self._held -= Counter({ticket.holder: 1})  # and nobody is remembered who holds none

    async def _respond(self, after: str, ticket: Ticket, receive: Receive, send: Send) -> None:
        """Stream until the client leaves, the ticket runs out or we close."""
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        gone = asyncio.create_task(_until_gone(receive))
        pump = asyncio.create_task(self._pump(after, ticket, send))
        await asyncio.wait({gone, pump}, return_when=asyncio.FIRST_COMPLETED)
        if pump.done() and not pump.cancelled() and (broken := pump.exception()):
            log.error("a live stream ended by a fault; the page comes back by itself", fault=type(broken).__name__)
        for task in (gone, pump):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b""})

    async def _pump(self, after: str, ticket: Ticket, send: Send) -> None:
        async with contextlib.aclosing(self.events(after, ticket)) as stream:
            async for chunk in stream:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})


STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def _told(row: asyncpg.Record) -> str:
    told = {"topic": row["topic"], "node": row["node_id"], "body": json.loads(row["body"])}
    return json.dumps(told, separators=(",", ":"))


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    """401: the page asks for a new ticket; 503: it comes back later."""
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
