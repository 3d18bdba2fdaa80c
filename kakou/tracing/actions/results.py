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
from typing import Any, NamedTuple
from uuid import UUID

import xxhash
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from kakou.audit import actions as audit
from kakou.kernel.ids import new_id
from kakou.ledger.lane.rows import KEEP_DAYS
from kakou.tracing.actions.planning import plan_again
from kakou.tracing.models import Exposure, Involved, Step, Trace
from kakou.tracing.policy import Grade
from kakou.tracing.queries.cases import STRENGTH_OF
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


Rows = Sequence[Mapping[str, Any]]  # of exposures, as they are written


class Known(NamedTuple):
    """Somebody who is in the outbreak already, and by which edition he is told."""

    id: UUID
    edition: str


class Held(NamedTuple):
    """Somebody whom a run may change, as he stood before it; nobody else changes him meanwhile."""

    standing: str
    last_at: dt.datetime | None


class Said(NamedTuple):
    """What an exposure says that is written already."""

    digest: UUID | None
    grade: str
    rank: float
    first_at: dt.datetime
    last_at: dt.datetime


_STRONGER = " ".join(f"when '{grade}' then {rank}" for grade, rank in STRENGTH_OF.items())
# what follows from exposures is reckoned after them
_INVOLVED = f"""insert into tracing_involved
    (id, outbreak_id, node_id, subject, subject_kind, standing, origin, proposed, grade, rank, edition, since_at,
     last_at, case_state, found_at)
  select id, %(outbreak)s, node, subject, kind, 'proposed', '{Origin.LEDGER.value}', grade, '', rank, %(edition)s,
    to_timestamp(first), to_timestamp(last), '', %(at)s
  from json_to_recordset(%(rows)s) as t(id uuid, node int, subject uuid, kind smallint, grade text, rank float8,
    first float8, last float8)
  on conflict (outbreak_id, subject) do nothing returning subject, id"""  # noqa: S608 our own words
_EXPOSURE = """insert into tracing_exposure
    (id, source_id, target_id, node_id, trace_id, grade, rank, exposure_s, encounters, first_at, last_at, certain,
     edition, reasons, evidence, found_at, is_told, digest)
  select id, %(source)s, target, node, %(trace)s, grade, rank, exposure, encounters, to_timestamp(first),
    to_timestamp(last), certain, %(edition)s, reasons, evidence, %(at)s, false, digest
  from json_to_recordset(%(rows)s) as t(id uuid, target uuid, node int, grade text, rank float8, exposure int,
    encounters int, first float8, last float8, certain bool, reasons jsonb, evidence jsonb, digest uuid)
  on conflict (source_id, target_id, is_told) do update set trace_id = excluded.trace_id, grade = excluded.grade,
    rank = excluded.rank, exposure_s = excluded.exposure_s, encounters = excluded.encounters,
    first_at = excluded.first_at, last_at = excluded.last_at, certain = excluded.certain, edition = excluded.edition,
    reasons = excluded.reasons, evidence = excluded.evidence, found_at = excluded.found_at, digest = excluded.digest"""
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
# the same of somebody proposed to whom one exposure is added, without looking at those that he had
_STRENGTHENED = f"""update tracing_involved i set
    proposed = case when t.stronger then t.grade else i.proposed end,
    rank = case when t.stronger then t.rank else i.rank end,
    since_at = least(i.since_at, t.first_at), last_at = greatest(i.last_at, t.last_at),
    found_at = case when t.last_at > i.last_at then %(at)s else i.found_at end
  from (select p.id, t.grade, t.rank, to_timestamp(t.first) as first_at, to_timestamp(t.last) as last_at,
      (case t.grade {_STRONGER} end, t.rank) > (case p.proposed {_STRONGER} end, p.rank) as stronger
    from json_to_recordset(%(rows)s) as t(target uuid, grade text, rank float8, first float8, last float8)
    join tracing_involved p on p.id = t.target and p.number is null) t
  where i.id = t.id
    and (t.stronger or i.since_at is null or t.first_at < i.since_at or i.last_at is null or t.last_at > i.last_at)"""  # noqa: S608


