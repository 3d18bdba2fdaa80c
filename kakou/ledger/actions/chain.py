"""What the intake found out after COMMIT: gaps and forks of each phone's chain, wrong clocks, items kept apart.

One fold over all that arrived, quarantined items included (they have their number in the chain too). It never refuses
anything: it opens work orders, and closes them when the gap fills or the clock is right again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.ledger.lane.chain import START, Chain, Link, Run, extend
from kakou.ledger.models import ChainState, Quarantined
from kakou.ledger.models.quarantine import WAITING
from kakou.ledger.rules import CLOCK_TROUBLE
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN, Kind

CURSOR = "chain"
BATCH = 20_000
HOUR = dt.timedelta(hours=1)

CHAIN_GAP = Kind("chain_gap", "Items of a phone are missing", 24 * HOUR, recurs=True)
CHAIN_FORK = Kind("chain_fork", "A phone's chain forks", 4 * HOUR)
CLOCK = Kind("clock_trouble", "The clock of a phone is wrong", 4 * HOUR, recurs=True)
QUARANTINE = Kind("quarantine", "Items of a phone are in quarantine", 24 * HOUR, recurs=True)
KINDS = (CHAIN_GAP, CHAIN_FORK, CLOCK, QUARANTINE)

# (what, device, node, seq, prev, hash, clock, id, reason) of all that was committed after the cursor and up to `upto`
_NEWS = """select false, device_id, node_id, seq, prev_hash, hash, clock, id, '' from ledger_passage
    where xid > %(after)s::text::xid8 and xid <= %(upto)s::text::xid8 and device_id is not null
  union all select true, device_id, node_id, seq, prev_hash, digest, 0, id, reason from ledger_quarantined
    where xid > %(after)s::text::xid8 and xid <= %(upto)s::text::xid8"""
# transactions still open may commit below what was read, so reading ends before the oldest of them
_UPTO = """select case when count(*) < %(most)s then (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)
    else max(x::text::bigint) end from (select xid x from ledger_passage where xid > %(after)s::text::xid8
    and xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid limit %(most)s) n"""


@dataclass
class _Device:
    """What arrived from one phone."""

    node: int = 0
    links: list[Link] = field(default_factory=list)
    clocks: list[tuple[int, int]] = field(default_factory=list)  # (seq, flags)
    kept_apart: list[tuple[UUID, str]] = field(default_factory=list)

    @property
    def clock(self) -> int | None:
        """Flags of the newest passage, None if none came."""
        return max(self.clocks)[1] if self.clocks else None


def fold_chains(*, start: bytes, at: dt.datetime, most: int = BATCH) -> int:
    """Fold what arrived since the last call; how many items that was. One transaction with the cursor.

    `start`: what a phone's first item names before it, as it is stored (`RowMaker.fingerprint(chain.START)`).
    """
    with acting_as_system():
        after = _locked_cursor()
        upto, rows = _read(after, most)
        if not rows:
            return 0
        devices = _by_device(rows)
        for device, news in _settle(devices, start, at).items():
            for id, reason in news.kept_apart:
                audit.record(
                    "passage.quarantined", subject=id, by=None, at=at, node=news.node, device=device, code=reason
                )
        with connection.cursor() as cursor:
            cursor.execute("update ledger_foldcursor set xid = %s where name = %s", [upto, CURSOR])
    return len(rows)


@transaction.atomic
def anchor_heads(*, at: dt.datetime) -> int:
    """Put the head of every chain that grew since the last time into the audit chain; how many. Daily."""
    with acting_as_system():
        grown = list(ChainState.objects.select_for_update().exclude(head_seq=0).order_by("device_id"))
        grown = [state for state in grown if state.head_seq > state.anchored_seq]
        for state in grown:
            audit.record(
                "chain.head", subject=str(state.device_id), by=None, at=at, node=state.node_id, seq=state.head_seq,
                head=bytes(state.head_hash), gaps=len(_chain(state).gaps), forks=len(state.forks),
            )  # fmt: skip
            state.anchored_seq = state.head_seq
        ChainState.objects.bulk_update(grown, ["anchored_seq"])
    return len(grown)


def close_emptied_quarantines(*, at: dt.datetime) -> int:
    """Close the orders of phones all of whose quarantined items somebody has decided on; how many. Every minute."""
    with acting_as_system():
        orders = WorkOrder.objects.filter(kind=QUARANTINE.name, state__in=STILL_OPEN)
        asked = {int(cause) for cause in orders.values_list("cause", flat=True)}
        waiting = Quarantined.objects.filter(device_id__in=asked, state=WAITING).values_list("device_id", flat=True)
        return len(close_causes(QUARANTINE.name, asked - set(waiting), at=at, healed="all_decided"))


def _locked_cursor() -> int:
    with connection.cursor() as cursor:
        cursor.execute("insert into ledger_foldcursor (name, xid) values (%s, 0) on conflict do nothing", [CURSOR])
        cursor.execute("select xid from ledger_foldcursor where name = %s for update", [CURSOR])
        after: int = cursor.fetchone()[0]
    return after


def _read(after: int, most: int) -> tuple[int, list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(_UPTO, {"after": after, "most": most})
        upto = cursor.fetchone()[0]
        cursor.execute(_NEWS, {"after": after, "upto": upto})
        return upto, cursor.fetchall()


def _by_device(rows: Iterable[Sequence[Any]]) -> dict[int, _Device]:
    devices: dict[int, _Device] = {}
    for apart, device, node, seq, prev, hash, clock, id, reason in rows:
        news = devices.setdefault(device, _Device())
        news.node = node
        if seq is not None and prev is not None:
            news.links.append(Link(seq, bytes(prev), bytes(hash)))
        if apart:
            news.kept_apart.append((id, reason))
        elif seq is not None:
            news.clocks.append((seq, clock))
    return devices


def _settle(devices: dict[int, _Device], start: bytes, at: dt.datetime) -> dict[int, _Device]:
    """Extend the chains and open and close what follows from them."""
    states = {state.device_id: state for state in ChainState.objects.select_for_update().filter(pk__in=devices)}
    orders = _Orders()
    changed = []
    for device, news in devices.items():
        state = states.get(device) or ChainState(device_id=device)
        chain = extend(_chain(state), news.links, start=start)
        _write(state, chain, news, at)
        orders.of(device, news, chain)
        changed.append(state)
    ChainState.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["device_id"],
        update_fields=["node_id", "runs", "forks", "head_seq", "head_hash", "clock", "changed_at"],
    )  # fmt: skip
    orders.settle(at)
    return devices


def _write(state: ChainState, chain: Chain, news: _Device, at: dt.datetime) -> None:
    state.node_id, state.changed_at = news.node, at
    state.runs = [[run.first, run.prev.hex(), run.last, run.hash.hex()] for run in chain.runs]
    state.forks = list(chain.forks)
    state.head_seq, state.head_hash = chain.head
    if news.clock is not None:
        state.clock = news.clock


def _chain(state: ChainState) -> Chain:
    runs = [Run(first, bytes.fromhex(prev), last, bytes.fromhex(hash)) for first, prev, last, hash in state.runs]
    return Chain(tuple(runs), tuple(state.forks))


class _Orders:
    """Collects what shall be open and what has healed; the cause is always the phone."""

    def __init__(self) -> None:
        self._open: dict[str, list[Matter]] = {}
        self._close: dict[str, list[Cause]] = {}

    def of(self, device: int, news: _Device, chain: Chain) -> None:
        """What one phone's news mean."""
        gaps = chain.gaps
        if gaps:
            missing = sum(last - first + 1 for first, last in gaps)
            self._add(CHAIN_GAP, device, news, first=gaps[0][0], missing=min(missing, 10**9))
        else:
            self._close.setdefault(CHAIN_GAP.name, []).append(device)
        if chain.forks:
            self._add(CHAIN_FORK, device, news, seq=chain.forks[0])
        if news.clock is not None and news.clock & CLOCK_TROUBLE:
            self._add(CLOCK, device, news, flags=news.clock)
        elif news.clock is not None:
            self._close.setdefault(CLOCK.name, []).append(device)
        if news.kept_apart:
            self._add(QUARANTINE, device, news, code=news.kept_apart[0][1])

    def settle(self, at: dt.datetime) -> None:
        """Write them."""
        for kind, matters in self._open.items():
            open_many(kind, matters, at=at)
        for kind, causes in self._close.items():
            close_causes(kind, causes, at=at, healed="by_later_items")

    def _add(self, kind: Kind, device: int, news: _Device, **facts: int | str) -> None:
        self._open.setdefault(kind.name, []).append(Matter(device, news.node, {"device": device, **facts}))


__all__ = ["CURSOR", "KINDS", "START", "anchor_heads", "close_emptied_quarantines", "fold_chains"]
