"""Group commit: requests that wait are written together, by one statement and one COMMIT. No timer.

A few flushes are in flight at once: while one waits for the disk the next one gathers. Rows go in order of id, so that
two flushes never wait for each other. Whoever is answered has been committed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from kakou.ledger.lane.rows import COLUMNS, DEVICE, HASH, VERDICT, Row, insert_statement
from kakou.ledger.lane.work import DATABASE_REFUSED, OTHER_BODY, QUARANTINE_COLUMNS, Work, quarantine_statement
from kakou.web.sse import AWAY

Connect = Callable[[], Awaitable[asyncpg.Connection]]
Stored = tuple[int | None, bytes, int]  # device, hash, verdict

IN_FLIGHT = 3
GROUP = 4_000  # items of one flush
BOUND = 20_000  # items waiting; beyond it phones are asked to come again
BYTES = 32_000_000  # of their bodies, until they are written; likewise
SECONDS = 10.0  # for one statement: a database that hangs is away

# usually all are new: then one number comes back instead of all ids
_INSERT = f"""with added as ({insert_statement()})
  select count(*), case when count(*) < ${len(COLUMNS) + 1}::bigint then array_agg(id) end from added"""  # noqa: S608
_KNOWN = "select id, device_id, hash, verdict from ledger_passage where id = any($1::uuid[])"
_QUARANTINE = quarantine_statement()
_DEVICE, _DIGEST = (list(QUARANTINE_COLUMNS).index(name) for name in ("device_id", "digest"))
_DATA = ("22", "23")  # SQLSTATE classes that are the fault of a row; the driver uses 22 for what it cannot encode

log = structlog.get_logger("kakou.ledger.lane")


class Full(Exception):
    """The queue is at its bound, or closing: come again in a moment."""


class Away(Exception):
    """The database does not take writes now; nothing of this request is known to be stored."""


class GroupCommit:
    """`write` returns once the work is committed: its outcomes are filled in. Raises Full or Away."""

    def __init__(
        self,
        connect: Connect,
        *,
        in_flight: int = IN_FLIGHT,
        group: int = GROUP,
        bound: int = BOUND,
        most_bytes: int = BYTES,
    ) -> None:
        self._connect, self._group, self._bound, self._most_bytes = connect, group, bound, most_bytes
        self._queue: deque[Work] = deque()
        self._waiting = self._flying = self._bytes = 0
        self._wake = asyncio.Event()
        self._closing = False
        self._flushers = [asyncio.create_task(self._run(), name=f"flusher-{i}") for i in range(in_flight)]

    def check_room(self, items: int, weight: int) -> None:
        """Raise Full where `write` would for that many items in a body of `weight` bytes: asked before the work is."""
        if self._closing or self._waiting + items > self._bound or self._bytes + weight > self._most_bytes:
            raise Full

    async def write(self, work: Work) -> None:
        """See the class."""
        self.check_room(work.size, work.weight)
        if not work.size:
            return  # a sign of life: there is nothing to write
        self._waiting += work.size
        self._bytes += work.weight
        work.done = asyncio.get_running_loop().create_future()
        self._queue.append(work)
        if self._worth_it:
            self._wake.set()
        await work.done

    async def close(self) -> None:
        """Write what was accepted, then end."""
        self._closing = True
        self._wake.set()
        await asyncio.gather(*self._flushers)

    @property
    def _worth_it(self) -> bool:
        """As much waits as is being written: then groups of like size take turns, one with us and one in the database.
        Whoever comes first while nothing is written waits for nobody, and a flush that ends looks again by itself."""
        return self._waiting >= self._flying

    async def _run(self) -> None:
        line = Line(self._connect)
        while self._queue or not self._closing:
            if self._queue and (self._worth_it or self._closing):
                works = self._take()
                size = sum(work.size for work in works)
                self._flying += size
                await self._flush(line, works)
                self._flying -= size
                self._bytes -= sum(work.weight for work in works)
            else:
                self._wake.clear()
                await self._wake.wait()
                await asyncio.sleep(0)  # let those who came in the same turn of the loop join
        await line.close()

    def _take(self) -> list[Work]:
        works: list[Work] = []
        size = 0
        while self._queue and (not works or size + self._queue[0].size <= self._group):
            work = self._queue.popleft()
            works.append(work)
            size += work.size
        self._waiting -= size
        return works

    async def _flush(self, line: Line, works: list[Work]) -> None:
        try:
            await line.store(works)
        except RowFault:
            for work in works:  # one bad row must not sink its neighbours
                await self._alone(line, work)
        except Away as away:
            _settle(works, away)
        except Exception as bug:  # whoever waits must be answered
            log.exception("flush failed")
            _settle(works, bug)
        else:
            _settle(works)

    async def _alone(self, line: Line, work: Work) -> None:
        try:
            with contextlib.suppress(RowFault):
                await line.store([work])
                return _settle([work])
            await line.store_row_by_row(work)
        except Exception as failed:  # noqa: BLE001 - whoever waits must be answered
            return _settle([work], failed)
        return _settle([work])


class RowFault(Exception):
    """The database refuses a row of the group for what is in it."""


class Line:
    """One connection of one flusher; lost, it is opened again by the next flush."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: asyncpg.Connection | None = None
        self._away = False

    async def store(self, works: Sequence[Work]) -> None:
        """Write all rows and all unfit items of `works`, filling in their outcomes. Raises RowFault, Away."""
        rows = [row for work in works for _, row in work.rows]
        new = await self._insert(rows) if rows else None
        if new is None:
            for work in works:
                work.outcomes.update({place: (True, True, row[VERDICT]) for place, row in work.rows})
        else:
            known = await self._known({row[0] for row in rows} - new, rows, new)
            for work in works:
                for place, row in work.rows:
                    _judge(work, place, row, new, known)
        unfit = sorted((row for work in works for row in work.unfit), key=_by_sender_and_digest)
        if unfit:
            await self._ask(_QUARANTINE, *map(list, zip(*unfit, strict=True)))

    async def store_row_by_row(self, work: Work) -> None:
        """As `store`; a row that the database refuses by itself goes to quarantine. Raises Away."""
        rows, work.rows = work.rows, []
        for place, row in rows:
            work.rows = [(place, row)]
            try:
                await self.store([work])
            except RowFault:
                work.quarantine(place, DATABASE_REFUSED)
                work.rows = []
                await self.store([work])
        work.rows = rows

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            with contextlib.suppress(Exception):
                await self._connection.close(timeout=1)

    async def _insert(self, rows: list[Row]) -> set[UUID] | None:
        """The ids that are new; None: all of them."""
        rows.sort(key=_by_id)
        [(count, ids)] = await self._ask(_INSERT, *map(list, zip(*rows, strict=True)), len(rows))
        return None if count == len(rows) else set(ids or ())

    async def _known(self, old: set[UUID], rows: Iterable[Row], new: set[UUID]) -> dict[UUID, Stored]:
        """What stands under the ids that were not new, or that came twice in this group."""
        known: dict[UUID, Stored] = {}
        for row in rows:
            if row[0] in new:
                known.setdefault(row[0], (row[DEVICE], row[HASH], row[VERDICT]))
        if old:
            records = await self._ask(_KNOWN, list(old))
            known |= {id: (device, hash, verdict) for id, device, hash, verdict in records}
            if not all(id in known for id in old):
                raise Away("a row was neither added nor found")
        return known

    async def _ask(self, statement: str, *values: Sequence[Any] | int) -> Sequence[Any]:
        try:
            connection = await self._open()
            return await connection.fetch(statement, *values, timeout=SECONDS)
        except asyncpg.PostgresError as refused:
            state = refused.sqlstate or ""
            if state.startswith(_DATA):
                raise RowFault(state) from refused
            raise await self._lost(refused) from refused
        except AWAY as gone:
            raise await self._lost(gone) from gone

    async def _open(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
            # the server may be set otherwise; an acknowledgement means that the disk has it
            await self._connection.execute("set synchronous_commit = on")
            self._away = False
        return self._connection

    async def _lost(self, why: Exception) -> Away:
        if not self._away:  # said once, not for every phone that comes again meanwhile
            log.warning("database away", why=type(why).__name__, code=getattr(why, "sqlstate", None))
        self._away = True
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
        return Away(type(why).__name__)


def _by_id(row: Row) -> int:
    number: int = row[0].int
    return number


def _by_sender_and_digest(row: Row) -> tuple[int, bytes]:
    # the same item sent again is kept once: two flushes that hold the same ones must come to them in one order
    return row[_DEVICE], row[_DIGEST]


def _judge(work: Work, place: int, row: Row, new: set[UUID], known: dict[UUID, Stored]) -> None:
    id = row[0]
    if id in new:  # the first in the group to name an id is the one that was added: both go in the same order
        new.discard(id)
        work.outcomes[place] = True, True, row[VERDICT]
        return
    device, hash, verdict = known[id]
    if hash == row[HASH]:
        work.outcomes[place] = False, device == row[DEVICE], verdict
    else:
        work.quarantine(place, OTHER_BODY)


def _settle(works: Iterable[Work], failed: Exception | None = None) -> None:
    for work in works:
        if work.done is None or work.done.done():
            continue  # the client went away
        if failed is None:
            work.done.set_result(None)
        else:
            work.done.set_exception(failed)
