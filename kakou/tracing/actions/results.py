"""What a trace found, written into the scoped tables: people, what exposed them, and what is counted only.

A derived row is written again by every run; what a person decided is never touched. Who is proposed and no longer borne
out by the ledger (a correction took the meeting away) is dismissed with that as the reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import xxhash
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from kakou.audit import actions as audit
from kakou.kernel.arrays import array
from kakou.kernel.ids import new_id
from kakou.ledger.lane.rows import KEEP_DAYS
from kakou.tracing.actions.planning import plan_again
from kakou.tracing.models import Exposure, Involved, Step, Trace
from kakou.tracing.policy import Grade
from kakou.tracing.queries.cases import STRENGTH_OF
from kakou.tracing.rules.standing import Move, Origin, Standing
from kakou.web.actions import announce, announce_at

_ENCODE = msgspec.json.Encoder().encode
NOT_BORNE_OUT = "The ledger does not bear it out any more."


class Proposed(msgspec.Struct, frozen=True):
    """One contact as the tracer tells it: whose, on which node, and the columns of his exposure. `first`, `last`:
    seconds of the epoch; `reasons`: pairs of a msgid and what fills it in; `evidence`: pairs of stays."""

    subject: UUID
    subject_kind: int
    node: int
    grade: Grade
    rank: float
    exposure_s: int
    encounters: int
    first: int
    last: int
    certain: bool
    reasons: Sequence[object]
    evidence: Sequence[object]

    def says(self, edition: str) -> UUID:
        """A digest of all that it says of the exposure, by which edition."""
        told = (
            edition, self.node, self.grade, self.rank, self.exposure_s, self.encounters, self.first, self.last,
            self.certain, self.reasons, self.evidence,
        )  # fmt: skip
        return UUID(int=xxhash.xxh3_128_intdigest(_ENCODE(told)))


class Row(NamedTuple):
    """An exposure that is to be written: of whom, and what."""

    target: UUID
    one: Proposed
    digest: UUID


@dataclass(frozen=True, slots=True)
class Told:
    """What a run says besides its proposals. `found`: grade → how many; `elsewhere`: [name of a unit, how many]."""

    as_at: dt.datetime
    found: Mapping[str, int]
    elsewhere: Sequence[tuple[str, int]] = ()
    chain: Sequence[object] = ()


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
    first: float
    last: float


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
    encounters int, first float8, last float8, certain bool, reasons json, evidence json, digest uuid)
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
    rows = [Row(ids[one.subject], one, one.says(trace.edition)) for one in proposed]
    changed = [row for row in rows if row.target not in before or before[row.target].digest != row.digest]
    gone = _to_be_taken_back(trace, before.keys() - ids.values(), at)
    there = {one.id for one in known.values()}
    held = _hold(gone | {row.target for row in changed if row.target in there})
    _put_exposures(trace, changed, at)
    Exposure.objects.filter(source=trace.source_id, is_told=False, target__in=gone).delete()
    _bring_up(held, changed, before, gone, at)
    _tell_edition(trace, [one.id for one in known.values() if one.edition != trace.edition])
    finish(trace, told, rows, at=at)


def take_back_all(source: Involved, *, at: dt.datetime) -> None:
    """Nothing that the ledger said of a source counts any more, because it is no case: who rested on it alone is
    dismissed, if he was only proposed."""
    gone = Exposure.objects.filter(source=source, is_told=False)
    whose = set(gone.values_list("target_id", flat=True))
    gone.delete()
    Trace.objects.filter(source=source).update(basis="")  # the next run finds it again
    _reckon(whose, at)
    _dismiss_unfounded(whose, at)


def _bring_up(
    held: Mapping[UUID, Held],
    changed: Sequence[Row],
    before: Mapping[UUID, Said],
    gone: Collection[UUID],
    at: dt.datetime,
) -> None:
    """Bring people who were there before to what their exposures say now. Of somebody proposed to whom something is
    added, or of whom the source says more than before, nothing else need be looked at."""
    proposed = {id for id, one in held.items() if one.standing == Standing.PROPOSED}
    simple = [row for row in changed if row.target in proposed and _says_more(row.one, before.get(row.target))]
    _strengthen(simple, at)
    _reckon(held.keys() - {row.target for row in simple}, at)
    _plan_again({id: one.last_at for id, one in held.items() if one.standing == Standing.FOLLOWED}, at)
    _propose_again({id for id, one in held.items() if one.standing == Standing.DISMISSED}, at)
    _dismiss_unfounded(gone, at)


def _says_more(one: Proposed, said: Said | None) -> bool:
    if said is None:
        return True
    stronger = (STRENGTH_OF[one.grade], one.rank) >= (STRENGTH_OF[said.grade], said.rank)
    return stronger and one.first <= said.first and one.last >= said.last


def _strengthen(rows: Sequence[Row], at: dt.datetime) -> None:
    if not rows:
        return
    told = [
        {"target": target, "grade": one.grade, "rank": one.rank, "first": one.first, "last": one.last}
        for target, one, _ in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STRENGTHENED, {"rows": _json(told), "at": at})


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


def finish(trace: Trace, told: Told, rows: Sequence[Row] = (), *, at: dt.datetime) -> None:
    """The run is over: what it found, and a hash by which two runs can be told to say the same."""
    said = sorted((row.one.subject.bytes, row.digest.bytes) for row in rows)
    trace.state, trace.finished_at, trace.as_at = Trace.State.DONE, at, told.as_at
    trace.found, trace.elsewhere, trace.chain = dict(told.found), list(told.elsewhere), list(told.chain)
    trace.result_hash = hashlib.sha256(_ENCODE([said, told.chain])).hexdigest()
    trace.save(update_fields=["state", "finished_at", "as_at", "found", "elsewhere", "chain", "result_hash", "basis"])
    announce_at("cases.changed", {trace.node_id, *(row.one.node for row in rows)})


def repeat(trace: Trace, *, as_at: dt.datetime, at: dt.datetime) -> bool:
    """If the last run from the same source followed from the very same, the run is over with what that one found. Did
    it?"""
    done = Trace.objects.filter(source=trace.source_id, kind=trace.kind, state=Trace.State.DONE)
    last = done.order_by("-finished_at", "-pk").first()
    if last is None or not last.basis or (last.basis, last.edition) != (trace.basis, trace.edition):
        return False
    trace.state, trace.finished_at, trace.as_at = Trace.State.DONE, at, as_at
    trace.found, trace.result_hash = last.found, last.result_hash
    trace.save(update_fields=["state", "finished_at", "as_at", "found", "result_hash", "basis"])
    announce("cases.changed", node=trace.node_id)
    return True


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
            "select subject, id, edition from tracing_involved where outbreak_id = %s and subject = any(%s::uuid[])",
            [trace.outbreak_id, array(subjects)],
        )
        return {subject: Known(*one) for subject, *one in cursor.fetchall()}


def _hold(people: Collection[UUID]) -> dict[UUID, Held]:
    """Those whom the run may change, held until it is written: what somebody decides meanwhile waits for it. In one
    order, as whoever decides about several holds them."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, standing, last_at from tracing_involved where id = any(%s::uuid[]) order by id for update",
            [array(people)],
        )
        return {id: Held(*one) for id, *one in cursor.fetchall()}


