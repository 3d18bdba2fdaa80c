"""Stays kept up: new passages folded exactly once, late ones into their subject only.

A subject is always folded whole, so folding twice changes nothing, and the rebuild makes what these make.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.ledger.actions.again import follow, taken
from kakou.ledger.actions.aside import fold_apart
from kakou.ledger.actions.backlog import LATE, Backlog
from kakou.ledger.actions.cursors import Reach, at_cursor
from kakou.ledger.actions.settling import settle, standing
from kakou.ledger.events import listeners, tell_folded
from kakou.ledger.queries.ground import FINGERPRINT, Ground, Land, read_land
from kakou.ledger.queries.histories import edges_around, histories, strangers_of, strangers_to, stretches
from kakou.people import queries as people

CURSOR = "stays"
BATCH = 20_000  # passages of one transaction: a longer one would hold up who reads the log of events
# A subject is folded whole, so twenty thousand new passages may need a million old ones. That many in memory at once
# took a worker 720 MB while a drill of 14 days came in; a stretch of these takes about 40
ROOM = 50_000

# passages of one transaction share its xid, so the last transaction of a batch is taken whole
_NEWS = f"""with upto as (select max(xid) as xid from (
    select xid from ledger_passage
    where xid > %s::text::xid8 and xid < %s::text::xid8 order by xid limit %s) news)
  select (select xid::text from upto), array_agg(distinct uuid_send(subject)), count(*),
  array_agg(distinct node_id) filter (where recorded_at - happened_at > interval '{LATE.total_seconds()} s'),
  {FINGERPRINT}, (select fingerprint from ledger_foldedland), exists (select from ledger_tofold)
  from ledger_passage where xid > %s::text::xid8 and xid <= (select xid from upto)"""  # noqa: S608


class Made(NamedTuple):
    """Rows of stays put and taken away, what they tell of (see `Settled`), subjects folded for it, and the most
    passages held in memory at once."""

    put: int = 0
    gone: int = 0
    begun: frozenset[tuple[int, bytes]] = frozenset()
    subjects: int = 0
    held: int = 0

    def and_also(self, more: Made) -> Made:
        """Both, one after the other."""
        return Made(
            self.put + more.put, self.gone + more.gone, self.begun | more.begun, self.subjects + more.subjects,
            max(self.held, more.held),
        )  # fmt: skip


@dataclass(frozen=True)
class Folded:
    """What one step did: new passages read, notes of who is to be folded again taken up, and what was made of both
    (see `Made`)."""

    passages: int = 0
    again: int = 0
    subjects: int = 0
    put: int = 0
    gone: int = 0
    held: int = 0

    @property
    def more(self) -> int:
        """0 when nothing was left to do: then the stays are what a rebuild would make."""
        return self.passages + self.again


class LandKeeper:
    """The land as last read, read again only when it changed. One per worker."""

    def __init__(self) -> None:
        self._print = ""
        self._land: Land | None = None

    def land(self, fingerprint: str) -> Land:
        """The land of now, within the caller's transaction and scope; `fingerprint` as the same transaction saw it."""
        if self._land is None or fingerprint != self._print:
            self._print, self._land = fingerprint, read_land()
        return self._land


def fold_new(
    *,
    at: dt.datetime,
    keeper: LandKeeper | None = None,
    backlog: Backlog | None = None,
    most: int = BATCH,
    room: int = ROOM,
) -> Folded:
    """Fold the passages that came since the last call, about `most` of them, and who is to be folded again because he
    moved or the land changed; about `room` passages are in memory at once, however many their subjects have. Call it
    until there is no `more`. `backlog` is told what is on its way.

    One transaction with the cursor, which is locked: two workers fold one after the other, and a crash leaves nothing
    half done. Reads up to the oldest transaction still open, so that one committed late is not passed over.
    """
    backlog = backlog or Backlog()
    with at_cursor(CURSOR) as reach, connection.cursor() as cursor:
        upto, subjects, passages, late, fingerprint, before, noted = _news(reach, most)
        if upto is None and not noted and fingerprint == before:
            reach.nothing_new, backlog.behind = True, False
            return Folded()
        land = (keeper or LandKeeper()).land(fingerprint)
        if fingerprint != before:
            follow(land, fingerprint)
        again, keys = taken(cursor, most)
        parts = fold_apart(keys.union(subjects or ()), lambda some: fold_whole(some, land, at, room=room), at=at)
        made = reduce(Made.and_also, parts, Made())
        for listener in listeners() if keys else ():
            listener.folded_again(keys)
        tell_folded(made.begun, None if upto is None else (reach.after, upto))
        if upto is not None:
            reach.move(upto)
    backlog.hear(_enclosures(late or (), land), land.topology.paths, behind=max(passages, again) >= most, at=at)
    return Folded(passages, again, made.subjects, made.put, made.gone, made.held)


def _news(reach: Reach, most: int) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, [reach.after, reach.below, most, reach.after])
        found: tuple[Any, ...] = cursor.fetchone()
    if reach.restored and found[0] is None:
        reach.start_anew()
        return _news(reach, most)
    return found


def _enclosures(gates: Collection[int], land: Land) -> set[int]:
    """Into which these gates lead; a reading inside ends no stay."""
    topology = land.topology
    return {topology.gates[gate] for gate in gates if gate in topology.gates and gate not in topology.readers}


def fold_whole(keys: Collection[bytes], land: Land, at: dt.datetime, *, room: int = ROOM) -> Made:
    """Make the stays of the subjects that `keys` belong to, and of those they share a chain of corrections with, within
    the caller's transaction, which holds the lock; about `room` passages are in memory at once."""
    known = _identities(keys)
    made, strangers = _make(known, land, at, room)
    if others := strangers - known.subject_of.keys():
        # who shares a chain with them has his stays changed too; whoever is in one with those only has not
        more, _ = _make(_identities(others), land, at, room)
        made = made.and_also(more)
    return made


def _make(known: _Known, land: Land, at: dt.datetime, room: int) -> tuple[Made, set[bytes]]:
    """The stays of these subjects; also the keys of all in one chain of corrections with them."""
    made, strange = Made(), set[bytes]()
    keys_of: dict[bytes, list[UUID]] = {}
    for key, subject in known.subject_of.items():
        keys_of.setdefault(subject, []).append(UUID(bytes=key))
    ground = Ground(land, land.homes(known.homes))
    for rows in stretches(known.subject_of, room):
        strangers = strangers_of(edges_around(rows))
        strange |= strangers.keys()
        subjects = {row[0] for row in rows}
        old = standing("subject = any(%s)", [[key for subject in subjects for key in keys_of.pop(subject)]])
        whose = histories(rows, strangers_to(known.subject_of, strangers), land.allowances)
        made = made.and_also(
            Made(*settle(whose, old, ground, at=at, subject_of=known.subject_of), len(subjects), len(rows))
        )
    if keys_of:  # nobody passed under these, or nobody does any more
        old = standing("subject = any(%s)", [[key for keys in keys_of.values() for key in keys]])
        made = made.and_also(Made(*settle((), old, ground, at=at, subject_of=known.subject_of), len(keys_of)))
    return made, strange


class _Known(NamedTuple):
    """Key → its subject; subject → node of his home."""

    subject_of: dict[bytes, bytes]
    homes: dict[bytes, int]


def _identities(keys: Collection[bytes]) -> _Known:
    found = people.identities([UUID(bytes=key) for key in keys])
    subject_of = {identity.key.bytes: identity.subject.bytes for identity in found}
    homes = {identity.subject.bytes: identity.home for identity in found if identity.home is not None}
    return _Known(subject_of, homes)
