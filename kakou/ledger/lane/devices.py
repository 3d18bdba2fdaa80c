"""Which phone is which: the map of tokens in memory, kept by notices and a look every second; and what passes back to
the table and the open pages: when each phone was last heard, and at which gates something was stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import asyncpg
import structlog

from kakou.web.sse import AWAY

Connect = Callable[[], Awaitable[asyncpg.Connection]]

_READ = "select token_hash, id, node_id, revoked_at is not null from access_device"
_SEEN = """update access_device d set last_seen_at = timestamptz '1970-01-01 00:00:00+00' + s.ms * interval
  '1 millisecond', clock_offset_ms = s.gap from unnest($1::int[], $2::bigint[], $3::bigint[]) s(id, ms, gap)
  where d.id = s.id"""
_TELL = """insert into web_event (node_id, topic, body)
  select n, 'ledger.passages', b::jsonb from unnest($1::int[], $2::text[]) t(n, b)"""

STALE = 10.0  # seconds without a look at the table: then nobody is known, rather than somebody who may be revoked

log = structlog.get_logger("kakou.ledger.lane")


class Device(NamedTuple):
    """A phone, the node of its gate, and whether it was revoked: then all that it sends is kept apart."""

    id: int
    node: int
    revoked: bool = False


class Devices:
    """`find` knows every phone that was ever enrolled. A revoked one is known as such when the notice arrives, at the
    latest `poll` seconds later. A map that could not be read for STALE seconds is none (`fresh`): while the database is
    away nothing can be stored anyway.
    """

    def __init__(self, connect: Connect, *, poll: float = 1.0, tell: float = 0.5) -> None:
        self._connect, self._poll, self._tell = connect, poll, tell
        self.map: dict[bytes, Device] = {}  # another object after each look
        self._numbered: dict[int, Device] = {}
        self._seen: dict[int, tuple[int, int]] = {}
        self._stored: Counter[int] = Counter()
        self._look = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._read_at = -STALE  # when the last look began
        self._looked = asyncio.Event()  # another one after each look
        self.loaded = asyncio.Event()

    @property
    def fresh(self) -> bool:
        """Was the table looked at lately?"""
        return self.loaded.is_set() and asyncio.get_running_loop().time() - self._read_at < STALE

    def find(self, authorization: bytes) -> Device | None:
        """The phone that says "Bearer <token>"."""
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        return self.map.get(hashlib.sha256(token.strip()).digest())

    async def known(self, authorization: bytes) -> Device | None:
        """As `find`, but nobody is unknown before a look that began after he came: a phone may be quicker than the word
        of its enrolment, and is not to be told that it was put out of use."""
        came = asyncio.get_running_loop().time()
        while (found := self.find(authorization)) is None and self.fresh and self._read_at < came:
            try:
                await asyncio.wait_for(self._looked.wait(), STALE)
            except TimeoutError:
                return None
        return found

    def numbered(self, id: int) -> Device | None:
        """The phone of that number."""
        return self._numbered.get(id)

    def heard(self, device: Device, *, server_ms: int, offset: int, stored: int) -> None:
        """A batch of this phone was stored, `stored` items of it new; `offset`: server minus device (ms)."""
        self._seen[device.id] = server_ms, offset
        if stored:
            self._stored[device.node] += stored

    def start(self) -> None:
        """Begin to watch."""
        self._watching = asyncio.create_task(self._watch(), name="lane-devices")

    async def stop(self) -> None:
        """Stop watching; what was heard last is written if the database takes it."""
        if self._watching:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching

    async def _watch(self) -> None:
        while True:
            try:
                connection = await self._connect()
            except AWAY:
                await asyncio.sleep(self._poll)
                continue
            except Exception:
                log.exception("devices not watched")
                await asyncio.sleep(self._poll)
                continue
            await self._watch_on(connection)
            await asyncio.sleep(self._tell)

    async def _watch_on(self, connection: asyncpg.Connection) -> None:
        """Until it breaks, however it does: a watcher that ended in silence would believe a revoked phone for ever."""
        try:
            await connection.add_listener("access_device", self._noticed)
            await self._turn(connection)
        except AWAY as gone:
            log.warning("devices not watched", why=type(gone).__name__)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self._pass_on(connection)
            raise
        except Exception:
            log.exception("devices not watched")
        finally:
            connection.terminate()

    async def _turn(self, connection: asyncpg.Connection) -> None:
        """Until the connection breaks: look at the table, pass on what was heard."""
        clock = asyncio.get_running_loop().time
        due = 0.0
        while True:
            if self._look.is_set() or clock() >= due:
                self._look.clear()
                now = clock()
                rows = await connection.fetch(_READ, timeout=5)
                self.map = {bytes(token): Device(id, node, revoked) for token, id, node, revoked in rows}
                self._numbered = {device.id: device for device in self.map.values()}
                self._read_at = now
                self.loaded.set()
                looked, self._looked = self._looked, asyncio.Event()
                looked.set()
                due = clock() + self._poll
            await self._pass_on(connection)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), self._tell)

    async def _pass_on(self, connection: asyncpg.Connection) -> None:
        stored, self._stored = self._stored, Counter()
        seen, self._seen = self._seen, {}
        try:
            if stored:
                bodies = [json.dumps({"n": count}) for count in stored.values()]
                await connection.execute(_TELL, list(stored), bodies, timeout=5)
                stored = Counter()
            if seen:
                ids = sorted(seen)
                times, gaps = ([seen[id][part] for id in ids] for part in (0, 1))
                await connection.execute(_SEEN, ids, times, gaps, timeout=5)
        except BaseException:  # not told yet: a phone heard while the database was away was heard all the same
            self._stored, self._seen = stored + self._stored, seen | self._seen
            raise

    def _noticed(self, *_: Any) -> None:
        self._look.set()
