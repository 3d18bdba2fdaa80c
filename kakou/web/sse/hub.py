"""One LISTEN connection per process, the event table as replay log.

Only rows older than every running transaction are read, so one that commits late cannot slip in behind a cursor that
was already handed out. Price: a long writing transaction holds the feed back, so imports write in small ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
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
Cursor = tuple[int, int]

READ = """select xid::text::bigint as xid, id, node_id, topic, body::text as body from web_event
  where (xid, id) > ($1::text::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
    and node_id = any($3::int[]) order by xid, id limit 500"""
HEAD = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"
CURSOR = re.compile(r"(\d{1,19})-(\d{1,19})")
LAST_ID = 2**63 - 1

log = structlog.get_logger("kakou.web.sse")


class Hub:
    """Wakes every open stream when something was committed; each then reads what its ticket allows."""

    def __init__(self, *, poll: float = 1.0, heartbeat: float = 15.0, at_most: int = 500) -> None:
        """`poll`: seconds between looks without a notice; `heartbeat`: of silence; `at_most`: streams open at once."""
        self.poll, self.heartbeat, self.at_most = poll, heartbeat, at_most
        self.streams: set[asyncio.Event] = set()
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
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
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
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
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
                rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
            except BaseException:
                connection.terminate()
                raise
            self._readers.append(connection)
            return rows

    async def events(self, after: str, ticket: Ticket) -> AsyncGenerator[bytes, None]:
        """The stream's bytes. `after` is the last id that was seen ("xid-id"), or '' to begin now."""
        wake = asyncio.Event()
        self.streams.add(wake)
        try:
            seen = CURSOR.fullmatch(after)
            cursor = (int(seen[1]), int(seen[2])) if seen else await self._head()
            # the cursor is told at once: even a page that has heard nothing can come back to where it began
            yield f'retry: 1000\nid: {cursor[0]}-{cursor[1]}\ndata: {{"topic":"hello"}}\n\n'.encode()
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

    async def _head(self) -> Cursor:
        [row] = await self._fetch(HEAD)
        return (int(row[0]), LAST_ID)

    async def _news(self, cursor: Cursor, ticket: Ticket) -> tuple[bytes, Cursor]:
        """What the ticket may hear after `cursor`, and the new cursor. A database that is away is no news."""
        try:
            rows = await self._fetch(READ, str(cursor[0]), cursor[1], ticket.nodes)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return b"", cursor
        if not rows:
            return b"", cursor
        told = [_told(row) for row in rows if ticket.hears(row["topic"], row["node_id"])]
        return b"".join(told), (rows[-1]["xid"], rows[-1]["id"])

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI: GET /events."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        ticket = read(_cookie(headers.get(b"cookie", "")), now=time.time())
        if ticket is None:
            await _refuse(send, 401)
            return
        if self.closing or len(self.streams) >= self.at_most:
            await _refuse(send, 503)
            return
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        after = headers.get(b"last-event-id") or query.get("after", [""])[0]
        await self._respond(after, ticket, receive, send)

    async def _respond(self, after: str, ticket: Ticket, receive: Receive, send: Send) -> None:
        """Stream until the client leaves, the ticket runs out or we close."""
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        gone = asyncio.create_task(_until_gone(receive))
        pump = asyncio.create_task(self._pump(after, ticket, send))
        await asyncio.wait({gone, pump}, return_when=asyncio.FIRST_COMPLETED)
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


def _told(row: asyncpg.Record) -> bytes:
    told = {"topic": row["topic"], "node": row["node_id"], "body": json.loads(row["body"])}
    return f"id: {row['xid']}-{row['id']}\ndata: {json.dumps(told, separators=(',', ':'))}\n\n".encode()


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
