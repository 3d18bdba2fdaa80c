"""The bodies that phones send: read in bounded time and memory, inflated. A usual one, which is there at once, pays two
look-ups in a dict for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from kakou.ledger.lane.answers import NotTaken
from kakou.ledger.lane.commit import Full

LARGEST_BODY = 4_000_000  # bytes, sent and inflated alike
SECONDS = 60.0  # for one body to come in whole
HELD = 64_000_000  # bytes of bodies half received
HELD_OF_ONE = 2 * LARGEST_BODY  # of them one phone's

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Refused(Exception):
    """The request as a whole: nothing of it was stored, the phone keeps everything."""

    def __init__(
        self, status: int, code: str, *, headers: tuple[tuple[bytes, bytes], ...] = (), where: str | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.headers, self.content = status, headers, NotTaken(code, where)


class Bodies:
    """`read` one. Those that come too slowly are ended by one look over all of them now and then: a timer for each
    would cost the intake a twentieth of its CPU.
    """

    def __init__(self, *, seconds: float = SECONDS, held: int = HELD, held_of_one: int = HELD_OF_ONE) -> None:
        self._seconds, self._most, self._most_of_one = seconds, held, held_of_one
        self._since: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._held: Counter[int] = Counter()
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for slow ones."""
        self._looking = asyncio.create_task(self._look(), name="lane-bodies")

    async def stop(self) -> None:
        """Look no more."""
        if self._looking:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    async def read(self, headers: Mapping[bytes, bytes], receive: Receive, device: int) -> bytes:
        """The whole body of a request of this phone, inflated. Raises Refused (408, 413, 415, 422) and Full."""
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > LARGEST_BODY:
            raise Refused(413, "too-large")
        task = asyncio.current_task()
        assert task
        self._since[task] = asyncio.get_running_loop().time()
        try:
            body = await self._whole(receive, device)
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            raise Refused(408, "too-slow", headers=((b"connection", b"close"),)) from None
        finally:
            del self._since[task]
            self._late.discard(task)
        return _plain(body, headers)

    async def _whole(self, receive: Receive, device: int) -> bytes | bytearray:
        message = await receive()
        body: bytes | bytearray = message.get("body", b"")
        if message.get("more_body"):
            return await self._gathered(bytearray(body), receive, device)
        if message["type"] == "http.disconnect":
            raise Refused(422, "cut-off")
        if len(body) > LARGEST_BODY:
            raise Refused(413, "too-large")
        return body

    async def _gathered(self, body: bytearray, receive: Receive, device: int) -> bytearray:
        """What comes in pieces, each counted while it waits for the next."""
        self._held[device] += len(body)
        try:
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(422, "cut-off")
                chunk, more = message.get("body", b""), message.get("more_body", False)
                body += chunk
                self._held[device] += len(chunk)
                if len(body) > LARGEST_BODY:
                    raise Refused(413, "too-large")
                if self._held[device] > self._most_of_one or self._held.total() > self._most:
                    raise Full
            return body
        finally:
            self._held[device] -= len(body)
            if not self._held[device]:
                del self._held[device]

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._seconds / 4)
            late = asyncio.get_running_loop().time() - self._seconds
            for task in [task for task, since in self._since.items() if since < late and task not in self._late]:
                self._late.add(task)
                task.cancel()


def _plain(body: bytes | bytearray, headers: Mapping[bytes, bytes]) -> bytes:
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding == b"gzip":
        return _inflate(body)
    if encoding not in (b"", b"identity"):
        raise Refused(415, "unknown-encoding")
    return bytes(body)


def _inflate(body: bytes | bytearray) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        text = stream.decompress(body, LARGEST_BODY)
    except zlib.error:
        raise Refused(422, "not-gzip") from None
    if stream.unconsumed_tail:
        raise Refused(413, "too-large")
    if not stream.eof or stream.unused_data:
        raise Refused(422, "not-gzip")
    return text
