"""What a trace found, written into the scoped tables: people, what exposed them, and what is counted only.

A derived row is written again by every run; what a person decided is never touched. Who is proposed and no longer borne
out by the ledger (a correction took the meeting away) is dismissed with that as the reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from kakou.audit import actions as audit
from kakou.kernel.ids import new_id
from kakou.ledger.lane.rows import KEEP_DAYS
from kakou.tracing.actions.planning import plan_again
from kakou.tracing.models import Exposure, Involved, Step, Trace
from kakou.tracing.policy import STRENGTH, Grade
from kakou.tracing.rules.standing import Move, Origin, Standing
from kakou.web.actions import announce, announce_at

NOT_BORNE_OUT = "The ledger does not bear it out any more."


@dataclass(frozen=True, slots=True)
class Proposed:
    """One contact as the tracer tells it: whose, on which node, and the columns of his exposure."""

    subject: UUID
    subject_kind: int
    node: int
    grade: Grade
    rank: float
    exposure_s: int
    encounters: int
    first: dt.datetime
    last: dt.datetime
    certain: bool
    reasons: Sequence[object]
    evidence: Sequence[object]


@dataclass(frozen=True, slots=True)
class Told:
    """What a run says besides its proposals. `found`: grade → how many; `elsewhere`: [name of a unit, how many]."""

    as_at: dt.datetime
    found: Mapping[str, int]
    elsewhere: Sequence[tuple[str, int]] = ()
    chain: Sequence[object] = ()


_STRONGER = " ".join(f"when '{grade.value}' then {rank}" for grade, rank in STRENGTH.items())
# whoever is in the outbreak already keeps where he stands; what follows from exposures is reckoned after them
_INVOLVED = f"""insert into tracing_involved as i
    (id, outbreak_id, node_id, subject, subject_kind, standing, origin, proposed, grade, rank, edition, since_at,
     last_at, case_state, found_at)
  select id, %(outbreak)s, node, subject, kind, 'proposed', '{Origin.LEDGER.value}', grade, '', rank, %(edition)s,
    to_timestamp(first), to_timestamp(last), '', %(at)s
  from json_to_recordset(%(rows)s) as t(id uuid, node int, subject uuid, kind smallint, grade text, rank float8,
    first float8, last float8)
  on conflict (outbreak_id, subject) do update set
    edition = case when i.standing = 'proposed' then excluded.edition else i.edition end
  returning id, subject"""  # noqa: S608 our own words
_EXPOSURE = """insert into tracing_exposure
    (id, source_id, target_id, node_id, trace_id, grade, rank, exposure_s, encounters, first_at, last_at, certain,
     edition, reasons, evidence, found_at, is_told)
  select id, %(source)s, target, node, %(trace)s, grade, rank, exposure, encounters, to_timestamp(first),
    to_timestamp(last), certain, %(edition)s, reasons, evidence, %(at)s, false
  from json_to_recordset(%(rows)s) as t(id uuid, target uuid, node int, grade text, rank float8, exposure int,
    encounters int, first float8, last float8, certain bool, reasons jsonb, evidence jsonb)
  on conflict (source_id, target_id, is_told) do update set trace_id = excluded.trace_id, grade = excluded.grade,
    rank = excluded.rank, exposure_s = excluded.exposure_s, encounters = excluded.encounters,
    first_at = excluded.first_at, last_at = excluded.last_at, certain = excluded.certain, edition = excluded.edition,
    reasons = excluded.reasons, evidence = excluded.evidence, found_at = excluded.found_at"""
# of a contact who came by the ledger alone all of it follows from his exposures; what was told of others only grows
_RECKONED = f"""update tracing_involved i set
    proposed = e.grade, rank = e.rank,
    since_at = case when i.origin = 'ledger' then e.first_at else least(i.since_at, e.first_at) end,
    last_at = case when i.origin = 'ledger' then e.last_at else greatest(i.last_at, e.last_at) end,
    found_at = case when e.last_at > i.last_at then %(at)s else i.found_at end
  from (select distinct on (target_id) target_id, grade, rank,
      min(first_at) over (partition by target_id) as first_at, max(last_at) over (partition by target_id) as last_at
    from tracing_exposure where target_id = any(%(people)s)
    order by target_id, (case grade {_STRONGER} end) desc, rank desc) e
  where i.id = e.target_id and i.number is null
    and (i.proposed, i.rank, i.since_at, i.last_at) is distinct from (e.grade, e.rank, e.first_at, e.last_at)"""  # noqa: S608


@transaction.atomic
def write_contacts(trace: Trace, proposed: Sequence[Proposed], told: Told, *, at: dt.datetime) -> None:
    """Put a run's proposals in place of those of the run before from the same source, in the worker's scope."""
    before = _locked(trace, [one.subject for one in proposed])
    known = _put_people(trace, proposed, at)
    with connection.cursor() as cursor:
        cursor.execute(_EXPOSURE, {
            "source": trace.source_id, "trace": trace.pk, "edition": trace.edition, "at": at,
            "rows": json.dumps([_exposure(one, known[one.subject]) for one in proposed]),
        })  # fmt: skip
    _reckon({*known.values(), *_taken_back(trace, at)}, before, at)
    finish(trace, told, proposed, at=at)


def take_back_all(source: Involved, *, at: dt.datetime) -> None:
    """Nothing that the ledger said of a source counts any more, because it is no case: who rested on it alone is
    dismissed, if he was only proposed."""
    gone = Exposure.objects.filter(source=source, is_told=False)
    whose = set(gone.values_list("target_id", flat=True))
    gone.delete()
    _reckon(whose, {}, at)


def _reckon(whose: Collection[UUID], before: Mapping[UUID, dt.datetime | None], at: dt.datetime) -> None:
    """Bring people to what their exposures say now, and whoever is followed to a plan of it."""
    if not whose:
        return
    with connection.cursor() as cursor:
        cursor.execute(_RECKONED, {"people": list(whose), "at": at})
    for one in Involved.objects.filter(pk__in=before, standing=Standing.FOLLOWED):
        if one.last_at != before[one.pk]:
            plan_again(one, at=at)
    _propose_again(whose, at)
    _dismiss_unfounded(whose, at)


def finish(trace: Trace, told: Told, proposed: Sequence[Proposed] = (), *, at: dt.datetime) -> None:
    """The run is over: what it found, and a hash by which two runs can be told to say the same."""
    text = json.dumps([sorted(_digested(one) for one in proposed), told.chain], sort_keys=True, default=str)
    trace.state, trace.finished_at, trace.as_at = Trace.State.DONE, at, told.as_at
    trace.found, trace.elsewhere, trace.chain = dict(told.found), list(told.elsewhere), list(told.chain)
    trace.result_hash = hashlib.sha256(text.encode()).hexdigest()
    trace.save(update_fields=["state", "finished_at", "as_at", "found", "elsewhere", "chain", "result_hash"])
    announce_at("cases.changed", {trace.node_id, *(one.node for one in proposed)})


def ended(trace: Trace, *, at: dt.datetime) -> None:
    """When the answer was there."""
    trace.finished_at = at
    trace.save(update_fields=["finished_at"])


def fail(trace: Trace, trouble: str, *, at: dt.datetime) -> None:
    """The run ended without an answer; `trouble` is a code."""
    trace.state, trace.finished_at, trace.trouble = Trace.State.FAILED, at, trouble[:40]
    trace.save(update_fields=["state", "finished_at", "trouble"])
    announce("cases.changed", node=trace.node_id)


def _put_people(trace: Trace, proposed: Sequence[Proposed], at: dt.datetime) -> dict[UUID, UUID]:
    if not proposed:
        return {}
    rows = [
        {
            "id": str(new_id()), "node": one.node, "subject": str(one.subject), "kind": one.subject_kind,
            "grade": one.grade.value, "rank": one.rank, "first": one.first.timestamp(), "last": one.last.timestamp(),
        }
        for one in proposed
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            _INVOLVED,
            {"outbreak": trace.outbreak_id, "edition": trace.edition, "at": at, "rows": json.dumps(rows)},
        )
        return {subject: id for id, subject in cursor.fetchall()}


def _locked(trace: Trace, subjects: Sequence[UUID]) -> dict[UUID, dt.datetime | None]:
    """Everybody whom this may change, held until the transaction ends; with the last exposure known so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, last_at from tracing_involved where outbreak_id = %s and (subject = any(%s)"
            " or id in (select target_id from tracing_exposure where source_id = %s)) order by id for update",
            [trace.outbreak_id, list(subjects), trace.source_id],
        )
        return dict(cursor.fetchall())


