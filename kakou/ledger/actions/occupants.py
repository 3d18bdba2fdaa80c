"""对进出车辆、人员 (R51): whoever sits in a vehicle has a passage of his own; an order waits for who is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import connection

from kakou.kernel.ids import floor_of
from kakou.ledger.actions.backlog import LATE
from kakou.ledger.actions.cursors import Reach, at_cursor
from kakou.ledger.checks.kinds import OCCUPANTS_MISSING
from kakou.ledger.checks.rows import Checked
from kakou.ledger.queries.checked import MARGIN, Chains, people_of, rows_from, rows_of, rows_where
from kakou.ledger.rules import SubjectKind
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_among, open_causes

CURSOR = "occupants"
BATCH = 20_000  # passages of one transaction
PATIENCE = LATE  # a phone that records five people takes some minutes, and one with network sends soon
AT_HAND = dt.timedelta(minutes=30)  # they pass the gate together with their vehicle
RECORDED, CORRECTED = "recorded", "corrected"
# up to before the first passage that came in too recently: transactions of one moment commit in any order
_UPTO = """select coalesce(min(xid::text::bigint) filter (where recorded_at > %(limit)s) - 1,
    max(xid::text::bigint)) from (select xid, recorded_at from ledger_passage
    where xid > %(after)s::text::xid8 and xid < %(below)s::text::xid8 order by xid limit %(most)s) news"""
_VEHICLES = f"""p.xid > %s::text::xid8 and p.xid <= %s::text::xid8
  and ((p.subject_kind = {SubjectKind.VEHICLE:d} and p.detail ? 'aboard') or p.corrects is not null)"""
# each gate and hour by its index: joined with all of them at once, whole days would be read
_RIDERS = """unnest(%s::int[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[])
    as asked(node, first, last, low, high)
  cross join lateral (select q.* from ledger_passage q where q.node_id = asked.node
    and q.happened_at between asked.first and asked.last and q.id >= asked.low and q.id < asked.high
    and q.detail ? 'rides' offset 0) p
  join unnest(%s::text[]) as vehicle(id) on vehicle.id = p.detail ->> 'rides'"""


def fold_occupants(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at the vehicles that came in since the last call and a quarter of an hour ago at least, and again at those
    whose people are missing; one portion of them, 0 when nothing was left. Every minute."""
    if _portion(at, most):
        return 1
    with at_cursor(CURSOR) as reach:
        reach.nothing_new = not _look_again(at)
    return 0


def _portion(at: dt.datetime, most: int) -> bool:
    with at_cursor(CURSOR) as reach:
        upto = _upto(reach, at - PATIENCE, most)
        if upto is None or upto <= reach.after:
            reach.nothing_new = True
            return False
        rows = _with_what_they_rode_in(rows_where(_VEHICLES, [reach.after, upto]))
        _settle(Chains(rows), {row.id for row in rows}, at)
        reach.move(upto)
    return True


def _with_what_they_rode_in(rows: list[Checked]) -> list[Checked]:
    """And the vehicles of which a correction says that somebody sat in them, or did not."""
    ridden = {UUID(row.detail["rides"]) for row in Chains(rows).chained if "rides" in row.detail}
    return rows + rows_of(ridden - {row.id for row in rows})


def _upto(reach: Reach, limit: dt.datetime, most: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_UPTO, {"limit": limit, "after": reach.after, "below": reach.below, "most": most})
        found: int | None = cursor.fetchone()[0]
    if found is None and reach.restored:
        reach.start_anew()
        return _upto(reach, limit, most)
    return found


def _look_again(at: dt.datetime) -> bool:
    """Have those come in who were missing? False when nobody is."""
    waiting = {UUID(cause) for cause in open_causes(OCCUPANTS_MISSING.name)[OCCUPANTS_MISSING.name]}
    if not waiting:
        return False
    rows = rows_of(waiting)
    _settle(Chains(rows), {row.id for row in rows}, at)
    return True


def _settle(chains: Chains, looked_at: set[UUID], at: dt.datetime) -> None:
    """Open and close what these vehicles want."""
    vehicles = [row for row in chains.held if row.crossed and "aboard" in row.detail]
    counted = _recorded(vehicles, chains)
    short = {row.id: row for row in vehicles if counted[row.id] < row.detail["aboard"]}
    about = looked_at | chains.replaced.keys() | counted.keys()
    healed: dict[Cause, dict[str, str | int]] = {
        passage: _why(passage, chains, counted)
        for passage in map(UUID, open_among(OCCUPANTS_MISSING.name, about - short.keys()))
    }
    if healed:
        close_causes(OCCUPANTS_MISSING.name, healed, at=at)
    if short:
        matters = (_matter(row, counted[row.id]) for row in short.values())
        open_many(OCCUPANTS_MISSING.name, matters, at=at)


def _recorded(vehicles: Sequence[Checked], chains: Chains) -> dict[UUID, int]:
    """Vehicle's passage → how many different people have one that rides in it, or in a row that it corrects."""
    riders = Chains(_riders([*vehicles, *chains.chained])).held
    known = people_of({row.subject for row in riders})
    people: dict[str, set[UUID]] = {}
    for row in riders:
        people.setdefault(row.detail.get("rides", ""), set()).add(known.subject(row.subject))
    return {
        row.id: len(set[UUID]().union(*(people.get(str(passage), ()) for passage in chains.together(row.id))))
        for row in vehicles
    }


def _riders(vehicles: Collection[Checked]) -> list[Checked]:
    """Who sat in one of these vehicles: passages at their gates about then."""
    asked: dict[tuple[int, dt.datetime], list[dt.datetime]] = {}
    for row in vehicles:
        hour = row.happened_at.replace(minute=0, second=0, microsecond=0)
        asked.setdefault((row.node, hour), []).append(row.happened_at)
    if not asked:
        return []
    nodes, firsts = [node for node, _ in asked], [min(moments) - AT_HAND for moments in asked.values()]
    lasts = [max(moments) + AT_HAND for moments in asked.values()]
    lows, highs = [_floor(first - MARGIN) for first in firsts], [_floor(last + 2 * MARGIN) for last in lasts]
    ridden = [*{str(row.id) for row in vehicles}]
    found = rows_from(_RIDERS, [nodes, firsts, lasts, lows, highs, ridden])
    return [*{row.id: row for row in found}.values()]


def _floor(moment: dt.datetime) -> UUID:
    return floor_of(moment.astimezone(dt.UTC).date())


def _why(passage: UUID, chains: Chains, counted: Mapping[UUID, int]) -> dict[str, str | int]:
    if (by := chains.replaced.get(passage)) is not None:
        return {"passage": str(by), "healed": CORRECTED}
    return {"recorded": counted.get(passage, 0), "healed": RECORDED}


def _matter(row: Checked, recorded: int) -> Matter:
    facts: dict[str, str | int] = {"passage": str(row.id), "aboard": row.detail["aboard"], "recorded": recorded}
    return Matter(row.id, row.node, facts)
