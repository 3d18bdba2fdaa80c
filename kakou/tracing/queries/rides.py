"""Who sat in a vehicle with somebody, by what gates recorded. Within the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.kernel.ids import floor_of
from kakou.ledger.queries.checked import MARGIN, Chains, people_of, rows_of

# subject_kind 1: persons
AT_HAND = dt.timedelta(minutes=30)  # they pass the gate together with their vehicle
_RIDES = """select p.id, p.node_id, p.happened_at, p.vehicle, (p.detail ->> 'rides')::uuid from ledger_passage p
  where p.subject = any(%s) and p.subject_kind = 1 and p.crossed
  and p.happened_at between %s and %s and p.id >= %s and p.id < %s
  and (p.vehicle is not null or p.detail ? 'rides')"""
# a gate within an hour, by its index: joined with all rides at once, whole days would be read
_BESIDE = """select distinct beside.id, asked.ride
  from unnest(%s::int[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[])
    as asked(node, since, until, first, last, key, ride)
  cross join lateral (select p.id from ledger_passage p where p.node_id = asked.node
    and p.happened_at between asked.since and asked.until and p.id >= asked.first and p.id < asked.last
    and p.subject_kind = 1 and p.crossed
    and (p.vehicle = asked.key or (p.detail ->> 'rides')::uuid = asked.key) offset 0) beside"""


class Ride(NamedTuple):
    """Somebody sat in a vehicle at a gate (node) at that moment."""

    gate: int
    at: dt.datetime


class _Named(NamedTuple):
    """A ride, and the keys by which others name the same: the vehicle, the vehicle's own passage and its chain."""

    ride: Ride
    keys: frozenset[UUID]


def rode_with(subject: UUID, *, since: dt.datetime, until: dt.datetime) -> dict[UUID, list[Ride]]:
    """Everybody who sat in one vehicle with `subject` at a gate in that time → where and when, in order. What was
    corrected counts as it was corrected."""
    known = people_of({subject})
    keys = [*known.keys_of.get(known.subject(subject), (subject,))]
    rides = _rides(keys, since, until)
    if not rides:
        return {}
    beside = _beside(rides)
    held = {row.id: row for row in Chains(rows_of(beside.keys())).held}
    whose = people_of({row.subject for row in held.values()})
    found: dict[UUID, set[Ride]] = {}
    for id, row in held.items():
        other = whose.subject(row.subject)
        if other != known.subject(subject):
            found.setdefault(other, set()).update(rides[ride].ride for ride in beside.get(id, ()))
    return {other: sorted(together, key=lambda ride: ride.at) for other, together in found.items() if together}


def _rides(keys: Collection[UUID], since: dt.datetime, until: dt.datetime) -> list[_Named]:
    rows = _all(_RIDES, [[*keys], since, until, *_days(since, until)])
    held = {row.id for row in Chains(rows_of([row[0] for row in rows])).held}
    rows = [row for row in rows if row[0] in held]
    chains = Chains(rows_of({rides for *_, rides in rows if rides}))
    return [
        _Named(Ride(gate, at), frozenset({vehicle} - {None}) | (chains.together(rides) if rides else frozenset()))
        for _, gate, at, vehicle, rides in rows
    ]


def _beside(rides: Sequence[_Named]) -> Mapping[UUID, set[int]]:
    """Passage of anybody in the same vehicle → numbers of the rides."""
    asked = [(*_around(one.ride), key, number) for number, one in enumerate(rides) for key in one.keys]
    if not asked:
        return {}
    found: dict[UUID, set[int]] = {}
    for id, number in _all(_BESIDE, [list(column) for column in zip(*asked, strict=True)]):
        found.setdefault(id, set()).add(number)
    return found


def _around(ride: Ride) -> tuple[int, dt.datetime, dt.datetime, UUID, UUID]:
    """A gate, from when to when, and the ids between which passages of that time lie."""
    since, until = ride.at - AT_HAND, ride.at + AT_HAND
    first, last = _days(since, until)
    return ride.gate, since, until, first, last


def _days(since: dt.datetime, until: dt.datetime) -> tuple[UUID, UUID]:
    """Passages lie by the day of their ids: a clock that is a day off still has its own among these."""
    floor, ceiling = (moment.astimezone(dt.UTC).date() for moment in (since - MARGIN, until + 2 * MARGIN))
    return floor_of(floor), floor_of(ceiling)


def _all(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
    return rows
