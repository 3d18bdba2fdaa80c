"""Phones for tests: they count, chain and keep like real ones, and speak ASGI to a lane in the same process."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from kakou.kernel.ids import id_at
from kakou.ledger.lane.wire import canonical, digest, read_item


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Phone:
    """One device: makes items, each naming the hash of the one before. `items` is its outbox."""

    def __init__(self, token: str, seed: int = 0) -> None:
        self.token, self.seq, self.prev = token, 0, "0" * 64
        self.dice = random.Random(seed)

    def item(self, **changes: Any) -> bytes:
        """The next passage, as canonical text."""
        self.seq += 1
        at = now_ms()
        made = {
            "id": str(id_at(at, self.dice.randbytes(16))), "seq": self.seq, "prev_hash": self.prev, "at": at,
            "offset": 0, "direction": "in", "crossed": True, "checks": {"mask": "correct", "temperature": 365},
            "subject": {"kind": "person", "id": str(id_at(at, self.dice.randbytes(16)))}, "verdict": "admit",
            "reasons": [], "pack": "test",
        }  # fmt: skip
        text = canonical(read_item(json.dumps(made | changes).encode()))
        self.prev = digest(text).hex()
        return text

    def items(self, count: int, **changes: Any) -> list[bytes]:
        return [self.item(**changes) for _ in range(count)]


def batch(items: list[bytes], contract: int = 1) -> bytes:
    return b'{"contract":%d,"items":[%b],"sent_at":%d}' % (contract, b",".join(items), now_ms())


async def post(
    lane: Any, token: str, body: bytes, *, zipped: bool = False, method: str = "POST"
) -> tuple[int, dict, Any]:
    """(status, headers, content) of one request."""
    headers = [(b"authorization", b"Bearer " + token.encode())]
    if zipped:
        body = gzip.compress(body)
        headers.append((b"content-encoding", b"gzip"))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return await request(lane, token, receive, headers=headers, method=method)


async def request(
    lane: Any, token: str, receive: Callable[[], Awaitable[Any]], *, headers: Any = None, method: str = "POST"
) -> tuple[int, dict, Any]:
    """As `post`, with the body as `receive` gives it."""
    headers = headers or [(b"authorization", b"Bearer " + token.encode())]
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await lane({"type": "http", "method": method, "path": "/intake/passages", "headers": headers}, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), json.loads(sent[1]["body"])


def connect_to_test_database() -> Callable[[], Awaitable[asyncpg.Connection]]:
    from django.conf import settings
    from django.db import connections

    now = connections["default"].settings_dict

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(
            host=str(now["HOST"]), port=int(now.get("PORT") or 5432), user="kakou_lane",
            password=settings.ROLE_PASSWORDS.get("kakou_lane"), database=now["NAME"], timeout=5,
        )  # fmt: skip

    return connect