@transaction.atomic
def write_contacts(trace: Trace, proposed: Sequence[Proposed], told: Told, *, at: dt.datetime) -> None:
    """Put a run's proposals in place of those of the run before from the same source, in the worker's scope. What that
    one said too is not written again."""
    subjects = [one.subject for one in proposed]
    known = _known(trace, subjects)
    ids = _put_people(trace, [one for one in proposed if one.subject not in known], at)
    if len(ids) + len(known) < len(subjects):  # somebody came in meanwhile by another hand
        known = _known(trace, [subject for subject in subjects if subject not in ids])
    ids |= {subject: one.id for subject, one in known.items()}
    before = _exposed(trace)
    rows = [_exposure(one, ids[one.subject], trace.edition) for one in proposed]
    changed = [row for row in rows if _digest_of(before, row) != row["digest"]]
    gone = _to_be_taken_back(trace, before.keys() - ids.values(), at)
    there = {one.id for one in known.values()}
    held = _hold(gone | {target for row in changed if (target := UUID(row["target"])) in there})
    _put_exposures(trace, changed, at)
    Exposure.objects.filter(source=trace.source_id, is_told=False, target__in=gone).delete()
    _bring_up(held, changed, before, gone, at)
    _tell_edition(trace, [one.id for one in known.values() if one.edition != trace.edition])
    finish(trace, told, proposed, at=at)


def take_back_all(source: Involved, *, at: dt.datetime) -> None:
    """Nothing that the ledger said of a source counts any more, because it is no case: who rested on it alone is
    dismissed, if he was only proposed."""
    gone = Exposure.objects.filter(source=source, is_told=False)
    whose = set(gone.values_list("target_id", flat=True))
    gone.delete()
    _reckon(whose, at)
    _dismiss_unfounded(whose, at)


def _bring_up(
    held: Mapping[UUID, Held], changed: Rows, before: Mapping[UUID, Said], gone: Collection[UUID], at: dt.datetime
) -> None:
    """Bring people who were there before to what their exposures say now. Of somebody proposed to whom something is
    added, or of whom the source says more than before, nothing else need be looked at."""
    simple = []
    for row in changed:
        target = UUID(row["target"])
        if target in held and held[target].standing == Standing.PROPOSED and _says_more(row, before.get(target)):
            simple.append(row)
    _strengthen(simple, at)
    _reckon(held.keys() - {UUID(row["target"]) for row in simple}, at)
    _plan_again({id: one.last_at for id, one in held.items() if one.standing == Standing.FOLLOWED}, at)
    _propose_again({id for id, one in held.items() if one.standing == Standing.DISMISSED}, at)
    _dismiss_unfounded(gone, at)


def _digest_of(before: Mapping[UUID, Said], row: Mapping[str, Any]) -> UUID | None:
    said = before.get(UUID(row["target"]))
    return said.digest if said else None


def _says_more(row: Mapping[str, Any], said: Said | None) -> bool:
    if said is None:
        return True
    stronger = (STRENGTH_OF[row["grade"]], row["rank"]) >= (STRENGTH_OF[said.grade], said.rank)
    return stronger and row["first"] <= said.first_at.timestamp() and row["last"] >= said.last_at.timestamp()


def _strengthen(rows: Rows, at: dt.datetime) -> None:
    if not rows:
        return
    told = [{name: row[name] for name in ("target", "grade", "rank", "first", "last")} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_STRENGTHENED, {"rows": json.dumps(told), "at": at})


def _reckon(whose: Collection[UUID], at: dt.datetime) -> None:
    if whose:
        with connection.cursor() as cursor:
            cursor.execute(_RECKONED, {"people": list(whose), "at": at})


def _tell_edition(trace: Trace, people: Sequence[UUID]) -> None:
    """Who is only proposed is told by the edition of the latest run."""
    if people:
        Involved.objects.filter(pk__in=people, standing=Standing.PROPOSED).update(edition=trace.edition)


