"""People of an outbreak: a case is opened, a contact comes in, somebody decides, a contact becomes a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import Fact, checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.time import day_in
from kakou.tracing.actions.planning import plan_again
from kakou.tracing.models import Exposure, Involved, Outbreak, Step
from kakou.tracing.policy import STRENGTH, Grade, edition
from kakou.tracing.queries import following
from kakou.tracing.rules.following import why_not_released
from kakou.tracing.rules.standing import CaseState, Move, Origin, Standing, StepRefused, step
from kakou.web.actions import announce
from kakou.web.queries import site_zone

PERSON = 1
LONGEST_AGO = dt.timedelta(days=366)
# who may take which step besides those who trace
BY_WHO_FOLLOWS_UP = frozenset({Move.LOST, Move.NOTED, Move.RELEASED})


class ElsewhereKnown(Refusal):
    """Somebody whom another part of the tree answers for."""

    code = "elsewhere-known"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of a case. `onset_on`: None without symptoms; `isolated_at`: from when on he could meet nobody."""

    state: CaseState
    onset_on: dt.date | None = None
    positive_at: dt.datetime | None = None
    isolated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody whom no trace found: told in an interview, on a line list, of the same household, in the same vehicle.

    `source`: of which case (None: not known); `since`, `last`: the first and last time together, as told; `line_list`:
    with which one he came.
    """

    subject: UUID
    node: int
    grade: Grade
    origin: Origin
    last: dt.datetime
    since: dt.datetime | None = None
    source: UUID | None = None
    subject_kind: int = PERSON
    line_list: UUID | None = None


@transaction.atomic
def open_case(
    outbreak: Outbreak, subject: UUID, facts: CaseFacts, *, node: int, by: Staff, at: dt.datetime
) -> Involved:
    """Make somebody of the register a case; who is in the outbreak already, becomes one. Raises NotAllowed,
    StepRefused for facts that contradict each other."""
    access.require(by, Permission.TRACE, node)
    check_case(facts, at=at)
    known = Involved.objects.select_for_update().filter(outbreak=outbreak, subject=subject).first()
    if known is not None:
        return become_case(known, facts, by=by, at=at)
    made = _create(
        outbreak=outbreak, node_id=node, subject=subject, standing=Standing.FOLLOWED, origin=Origin.CASE,
        proposed=Grade.NONE, edition=outbreak.edition, found_at=at, decided_at=at, decided_by=by,
        number=_next_number(outbreak.pk), **_case_columns(facts),
    )  # fmt: skip
    _told(made, Move.BECAME_CASE, by=by, at=at, state=facts.state.value, number=made.number)
    plan_again(made, at=at)
    return made


@transaction.atomic
def become_case(involved: Involved, facts: CaseFacts, *, by: Staff, at: dt.datetime) -> Involved:
    """A contact is a case now; of a case, what is known of it changes. Its follow-up goes on. Raises as `open_case`."""
    now = locked(involved, Permission.TRACE, by)
    check_case(facts, at=at)
    if now.is_case:
        move, standing = Move.CHANGED, Standing(now.standing)
    else:
        move, standing = Move.BECAME_CASE, step(Standing(now.standing), Move.BECAME_CASE)
    number = now.number if now.is_case else _next_number(now.outbreak_id)
    fields = {**_case_columns(facts), "standing": standing, "number": number, "decided_at": at, "decided_by": by}
    _set(now, fields)
    _told(now, move, by=by, at=at, state=facts.state.value, number=number)
    plan_again(now, at=at)
    return now


@transaction.atomic
def involve(outbreak: Outbreak, contacts: Collection[NewContact], *, by: Staff, at: dt.datetime) -> list[Involved]:
    """Bring people in whom no trace found, to be decided about; all or none. Who is in the outbreak already keeps where
    he stands: what is new of him is added. Raises NotAllowed, NotFound for a source that is not known."""
    for node in {contact.node for contact in contacts}:
        access.require(by, Permission.TRACE, node)
    sources = _sources(outbreak, contacts)
    asked = Involved.objects.select_for_update(of=("self",)).filter(
        outbreak=outbreak, subject__in={contact.subject for contact in contacts}
    )
    known = {one.subject: one for one in asked.order_by("pk")}
    fresh: dict[UUID, NewContact] = {}
    for contact in contacts:
        if contact.subject not in known:
            fresh.setdefault(contact.subject, contact)
    known |= _come(outbreak, list(fresh.values()), sources, by, at)
    for contact in contacts:
        if fresh.get(contact.subject) is not contact:
            _come_again(known[contact.subject], contact, sources, by, at)
    found = [known[contact.subject] for contact in contacts]
    for node in {one.node_id for one in found}:
        announce("cases.changed", node=node)
    return found


@transaction.atomic
def take_step(
    involved: Involved, move: Move, *, grade: Grade | None = None, reason: str = "", by: Staff, at: dt.datetime
) -> Involved:
    """One step: a decision (ACCEPTED with a `grade`), a release, a note. Raises NotAllowed, StepRefused."""
    needed = Permission.FOLLOW_UP if move in BY_WHO_FOLLOWS_UP else Permission.TRACE
    now = locked(involved, needed, by)
    said = checked_reason(reason) if reason.strip() else ""
    standing = step(Standing(now.standing), move, reason=said)
    fields: dict[str, object] = {"standing": standing}
    if move is Move.RELEASED and not said and (waits := waits_for(now, at=at)):
        raise StepRefused("Say why it is released all the same. %(waits)s", waits=waits)
    if move is Move.ACCEPTED:
        if grade in (None, Grade.NONE):
            raise StepRefused("Say as what: close, secondary, or companion.")
        fields |= {"grade": grade}
    if move not in (Move.NOTED, Move.CHANGED):
        fields |= {"decided_at": at, "decided_by": by}
    _set(now, fields)
    _told(now, move, reason=said, by=by, at=at, **({"grade": grade.value} if grade else {}))
    if move in (Move.ACCEPTED, Move.TAKEN_BACK, Move.DISMISSED, Move.RELEASED, Move.HANDED_OVER):
        plan_again(now, at=at)
    return now


@transaction.atomic
def take_steps(
    many: Iterable[Involved], move: Move, *, grade: Grade | None = None, reason: str = "", by: Staff, at: dt.datetime
) -> list[Involved]:
    """The same step for several, all or none; accepted without a grade each gets the one that is proposed."""
    return [
        take_step(
            one, move, grade=(grade or Grade(one.proposed)) if move is Move.ACCEPTED else None, reason=reason, by=by,
            at=at,
        )
        for one in sorted(many, key=lambda one: one.pk)
    ]  # fmt: skip


def waits_for(involved: Involved, *, at: dt.datetime) -> str:
    """A msgid of what a release still waits for; empty when it may be."""
    told = following.told(following.items_of([involved])[involved.pk])
    grade = Grade(involved.grade) if involved.grade else Grade.NONE
    return why_not_released(edition(involved.edition), grade, told, today=day_in(site_zone(), at))


def check_case(facts: CaseFacts, *, at: dt.datetime) -> None:
    """Do the facts of a case go together? Raises StepRefused naming what to mend."""
    if facts.state is CaseState.ASYMPTOMATIC and facts.onset_on is not None:
        raise StepRefused("A case without symptoms has no onset. Take the onset out, or say that there are symptoms.")
    if facts.state is CaseState.CONFIRMED and facts.onset_on is None and facts.positive_at is None:
        raise StepRefused("Say on which day the symptoms began, or when the first positive sample was taken.")
    today = day_in(site_zone(), at)
    if facts.positive_at is not None and facts.positive_at > at:
        raise StepRefused("The positive sample lies in the future.")
    if facts.isolated_at is not None and facts.isolated_at > at:
        raise StepRefused("The isolation lies in the future.")
    if facts.onset_on is not None and facts.onset_on > today:
        raise StepRefused("The onset lies in the future.")
    days = [day_in(site_zone(), moment) for moment in (facts.positive_at, facts.isolated_at) if moment]
    if any(day < today - LONGEST_AGO for day in [*days, *([facts.onset_on] if facts.onset_on else [])]):
        raise StepRefused("That lies more than %(days)d days back: look at the year.", days=LONGEST_AGO.days)


def locked(involved: Involved, permission: Permission, by: Staff) -> Involved:
    """The row as it is now, held until the transaction ends. Raises NotAllowed, NotFound."""
    access.require(by, permission, involved.node_id)
    now = Involved.objects.select_for_update(of=("self",)).filter(pk=involved.pk).first()
    if now is None:
        raise NotFound("This person is not known in this outbreak.")
    return now


def _sources(outbreak: Outbreak, contacts: Collection[NewContact]) -> dict[UUID, Involved]:
    """The cases that are named. Raises NotFound when one is not known."""
    wanted = {contact.source for contact in contacts if contact.source is not None}
    found = Involved.objects.filter(outbreak=outbreak).in_bulk(wanted)
    if len(found) != len(wanted):
        raise NotFound("This case is not known in this outbreak.")
    return found


def _come(
    outbreak: Outbreak, fresh: Sequence[NewContact], sources: Mapping[UUID, Involved], by: Staff, at: dt.datetime
) -> dict[UUID, Involved]:
    """Those whom the outbreak does not know, each once: a line list of two thousand is a few statements."""
    rows = [
        Involved(
            outbreak=outbreak, subject=one.subject, node_id=one.node, subject_kind=one.subject_kind,
            standing=Standing.PROPOSED, origin=one.origin, proposed=one.grade, edition=outbreak.edition,
            since_at=one.since or one.last, last_at=one.last, found_at=at,
        )
        for one in fresh
    ]  # fmt: skip
    with _told_if_elsewhere():
        Involved.objects.bulk_create(rows)
    pairs = list(zip(rows, fresh, strict=True))
    Exposure.objects.bulk_create(
        Exposure(source=sources[one.source], target=row, is_told=True, **_as_told(row, one, at))
        for row, one in pairs
        if one.source is not None
    )
    Step.objects.bulk_create(
        Step(involved=row, node_id=row.node_id, move=Move.FOUND, at=at, by=by, facts=_came(one)) for row, one in pairs
    )
    for row, one in pairs:
        audit.record("involved.found", subject=row.pk, by=by.pk, at=at, node=row.node_id, **_came(one))
    return {row.subject: row for row in rows}


def _come_again(
    known: Involved, contact: NewContact, sources: Mapping[UUID, Involved], by: Staff, at: dt.datetime
) -> None:
    """What is new of somebody whom the outbreak knows."""
    since = contact.since or contact.last
    _set(known, {
        "proposed": max(Grade(known.proposed), contact.grade, key=STRENGTH.__getitem__),
        "since_at": min(known.since_at or since, since), "last_at": max(known.last_at or contact.last, contact.last),
        "found_at": at,
    })  # fmt: skip
    source = sources[contact.source] if contact.source is not None else None
    if source is not None and source.pk != known.pk:
        Exposure.objects.get_or_create(source=source, target=known, is_told=True, defaults=_as_told(known, contact, at))
    _told(known, Move.FOUND, by=by, at=at, **_came(contact))
    plan_again(known, at=at)


def _as_told(target: Involved, contact: NewContact, at: dt.datetime) -> dict[str, Any]:
    return {
        "node_id": target.node_id, "grade": contact.grade, "rank": 0.0, "exposure_s": 0, "encounters": 1,
        "first_at": contact.since or contact.last, "last_at": contact.last, "certain": False,
        "edition": target.edition, "reasons": [["origin", {"origin": contact.origin.value}]], "found_at": at,
    }  # fmt: skip


def _came(contact: NewContact) -> dict[str, str]:
    listed = {"list": str(contact.line_list)} if contact.line_list else {}
    return {"origin": contact.origin.value, **listed}


def _create(**columns: Any) -> Involved:
    """A new row. Raises ElsewhereKnown when one is there already that the caller does not see."""
    with _told_if_elsewhere():
        return Involved.objects.create(**columns)


@contextmanager
def _told_if_elsewhere() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ElsewhereKnown(
            "This person is in the outbreak already, on the list of a unit that is not yours. Ask who answers there."
        ) from error


def _next_number(outbreak: UUID) -> int:
    """Numbers of cases count from 1 in the order in which they were opened, through all of an outbreak."""
    with connection.cursor() as cursor:
        cursor.execute("select tracing_next_number(%s)", [outbreak])
        number: int = cursor.fetchone()[0]
    return number


def _case_columns(facts: CaseFacts) -> dict[str, object]:
    return {
        "case_state": facts.state, "onset_on": facts.onset_on, "positive_at": facts.positive_at,
        "isolated_at": facts.isolated_at,
    }  # fmt: skip


def _set(involved: Involved, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        setattr(involved, name, value)
    involved.save(update_fields=list(fields))


def _told(
    involved: Involved, move: Move, *, by: Staff | None, at: dt.datetime, reason: str = "", **facts: Fact
) -> None:
    """The step on the trail, and in the audit."""
    Step.objects.create(
        involved=involved, node_id=involved.node_id, move=move, at=at, by=by, reason=reason, facts=facts
    )
    told = {**facts, **({"reason": reason} if reason else {})}
    audit.record(
        f"involved.{move.value}", subject=involved.pk, by=by.pk if by else None, at=at, node=involved.node_id, **told
    )
    announce("cases.changed", node=involved.node_id)