def _put_people(trace: Trace, proposed: Sequence[Proposed], at: dt.datetime) -> dict[UUID, UUID]:
    """Those who are new: subject → id. Who came in meanwhile by another hand stays as he is, and is left out."""
    if not proposed:
        return {}
    rows = [
        {
            "id": new_id(), "node": one.node, "subject": one.subject, "kind": one.subject_kind, "grade": one.grade,
            "rank": one.rank, "first": one.first, "last": one.last,
        }
        for one in proposed
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            _INVOLVED,
            {"outbreak": trace.outbreak_id, "edition": trace.edition, "at": at, "rows": _json(rows)},
        )
        return dict(cursor.fetchall())


def _exposed(trace: Trace) -> dict[UUID, Said]:
    """Whom the ledger says that the source exposed, and what of it matters to the people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select target_id, digest, grade, rank, date_part('epoch', first_at)::float8,"
            " date_part('epoch', last_at)::float8 from tracing_exposure where source_id = %s and not is_told",
            [trace.source_id],
        )
        return {target: Said(*said) for target, *said in cursor.fetchall()}


def _put_exposures(trace: Trace, rows: Sequence[Row], at: dt.datetime) -> None:
    if not rows:
        return
    told = [_exposure(row.one, row) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_EXPOSURE, {
            "source": trace.source_id, "trace": trace.pk, "edition": trace.edition, "at": at, "rows": _json(told),
        })  # fmt: skip


def _exposure(one: Proposed, row: Row) -> dict[str, Any]:
    return {
        "id": new_id(), "target": row.target, "node": one.node, "grade": one.grade, "rank": one.rank,
        "exposure": one.exposure_s, "encounters": one.encounters, "first": one.first, "last": one.last,
        "certain": one.certain, "reasons": one.reasons, "evidence": one.evidence, "digest": row.digest,
    }  # fmt: skip


def _json(rows: Sequence[Mapping[str, object]]) -> str:
    return _ENCODE(rows).decode()


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
