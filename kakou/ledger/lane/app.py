"""POST /intake/passages: up to 500 items, an answer for each, after COMMIT; none is a sign of life. Besides them as
many that other phones of the gate made.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Set
from typing import Any, TypeAlias
from uuid import UUID

import structlog

from kakou.ledger.lane.answers import Answer, Answers
from kakou.ledger.lane.bodies import Bodies, Refused
from kakou.ledger.lane.carried import is_proved
from kakou.ledger.lane.codes import VERDICT_WORDS
from kakou.ledger.lane.commit import Away, Connect, Full, GroupCommit
from kakou.ledger.lane.devices import Device, Devices
from kakou.ledger.lane.quota import Quota
from kakou.ledger.lane.rows import KEEP_DAYS, RowMaker
from kakou.ledger.lane.sorting import sort_out
from kakou.ledger.lane.wire import LONGEST_ITEM, READERS, Batch, Reader, Unfit, encode, glimpse, read_batch
from kakou.ledger.lane.work import Work
from kakou.vault.keys import KeyStore

Message: TypeAlias = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

COME_AGAIN = b"2"  # seconds
_JSON = (b"content-type", b"application/json")

log = structlog.get_logger("kakou.ledger.lane")


class Lane:
    """One per process. `connect` opens a connection as kakou_lane; `clock` gives epoch milliseconds."""

    def __init__(
        self,
        *,
        keep_days: int = KEEP_DAYS,
        readers: Mapping[int, Reader] = READERS,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._keep_days, self._readers, self._clock = keep_days, readers, clock
        self._maker: RowMaker | None = None
        self._commit: GroupCommit | None = None
        self.devices: Devices | None = None
        self.bodies = Bodies()
        self.quota = Quota()

    async def start(self, connect: Connect, store: KeyStore, **limits: int) -> None:
        """Returns at once; a database that is away is waited for. `limits`: see GroupCommit."""
        self._maker = RowMaker(store, keep_days=self._keep_days)
        self._commit = GroupCommit(connect, **limits)
        self.devices = Devices(connect)
        self.devices.start()
        self.bodies.start()

    async def stop(self) -> None:
        """Write what was accepted, then end."""
        if self._commit and self.devices:
            await self._commit.close()
            await self.devices.stop()
            await self.bodies.stop()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            if scope["method"] != "POST":
                raise Refused(405, "post-only")
            content = await self._take(dict(scope["headers"]), receive)
        except Refused as refused:
            await _reply(send, refused.status, refused.content, *refused.headers)
        except (Full, Away) as later:
            code = "busy" if isinstance(later, Full) else "database-away"
            await _reply(send, 503, {"code": code}, (b"retry-after", COME_AGAIN))
        except Exception:
            log.exception("intake failed")
            await _reply(send, 503, {"code": "fault"}, (b"retry-after", COME_AGAIN))
        else:
            await _reply(send, 200, content)

    async def _take(self, headers: Mapping[bytes, bytes], receive: Receive) -> Answers:
        assert self.devices
        authorization, map = headers.get(b"authorization", b""), self.devices.map
        device = self._checked(await self.devices.known(authorization))
        if wait := self.quota.wait(device.id, self._clock()):
            raise Refused(429, "too-much-unfit", headers=((b"retry-after", str(wait).encode()),))
        body = await self.bodies.read(headers, receive, device.id)
        if self.devices.map is not map:  # revoked while it sent?
            device = self._checked(self.devices.find(authorization))
        try:
            batch = read_batch(body)
        except Unfit as unfit:
            raise Refused(422, unfit.reason, where=unfit.where) from None
        return await self._store(batch, device, weight=len(body))

    def _count_kept(self, work: Work, places: Set[int]) -> None:
        if places:
            size = sum(len(memoryview(work.items[place])) for place in places)
            self.quota.keep(work.device, size, work.server_ms)

    def _checked(self, device: Device | None) -> Device:
        assert self.devices
        if not self.devices.fresh:
            raise Away("devices not read lately")
        if device is None:
            raise Refused(401, "unknown-device")
        return device

    async def _store(self, batch: Batch, device: Device, *, weight: int) -> Answers:
        assert self._commit
        assert self._maker
        assert self.devices
        # before the hashing and sealing, not after
        self._commit.check_room(len(batch.items) + len(batch.carried), weight)
        now = self._clock()
        work = Work(
            batch.items, node=device.node, device=device.id, contract=batch.contract, server_ms=now, maker=self._maker,
            weight=weight, revoked=device.revoked, carried=[carried.item for carried in batch.carried],
        )  # fmt: skip
        self._find_makers(work, batch)
        ids = sort_out(work, self._readers, sent_offset=now - batch.sent_at)
        unfit = set(work.reasons)
        self._count_kept(work, unfit)
        await self._commit.write(work)
        # and the same id with another body, or what the database refused
        self._count_kept(work, work.reasons.keys() - unfit)
        new = sum(fresh for fresh, _, _ in work.outcomes.values())
        self.devices.heard(device, server_ms=now, offset=now - batch.sent_at, stored=new)
        told = [_answer(work, place, ids.get(place)) for place in range(work.size)]
        return Answers(told[: work.own], new, self._clock(), told[work.own :])

    def _find_makers(self, work: Work, batch: Batch) -> None:
        """Of what is carried: which phone of the same gate made it. A revoked phone brings nobody else's."""
        assert self.devices
        for place, carried in enumerate(batch.carried, work.own):
            maker = self.devices.numbered(carried.device)
            if work.revoked or maker is None or maker.node != work.node or len(memoryview(carried.item)) > LONGEST_ITEM:
                continue
            if is_proved(work.maker.store, carried, glimpse(bytes(carried.item)).digest):
                work.makers[place] = maker


def _answer(work: Work, place: int, id: UUID | None) -> Answer:
    reason = work.reasons.get(place)
    if reason is not None:
        return Answer(id or reason[0], "quarantined", reason=reason[1])
    _, own, verdict = work.outcomes[place]
    return Answer(id, "stored" if own else "duplicate", VERDICT_WORDS[verdict])


async def _reply(send: Send, status: int, content: object, *headers: tuple[bytes, bytes]) -> None:
    body = encode(content)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]})
    await send({"type": "http.response.body", "body": body})