def _plan_again(before: Mapping[UUID, dt.datetime | None], at: dt.datetime) -> None:
    """Whoever is followed up, to a plan of his last exposure."""
    for one in Involved.objects.filter(pk__in=before).order_by("pk") if before else ():
        if one.last_at != before[one.pk]:
            plan_again(one, at=at)


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


def _known(trace: Trace, subjects: Sequence[UUID]) -> dict[UUID, Known]:
    """Who of these subjects is in the outbreak."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select subject, id, edition from tracing_involved where outbreak_id = %s and subject = any(%s)",
            [trace.outbreak_id, list(subjects)],
        )
        return {subject: Known(*one) for subject, *one in cursor.fetchall()}


def _hold(people: Collection[UUID]) -> dict[UUID, Held]:
    """Those whom the run may change, held until it is written: what somebody decides meanwhile waits for it. In one
    order, as whoever decides about several holds them."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, standing, last_at from tracing_involved where id = any(%s) order by id for update",
            [list(people)],
        )
        return {id: Held(*one) for id, *one in cursor.fetchall()}


def _put_people(trace: Trace, proposed: Sequence[Proposed], at: dt.datetime) -> dict[UUID, UUID]:
    """Those who are new: subject → id. Who came in meanwhile by another hand stays as he is, and is left out."""
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
        return dict(cursor.fetchall())


def _exposed(trace: Trace) -> dict[UUID, Said]:
    """Whom the ledger says that the source exposed, and what of it matters to the people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select target_id, digest, grade, rank, first_at, last_at from tracing_exposure"
            " where source_id = %s and not is_told",
            [trace.source_id],
        )
        return {target: Said(*said) for target, *said in cursor.fetchall()}


def _put_exposures(trace: Trace, rows: Rows, at: dt.datetime) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_EXPOSURE, {
            "source": trace.source_id, "trace": trace.pk, "edition": trace.edition, "at": at,
            "rows": json.dumps(rows, default=str),
        })  # fmt: skip


def _exposure(one: Proposed, target: UUID, edition: str) -> dict[str, Any]:
    says = {
        "node": one.node, "grade": one.grade.value, "rank": one.rank, "exposure": one.exposure_s,
        "encounters": one.encounters, "first": one.first.timestamp(), "last": one.last.timestamp(),
        "certain": one.certain, "reasons": one.reasons, "evidence": one.evidence,
    }  # fmt: skip
    digest = UUID(int=xxhash.xxh3_128_intdigest(json.dumps([edition, says]).encode()))
    return {"id": str(new_id()), "target": str(target), "digest": digest, **says}


def _digested(one: Proposed) -> tuple[str, str, int, int, str, str]:
    first, last = one.first.isoformat(), one.last.isoformat()
    return str(one.subject), one.grade.value, one.exposure_s, one.encounters, first, last


def _to_be_taken_back(trace: Trace, targets: Collection[UUID], at: dt.datetime) -> set[UUID]:
    """Whom an earlier run from the same source named and this one does not; what lies before the days that the ledger
    is kept stays, because no run can see it any more."""
    if not targets:
        return set()
    gone = Exposure.objects.filter(
        source=trace.source_id, is_told=False, target__in=targets, first_at__gte=at - dt.timedelta(days=KEEP_DAYS)
    )
    return set(gone.values_list("target_id", flat=True))


def _dismiss_unfounded(whose: Collection[UUID], at: dt.datetime) -> None:
    if not whose:
        return
    left = Involved.objects.filter(
        pk__in=whose, standing=Standing.PROPOSED, origin=Origin.LEDGER, number=None, exposures=None
    )
    _move(left, Standing.DISMISSED, Move.DISMISSED, NOT_BORNE_OUT, at)


def _propose_again(whose: Collection[UUID], at: dt.datetime) -> None:
    """Whom nobody but the ledger's correction dismissed, and whom it names again."""
    if not whose:
        return
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
