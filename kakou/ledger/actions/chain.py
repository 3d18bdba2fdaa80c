"""What the intake found out after COMMIT: gaps and forks of each phone's chain, wrong clocks, items kept apart.

One fold over all that arrived, quarantined items included (they have their number in the chain too). It never refuses
anything: it opens work orders, and closes them when the gap fills or the clock is right again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.ledger.actions.cursors import Reach, at_cursor
from kakou.ledger.desk import UNDECIDED
from kakou.ledger.lane.chain import START, Chain, Link, Run, extend
from kakou.ledger.models import ChainState, FoldCursor, Quarantined
from kakou.ledger.rules import CLOCK_TROUBLE, Clock
from kakou.workorders.actions import Cause, Matter, close_causes, hold_open, open_many
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind, within

CURSOR = "chain"
BACKUP = "chain backup"  # holds the epoch ms up to which items were folded before the database was made from a backup
BATCH = 20_000
HOUR = dt.timedelta(hours=1)

CHAIN_GAP = Kind("chain_gap", "Items of a phone are missing", within(hours=24))
CHAIN_FORK = Kind("chain_fork", "A phone's chain forks", within(hours=4))
CLOCK = Kind("clock_trouble", "The clock of a phone is wrong", within(hours=4), recurs=True)
QUARANTINE = Kind("quarantine", "Items of a phone are in quarantine", within(hours=24), recurs=True, by_hand=False)
KINDS = (CHAIN_GAP, CHAIN_FORK, CLOCK, QUARANTINE)

MOST_GAPS = 100  # of a phone, that get an order of their own: the latest

_MS = "(extract(epoch from recorded_at) * 1000)::int8"
# (what, device, node, seq, prev, hash, clock, id, reason, recorded ms) of all committed after the cursor, up to `upto`
_NEWS = f"""select false, device_id, node_id, seq, prev_hash, hash, clock, id, '', {_MS} from ledger_passage
    where xid > %(after)s::text::xid8 and xid <= %(upto)s::text::xid8
      and (device_id is not null or corrects is not null)
  union all select true, device_id, node_id, seq, prev_hash, digest, 0, id, reason, {_MS}
    from ledger_quarantined
    where xid > %(after)s::text::xid8 and xid <= %(upto)s::text::xid8"""  # noqa: S608
_UPTO = """select case when count(*) < %(most)s then %(below)s - 1 else max(x::text::bigint) end
    from (select xid x from ledger_passage where xid > %(after)s::text::xid8 and xid < %(below)s::text::xid8
    order by xid limit %(most)s) n"""
_SINCE = """select greatest((select (extract(epoch from max(changed_at)) * 1000)::int8 from ledger_chainstate),
    (select xid from ledger_foldcursor where name = %(name)s), %(latest)s)"""


_CLOCK, _ID = 6, 7  # columns of `_NEWS`
_ID_ASTRAY = int(Clock.SKEWED | Clock.ID_DISAGREES)
# a day before and a day after its own are read with every day (`queries.day`)
_STRAYS = """insert into ledger_stray (id, node_id, happened_at) select id, node_id, happened_at from ledger_passage
  where id = any(%s) and (id < ledger_floor((happened_at at time zone 'utc')::date - 1)
    or id >= ledger_floor((happened_at at time zone 'utc')::date + 2)) on conflict do nothing"""
_AT_ONCE = 500  # ids in the plan of every partition


@dataclass
class _Device:
    """What arrived from one phone."""

    node: int = 0
    links: list[Link] = field(default_factory=list)
    clocks: list[tuple[int, int]] = field(default_factory=list)  # (seq, flags)
    kept_apart: list[tuple[UUID, str]] = field(default_factory=list)

    @property
    def clock(self) -> int | None:
        """Flags of the newest passage, None if none newer than those known came."""
        return max(self.clocks)[1] if self.clocks else None

    def forget_clocks_before(self, seq: int) -> None:
        """What comes late tells of a clock as it was; only the newest item tells whether it is right now."""
        self.clocks = [(number, flags) for number, flags in self.clocks if number >= seq]


def fold_chains(*, start: bytes, at: dt.datetime, most: int = BATCH) -> int:
    """Fold what arrived since the last call; how many items that was. One transaction with the cursor.

    `start`: what a phone's first item names before it, as it is stored (`RowMaker.fingerprint(chain.START)`).
    """
    with at_cursor(CURSOR) as reach:
        if restored := reach.restored:
            _take_stranded(reach, start, at)
        upto, rows = _read(reach, most)
        if rows:
            _take(rows, start, at)
            reach.move(upto)
        reach.nothing_new = not rows and not restored
    return len(rows)


def _take_stranded(reach: Reach, start: bytes, at: dt.datetime) -> None:
    """In a database made from a backup: fold what nobody had folded before it, and remember how far that reached. From
    there on reading goes by the new count of transactions, and passes once more over what is known."""
    rows = _read_between(reach.after, reach.below - 1)
    known = {"name": BACKUP, "latest": max((row[-1] for row in rows), default=0)}
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, known)
        (since,) = cursor.fetchone()
    _take(rows, start, at)
    FoldCursor.objects.update_or_create(name=BACKUP, defaults={"xid": since})
    reach.start_anew()


def _take(rows: Sequence[Sequence[Any]], start: bytes, at: dt.datetime) -> None:
    """Extend the chains by these rows, open and close what follows, and tell the audit what was kept apart."""
    _note_strays([row[_ID] for row in rows if row[_CLOCK] & _ID_ASTRAY])
    states = ChainState.objects.select_for_update().in_bulk({row[1] for row in rows})
    since = FoldCursor.objects.filter(name=BACKUP).values_list("xid", flat=True).first() or 0
    devices = _by_device(row for row in rows if row[-1] > since or not _is_known(row[3], states.get(row[1])))
    _settle(devices, states, start, at)
    for device, news in devices.items():
        for id, reason in news.kept_apart:
            audit.record("passage.quarantined", subject=id, by=None, at=at, node=news.node, device=device, code=reason)


def _is_known(seq: int | None, state: ChainState | None) -> bool:
    """Was this item of before the backup folded before it? One without a number is kept apart, and was told of."""
    return seq is None or (state is not None and any(first <= seq <= last for first, _, last, _ in state.runs))


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
        # held before it is read: somebody may be putting an item back
        asked = {int(cause) for cause in hold_open(QUARANTINE.name, open_causes(QUARANTINE.name)[QUARANTINE.name])}
        found = Quarantined.objects.filter(device_id__in=asked, state__in=UNDECIDED)
        done = asked - set(found.values_list("device_id", flat=True))
        return len(close_causes(QUARANTINE.name, done, at=at, healed="all_decided"))


def _read(reach: Reach, most: int) -> tuple[int, list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(_UPTO, {"after": reach.after, "below": reach.below, "most": most})
        upto: int = cursor.fetchone()[0]
    return upto, _read_between(reach.after, upto)


def _read_between(after: int, upto: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, {"after": after, "upto": upto})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _note_strays(passages: Sequence[UUID]) -> None:
    """Of these, whose ids were made by clocks that were off, remember which lie far from their day."""
    with connection.cursor() as cursor:
        for start in range(0, len(passages), _AT_ONCE):
            cursor.execute(_STRAYS, [list(passages[start : start + _AT_ONCE])])


def _by_device(rows: Iterable[Sequence[Any]]) -> dict[int, _Device]:
    devices: dict[int, _Device] = {}
    for apart, device, node, seq, prev, hash, clock, id, reason, _ in rows:
        if seq is None and not apart:
            continue  # from a desk: entered from quarantine, where it has its number; or a correction, which has none
        news = devices.setdefault(device, _Device())
        news.node = node
        if seq is not None and prev is not None:
            news.links.append(Link(seq, bytes(prev), bytes(hash)))
        if apart:
            news.kept_apart.append((id, reason))
        else:
            news.clocks.append((seq, clock))
    return devices


def _settle(devices: dict[int, _Device], states: Mapping[int, ChainState], start: bytes, at: dt.datetime) -> None:
    """Extend the chains and open and close what follows from them."""
    orders = _Orders()
    changed = []
    for device, news in devices.items():
        state = states.get(device) or ChainState(device_id=device)
        chain = extend(_chain(state), news.links, start=start)
        news.forget_clocks_before(state.head_seq)
        _write(state, chain, news, at)
        orders.of(device, news, chain)
        changed.append(state)
    ChainState.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["device_id"],
        update_fields=["node_id", "runs", "forks", "head_seq", "head_hash", "clock", "changed_at"],
    )  # fmt: skip
    orders.settle(at)


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
    """Collects what shall be open and what has healed. A wrong clock and items kept apart are conditions of the phone,
    which come and go; each gap and each fork is an event of its own: its cause is phone:number."""

    def __init__(self) -> None:
        self._gaps: dict[int, set[str]] = {}
        self._open: dict[str, list[Matter]] = {}
        self._close: dict[str, list[Cause]] = {}

    def of(self, device: int, news: _Device, chain: Chain) -> None:
        """What one phone's news mean."""
        self._gaps[device] = {f"{device}:{first}" for first, _ in chain.gaps}
        for first, last in chain.gaps[-MOST_GAPS:]:
            self._add(CHAIN_GAP, f"{device}:{first}", device, news, first=first, missing=min(last - first + 1, 10**9))
        for seq in chain.forks:
            self._add(CHAIN_FORK, f"{device}:{seq}", device, news, seq=seq)
        if news.clock is not None and news.clock & CLOCK_TROUBLE:
            self._add(CLOCK, device, device, news, flags=news.clock)
        elif news.clock is not None:
            self._close.setdefault(CLOCK.name, []).append(device)
        if news.kept_apart:
            self._add(QUARANTINE, device, device, news, code=news.kept_apart[0][1])

    def settle(self, at: dt.datetime) -> None:
        """Write them."""
        self._close[CHAIN_GAP.name] = self._healed_gaps()
        for kind, matters in self._open.items():
            open_many(kind, matters, at=at)
        for kind, causes in self._close.items():
            close_causes(kind, causes, at=at, healed="by_later_items")

    def _healed_gaps(self) -> list[Cause]:
        """The orders of gaps that are no more, or begin later since their first items came."""
        still = {
            cause: self._gaps.get(int(cause.partition(":")[0])) for cause in open_causes(CHAIN_GAP.name)[CHAIN_GAP.name]
        }
        return [cause for cause, gaps in still.items() if gaps is not None and cause not in gaps]

    def _add(self, kind: Kind, cause: Cause, device: int, news: _Device, **facts: int | str) -> None:
        self._open.setdefault(kind.name, []).append(Matter(cause, news.node, {"device": device, **facts}))


__all__ = ["CURSOR", "KINDS", "START", "anchor_heads", "close_emptied_quarantines", "fold_chains"]