def _exposure(one: Proposed, target: UUID) -> dict[str, Any]:
    return {
        "id": str(new_id()), "target": str(target), "node": one.node, "grade": one.grade.value, "rank": one.rank,
        "exposure": one.exposure_s, "encounters": one.encounters, "first": one.first.timestamp(),
        "last": one.last.timestamp(), "certain": one.certain, "reasons": one.reasons, "evidence": one.evidence,
    }  # fmt: skip


def _digested(one: Proposed) -> tuple[str, str, int, int, str, str]:
    first, last = one.first.isoformat(), one.last.isoformat()
    return str(one.subject), one.grade.value, one.exposure_s, one.encounters, first, last


def _taken_back(trace: Trace, at: dt.datetime) -> set[UUID]:
    """Whom an earlier run from the same source named and this one does not; what lies before the days that the ledger
    is kept stays, because no run can see it any more."""
    gone = Exposure.objects.filter(
        source=trace.source_id, is_told=False, first_at__gte=at - dt.timedelta(days=KEEP_DAYS)
    ).exclude(trace=trace.pk)
    whose = set(gone.values_list("target_id", flat=True))
    gone.delete()
    return whose


def _dismiss_unfounded(whose: Collection[UUID], at: dt.datetime) -> None:
    left = Involved.objects.filter(
        pk__in=whose, standing=Standing.PROPOSED, origin=Origin.LEDGER, number=None, exposures=None
    )
    _move(left, Standing.DISMISSED, Move.DISMISSED, NOT_BORNE_OUT, at)


def _propose_again(whose: Collection[UUID], at: dt.datetime) -> None:
    """Whom nobody but the ledger's correction dismissed, and whom it names again."""
    last = Step.objects.filter(involved=OuterRef("pk")).order_by("-at", "-pk")
    by_itself = Involved.objects.filter(
        pk__in=whose, standing=Standing.DISMISSED, number=None, exposures__isnull=False
    ).annotate(_move=Subquery(last.values("move")[:1]), _by=Subquery(last.values("by_id")[:1]))
    _move(by_itself.filter(_move=Move.DISMISSED, _by=None).distinct(), Standing.PROPOSED, Move.FOUND, "", at)


def _move(people: QuerySet[Involved], standing: Standing, move: Move, reason: str, at: dt.datetime) -> None:
    moved = list(people)
    for one in moved:
        one.standing = standing
        told = {"reason": reason} if reason else {}
        audit.record(f"involved.{move.value}", subject=one.pk, by=None, at=at, node=one.node_id, **told)
    Involved.objects.bulk_update(moved, ["standing"])
    Step.objects.bulk_create(Step(involved=one, node_id=one.node_id, move=move, at=at, reason=reason) for one in moved)
    announce_at("cases.changed", {one.node_id for one in moved})
