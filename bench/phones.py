"""Phones that send as fast as they are answered (closed loop) or at fixed moments (open loop), cheap in CPU.

Requests are made before the clock starts; a connection writes its next one within the callback that read the answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import secrets
import time
from array import array
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import uvloop

ITEM = (
    '{"at":%d,"checks":{"health":"green","mask":"correct","origin":"low","temperature":365,"travel":"green",'
    '"vaccination":"full"},"crossed":true,"direction":"in","id":"%s","offset":0,"pack":"js-2021-08","prev_hash":"%s",'
    '"purpose":"home","reasons":[],"recorder":7,"seq":%d,"subject":%s,"verdict":"admit"}'
)
RESIDENT = '{"id":"%s","kind":"person"}'
VISITOR = '{"document":{"kind":"10","no":"11010519491231002X"},"kind":"person","name":"王小明","phone":"138%08d"}'


class Result(NamedTuple):
    """`answered` requests in `seconds`; `latencies` in seconds, sorted; `bad`: answers other than 200 and stored."""

    answered: int
    seconds: float
    latencies: Sequence[float]
    bad: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.answered / self.seconds

    def quantile(self, share: float) -> float:
        """Latency in ms below which that share lies."""
        return 1000 * self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


def items(count: int) -> list[str]:
    """Passages of now: three of residents by their id, then one of a visitor with papers."""
    dice, ms = random.Random(secrets.randbits(64)), time.time_ns() // 1_000_000
    residents = [f"017b2e00-0000-7000-8000-{n:012x}" for n in range(20_000)]
    made, before = [], "0" * 64
    for seq in range(1, count + 1):
        tail = f"{dice.getrandbits(64):016x}"
        id = f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7{seq % 0xFFF:03x}-8{tail[:3]}-{tail[3:15]}"
        who = VISITOR % dice.randrange(10**8) if seq % 4 == 0 else RESIDENT % dice.choice(residents)
        made.append(ITEM % (ms, id, before, seq, who))
        before = hashlib.sha256(made[-1].encode()).hexdigest()
    return made


def requests(texts: Sequence[str], size: int, tokens: Sequence[str]) -> list[bytes]:
    """Whole HTTP requests of `size` items each."""
    ms, made = time.time_ns() // 1_000_000, []
    for number, first in enumerate(range(0, len(texts) - size + 1, size)):
        body = f'{{"contract":1,"items":[{",".join(texts[first : first + size])}],"sent_at":{ms}}}'.encode()
        head = (
            f"POST /intake/passages HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {tokens[number % len(tokens)]}"
            f"\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


def run(port: int, todo: Sequence[bytes], connections: int, seconds: float, *, per_second: float = 0) -> Result:
    """Send for `seconds` in a process of its own; with `per_second` at fixed moments, latency from those moments."""
    here, there = get_context("fork").Pipe()
    child = get_context("fork").Process(target=_child, args=(there, port, todo, connections, seconds, per_second))
    child.start()
    told = here.recv()
    child.join()
    if isinstance(told, BaseException):
        raise told
    return Result(*told)


def _child(pipe: Connection, port: int, todo: Sequence[bytes], connections: int, seconds: float, rate: float) -> None:
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            pipe.send(tuple(runner.run(_send(port, todo, connections, seconds, rate))))
    except BaseException as failed:  # noqa: BLE001 - told to the parent
        pipe.send(RuntimeError(repr(failed)))


class Desk:
    """What all connections share: the requests left, the latencies, the end."""

    def __init__(self, todo: Sequence[bytes], rate: float) -> None:
        self.todo, self.rate, self.next = todo, rate, 0
        self.latencies, self.bad = array("d"), 0
        self.ends, self.last = 0.0, 0.0
        self.idle: list[Phone] = []
        self.late: list[float] = []  # moments that are due and found no free connection

    def take(self) -> bytes | None:
        """The next request, None at the end."""
        if self.next >= len(self.todo) or time.perf_counter() >= self.ends:
            return None
        self.next += 1
        return self.todo[self.next - 1]


class Phone(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.buffer, self.began = desk, b"", 0.0
        self.transport: Any = None
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Kept."""
        self.transport = transport

    def send(self, due: float = 0.0) -> None:
        """Write the next request, or say that this was all."""
        request = self.desk.take()
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            return
        self.began = due or time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self.buffer = data = self.buffer + data if self.buffer else data
        head = data.find(b"\r\n\r\n")
        if head < 0:
            return
        at = data.find(b"content-length: ") + 16
        if len(data) < head + 4 + int(data[at : data.index(b"\r", at)]):
            return
        self.buffer = b""
        desk = self.desk
        desk.last = time.perf_counter()
        desk.latencies.append(desk.last - self.began)
        if not data.startswith(b"HTTP/1.1 200") or b"quarantined" in data:
            desk.bad += 1
        if not desk.rate:
            self.send()
        elif desk.late:
            self.send(desk.late.pop(0))
        else:
            desk.idle.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError())


async def _send(port: int, todo: Sequence[bytes], connections: int, seconds: float, rate: float) -> Result:
    loop, desk = asyncio.get_running_loop(), Desk(todo, rate)
    phones = [(await loop.create_connection(lambda: Phone(desk), "127.0.0.1", port))[1] for _ in range(connections)]
    began = time.perf_counter()
    desk.ends = began + seconds
    if rate:
        desk.idle = list(phones)
        await _at_fixed_moments(desk, began, seconds, rate)
    else:
        for phone in phones:
            phone.send()
        await asyncio.gather(*(phone.done for phone in phones))
    return Result(len(desk.latencies), desk.last - began, sorted(desk.latencies), desk.bad)


async def _at_fixed_moments(desk: Desk, began: float, seconds: float, rate: float) -> None:
    for number in range(int(seconds * rate)):
        due = began + number / rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        if desk.idle:
            desk.idle.pop().send(due)
        else:
            desk.late.append(due)
    await asyncio.sleep(1.0)  # the last answers
