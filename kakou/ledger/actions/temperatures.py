"""测温枪不能“虚晃一枪” (article line 13, R31): equal temperatures in a row by one recorder are asked about."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.kernel.ids import floor_of
from kakou.kernel.time import day_in
from kakou.ledger.actions.cursors import portion
from kakou.ledger.checks.kinds import EQUAL_TEMPERATURES
from kakou.ledger.queries.checked import MARGIN
from kakou.ledger.queries.rulebook import RuleBook
from kakou.screening.rules.honesty import Reading, equal_runs
from kakou.web.queries import site_zone
from kakou.workorders.actions import Matter, open_many
from kakou.workorders.queries import ever_about

CURSOR = "temperatures"
BATCH = 20_000  # passages of one transaction
AROUND = 60  # readings beside the new ones: several times the longest run that is nobody's matter
LEAST = "equal_run"  # of a pack: so many in a row are asked about

# at which gate who measured (a recorder by his number, else a phone by its own, negative), and between which moments
_NEWS = """select node_id, array_agg(distinct coalesce(recorder, -device_id)), min(happened_at), max(happened_at)
  from ledger_passage where xid > %s::text::xid8 and xid <= %s::text::xid8 and temperature is not null
  and corrects is null and coalesce(recorder, device_id) is not null group by node_id"""
# a correction writes a temperature again and measures nothing
_SIDE = """(select coalesce(recorder, -device_id) as who, id, temperature, happened_at, pack from ledger_passage p
    where p.node_id = asked.node and p.happened_at {side} and p.id >= %(floor)s and p.id < %(ceiling)s
    and p.temperature is not null and p.corrects is null
    and coalesce(p.recorder, -p.device_id) = any(string_to_array(asked.whose, ',')::int[])
    order by p.happened_at {order}, p.id {order} {limit})"""
_LIMIT = "limit %(around)s * asked.many"
_READINGS = f"""select found.who, found.id, found.temperature, found.happened_at, found.pack, asked.node
  from unnest(%(node)s::int[], %(whose)s::text[], %(many)s::int[], %(first)s::timestamptz[], %(last)s::timestamptz[])
  as asked(node, whose, many, first, last) cross join lateral (
    {_SIDE.format(side="< asked.first", order="desc", limit=_LIMIT)}
    union all {_SIDE.format(side="between asked.first and asked.last", order="asc", limit="")}
    union all {_SIDE.format(side="> asked.last", order="asc", limit=_LIMIT)}) found"""  # noqa: S608


class _Row(NamedTuple):
    """One measurement, in the order of `_READINGS`."""

    who: int
    id: UUID
    tenths: int
    at: dt.datetime
    pack: str
    node: int


class _News(NamedTuple):
    """Between which moments some people measured anew at a gate."""

    node: int
    whose: list[int]
    first: dt.datetime
    last: dt.datetime


def fold_temperatures(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at what was measured since the last call; one portion of it, 0 when nothing was left. Every minute."""
    return int(portion(CURSOR, lambda after, upto: _take(after, upto, at), most=most))


def _take(after: int, upto: int, at: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, [after, upto])
        news = [_News(*row) for row in cursor.fetchall()]
    rules, around = RuleBook(), AROUND
    while news:
        found = _read(news, around)
        told = [run for some in _by_day(found) for run in _runs(some, rules)]
        cut = _cut_off(found, told, news, around)
        _open([run for run in told if run[0].node not in cut], at)
        news, around = [one for one in news if one.node in cut], around * 4


def _read(news: Sequence[_News], around: int) -> list[_Row]:
    """The new readings of some people at their gates, and so many before and after them."""
    days = {"floor": min(one.first for one in news) - MARGIN, "ceiling": max(one.last for one in news) + 2 * MARGIN}
    floors = {name: floor_of(moment.astimezone(dt.UTC).date()) for name, moment in days.items()}
    asked: dict[str, Any] = {
        "node": [one.node for one in news], "whose": [",".join(map(str, one.whose)) for one in news],
        "many": [len(one.whose) for one in news], "first": [one.first for one in news],
        "last": [one.last for one in news], "around": around,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_READINGS, asked | floors)
        return [_Row(*row) for row in cursor.fetchall()]


def _by_day(found: Iterable[_Row]) -> list[list[_Row]]:
    """What each measured on a day of the site, in order of time."""
    zone, whose = site_zone(), dict[tuple[int, dt.date], list[_Row]]()
    for row in sorted(found, key=lambda row: (row.at, row.id)):
        whose.setdefault((row.who, day_in(zone, row.at)), []).append(row)
    return [*whose.values()]


def _runs(rows: Sequence[_Row], rules: RuleBook) -> list[list[_Row]]:
    """The runs that are long enough by the rules of their first reading."""
    place = {row.id: at for at, row in enumerate(rows)}
    found = []
    for run in equal_runs([Reading(row.id, row.tenths) for row in rows], least=2):
        start = place[run.first]
        if run.many >= _least(rules, rows[start].pack):
            found.append([*rows[start : start + run.many]])
    return found


def _least(rules: RuleBook, version: str) -> int:
    return rules.params(version).get(LEAST) or rules.default[LEAST]


def _cut_off(found: Sequence[_Row], told: Sequence[list[_Row]], news: Sequence[_News], around: int) -> set[int]:
    """The gates of runs that may have begun before all that was read there."""
    since = {one.node: (one.first, around * len(one.whose)) for one in news}
    before = Counter(row.node for row in found if row.at < since[row.node][0])
    full = {node for node, (_, most) in since.items() if before[node] >= most}
    earliest: dict[tuple[int, int], _Row] = {}
    for row in sorted(found, key=lambda row: (row.at, row.id)):
        earliest.setdefault((row.who, row.node), row)
    return {run[0].node for run in told if run[0].node in full and run[0] == earliest[run[0].who, run[0].node]}


def _open(runs: Sequence[list[_Row]], at: dt.datetime) -> None:
    """One order for each run, however it grows, and whichever of its readings comes in later."""
    known = ever_about(EQUAL_TEMPERATURES.name, [str(row.id) for run in runs for row in run]) if runs else set()
    fresh = [run for run in runs if known.isdisjoint(str(row.id) for row in run)]
    matters = [
        Matter(first.id, first.node, {"passage": str(first.id), "many": len(run), "tenths": first.tenths})
        for run in fresh
        for first in run[:1]
    ]
    if matters:
        open_many(EQUAL_TEMPERATURES.name, matters, at=at)
