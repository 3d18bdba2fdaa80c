"""What is past its time is destroyed: passages, then what was made of them, what was kept apart, what was said of it,
fevers that ended, who was asked again, whose shifts phones told of and who was expected.

A stay that is still open is not forgotten silently: somebody is asked to find out, and it goes when he has said what
became of it. 时间上实行闭环: the loop closes with evidence or not at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from kakou.access.actions import forget_shifts
from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.ledger.actions.chain import QUARANTINE
from kakou.ledger.actions.cursors import at_cursor
from kakou.ledger.actions.days import forget
from kakou.ledger.actions.paper import forget_paper
from kakou.ledger.actions.stays import CURSOR
from kakou.ledger.actions.visits import forget_visits
from kakou.ledger.desk import UNDECIDED
from kakou.ledger.events import QUARTER, listeners
from kakou.ledger.lane.rows import KEEP_DAYS
from kakou.ledger.models import Passage, Quarantined, Stay, Stray
from kakou.ledger.stays.orders import OF_A_STAY, OrderKind
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import VISIT, StayState
from kakou.screening.actions.audits import forget_audits
from kakou.screening.actions.fever import forget_fevers
from kakou.workorders.actions import Matter, close_causes, forget_evidence, forget_exhibits, open_many
from kakou.workorders.queries import closed_by_hand

AT_ONCE = 2_000
FORGOTTEN = "forgotten"
_FIRST = UUID(int=0)
# that of its ends which have a passage have none any more; who has neither end rests on the passage that bounds him
_BARE = """select id, node_id, state = %s from ledger_stay s
  where id > %s and coalesce(until_at, since_at) < %s
  and not exists (select from ledger_passage p where p.id = s.enter_passage)
  and not exists (select from ledger_passage p where p.id = s.leave_passage)
  and (enter_passage is not null or leave_passage is not null
    or not exists (select from ledger_passage p where p.id = s.bound_passage))
  order by id limit %s"""
# as `stays.touched` tells of what is deleted
_BEGUN = f"""select distinct floor(date_part('epoch', moment) * 1000 / {QUARTER})::int8
  from ledger_stay s cross join lateral (
    select case kind when %s then since_at else until_at end as moment
    union all select max(until_at) from ledger_stay b where b.subject = s.subject and b.node_id = s.node_id
      and b.kind = s.kind and b.until_at <= s.since_at and b.id <> s.id and s.kind <> %s) begun
  where id = any(%s) and moment is not null"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each were destroyed, and how many open stays wait for somebody to say what became of them."""

    passages: int
    stays: int
    open: int
    quarantined: int
    steps: int
    fevers: int
    spot_audits: int
    shifts: int
    visits: int

    def facts(self) -> dict[str, int]:
        """By name."""
        return asdict(self)


class _Bare(NamedTuple):
    id: UUID
    node: int
    is_open: bool


def forget_all(*, keep_days: int = KEEP_DAYS, by: Staff | None, at: dt.datetime) -> Forgotten:
    """Destroy what is more than `keep_days` days old, each kind in transactions of its own; broken off, the next run
    does the rest. Needs the worker's role.
    """
    before = at - dt.timedelta(days=keep_days)
    passages = forget(keep_days=keep_days, by=by, at=at)
    stays, still_open = forget_stays(before=before, by=by, at=at)
    quarantined = forget_quarantined(before=before, by=by, at=at)
    with acting_as_system():
        Stray.objects.exclude(id__in=Passage.objects.values("id")).delete()
        steps = forget_evidence(before=before, by=by, at=at)
        forget_exhibits(before=before, by=by, at=at)
    with acting_as_system():
        fevers = forget_fevers(before=before, by=by, at=at)
    with acting_as_system():
        audits = forget_audits(before=before, by=by, at=at)
    with acting_as_system():
        shifts = forget_shifts(before=before, by=by, at=at)
    visits = forget_visits(by=by, at=at)
    forget_paper(by=by, at=at)
    return Forgotten(passages, stays, still_open, quarantined, steps, fevers, audits, shifts, visits)


def forget_stays(*, before: dt.datetime, by: Staff | None, at: dt.datetime) -> tuple[int, int]:
    """Destroy the stays that ended before that moment and none of whose passages is kept, as the fold would the next
    time it saw their subject; how many. Also how many are open still: each has an order then."""
    after: UUID | None = _FIRST
    gone = still_open = 0
    while after is not None:
        with at_cursor(CURSOR), connection.cursor() as cursor:
            cursor.execute(_BARE, [STATES[StayState.OPEN], after, before, AT_ONCE])
            bare = [_Bare(*row) for row in cursor.fetchall()]
            ended, left = _sorted(bare)
            gone += _destroy(ended, by, at)
            open_many(OrderKind.OUTLASTING, [Matter(stay.id, stay.node) for stay in left], at=at)
        still_open += len(left)
        after = bare[-1].id if len(bare) == AT_ONCE else None
    return gone, still_open


def _sorted(bare: Sequence[_Bare]) -> tuple[list[UUID], list[_Bare]]:
    """Those that may go, because they ended or somebody said what became of them, and those still to be asked about."""
    said = closed_by_hand(OrderKind.OUTLASTING, [str(stay.id) for stay in bare if stay.is_open])
    left = [stay for stay in bare if stay.is_open and str(stay.id) not in said]
    asked = {stay.id for stay in left}
    return [stay.id for stay in bare if stay.id not in asked], left


def _destroy(stays: Sequence[UUID], by: Staff | None, at: dt.datetime) -> int:
    if not stays:
        return 0
    unsettled = sum(len(close_causes(kind, stays, at=at, state=FORGOTTEN)) for kind in sorted(OF_A_STAY))
    _tell_forgotten(stays)
    gone, _ = Stay.objects.filter(pk__in=stays).delete()
    audit.record("stays.forgotten", subject=None, by=by.pk if by else None, at=at, rows=gone, unsettled=unsettled)
    return gone


def _tell_forgotten(stays: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, [KINDS[VISIT], KINDS[VISIT], list(stays)])
        quarters = {quarter for (quarter,) in cursor.fetchall()}
    for listener in listeners() if quarters else ():
        listener.forgotten(quarters)


@transaction.atomic
def forget_quarantined(*, before: dt.datetime, by: Staff | None, at: dt.datetime) -> int:
    """Destroy the items that arrived before that moment, decided or not: their content cannot be read any longer than
    that of passages. How many nobody decided on stands in the audit and in the order of their phone."""
    with acting_as_system():
        old = Quarantined.objects.filter(recorded_at__lt=before)
        undecided = list(old.filter(state__in=UNDECIDED).values_list("device_id", flat=True))
        gone, _ = old.delete()
        if gone:
            waiting = Quarantined.objects.filter(device_id__in=undecided, state__in=UNDECIDED)
            done = set(undecided) - set(waiting.values_list("device_id", flat=True))
            close_causes(QUARANTINE.name, done, at=at, healed=FORGOTTEN)
            audit.record(
                "quarantine.forgotten", subject=None, by=by.pk if by else None, at=at, rows=gone,
                undecided=len(undecided), until=before.date().isoformat(),
            )  # fmt: skip
    return gone
