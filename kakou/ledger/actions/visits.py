"""Visits announced beforehand: by whoever comes or is visited, withdrawn by the same, declined by a gate, destroyed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from kakou import vault
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for, nodes_of
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotAllowed, NotFound, Refusal
from kakou.kernel.ids import id_at, ms_of, new_id
from kakou.kernel.time import day_in
from kakou.ledger.models import ExpectedVisit
from kakou.ledger.queries.visits import SEALED, TABLE, units_of_gates
from kakou.ledger.rules import Purpose
from kakou.ledger.visits import DAYS_AHEAD, Number, Told, write_told
from kakou.people.rules import check_name
from kakou.people.rules.doors import check_door
from kakou.vault.sealing import blind, seal
from kakou.web.queries import site_zone

KEEP = dt.timedelta(days=14)  # after the day of the visit: whoever came stands in the ledger by then
MOST = 20  # people of one visit
MOST_OF_ONE = 5  # open visits of one number at one unit


class VisitRefused(Refusal):
    """This visit cannot be announced; the text says why."""

    code = "visit-refused"


class DecidedAlready(Refusal):
    """It was withdrawn or declined before."""

    code = "decided-already"
    status = 409


@dataclass(frozen=True, slots=True)
class Announced:
    """Who comes to which door, what for, from when until when, how many. `name` may be ""."""

    number: Number
    name: str
    door: str
    purpose: Purpose
    starts_at: dt.datetime
    ends_at: dt.datetime
    many: int = 1


def announce_visit(new: Announced, *, sheet: UUID, unit: int, at: dt.datetime) -> ExpectedVisit:
    """Tell the unit on node `unit` of a visit. `sheet`: UUIDv7 of what was filled in; the same sheet with the same
    content again is the same visit, as long as that was not called off.

    Whoever announces has no account: he adds at this one unit. Raises VisitRefused, NameRefused, DoorRefused.
    """
    zone = site_zone()
    _check(new, at, zone)
    name, door = check_name(new.name) if new.name else "", check_door(new.door)
    due = day_in(zone, new.ends_at) + KEEP
    subject = UUID(bytes=blind(vault.store(), new.number.purpose, new.number.text))
    id = id_at(ms_of(sheet) or 0, sheet.bytes + repr((new, unit)).encode())
    with acting_for(dict.fromkeys((Permission.SEE_PEOPLE, Permission.RECORD_PASSAGES), frozenset({unit}))):
        stored = ExpectedVisit.objects.filter(pk=id).first()
        if stored is not None and not (stored.withdrawn_at or stored.declined_at):
            return stored
        id = new_id() if stored else id
        _check_count(subject, unit, at)
        made = ExpectedVisit.objects.create(
            id=id, node_id=unit, subject=subject, subject_kind=new.number.kind, purpose=new.purpose, many=new.many,
            starts_at=new.starts_at, ends_at=new.ends_at, due_on=due, announced_at=at,
            sealed=seal(
                vault.store(), due=due, table=TABLE, row=id, field=SEALED,
                plain=write_told(Told(new.number.text, door, name)),
            ),
        )  # fmt: skip
        audit.record("visit.announced", subject=id, by=None, at=at, node=unit)
    return made


def withdraw_visit(visit: ExpectedVisit, *, at: dt.datetime) -> None:
    """Nobody comes, says whoever announced it: the caller has seen code and last four. Raises DecidedAlready."""
    with acting_for(dict.fromkeys((Permission.SEE_PEOPLE, Permission.RECORD_PASSAGES), frozenset({visit.node_id}))):
        _decide(visit, {"withdrawn_at": at})
        audit.record("visit.withdrawn", subject=visit.pk, by=None, at=at, node=visit.node_id)


def decline_visit(id: UUID, *, reason: str, by: Staff, at: dt.datetime) -> ExpectedVisit:
    """The gate lets this visit not come. `by` records passages at a gate of its unit, or around it.

    Raises NotFound, NotAllowed, ReasonUnfit, DecidedAlready.
    """
    held = nodes_of(by)
    sees, records = (units_of_gates(held[of]) for of in (Permission.SEE_PEOPLE, Permission.RECORD_PASSAGES))
    with acting_for({Permission.SEE_PEOPLE: sees, Permission.RECORD_PASSAGES: records}):
        visit = ExpectedVisit.objects.filter(pk=id).first()
        if visit is None:
            raise NotFound("There is no such visit here.")
        if visit.node_id not in records:
            raise NotAllowed("Your role does not allow this here.")
        why = checked_reason(reason)
        _decide(visit, {"declined_at": at, "declined_by": by, "decline_reason": why})
        # the reason is for whoever comes, and may name him: the audit holds that there is one
        audit.record("visit.declined", subject=id, by=by.pk, at=at, node=visit.node_id)
    return visit


def forget_visits(*, by: Staff | None, at: dt.datetime) -> int:
    """Destroy the visits that are due; how many. Needs the worker's role."""
    with acting_as_system():
        today = day_in(site_zone(), at)
        gone, _ = ExpectedVisit.objects.filter(due_on__lte=today).delete()
        if gone:
            audit.record("visits.forgotten", subject=None, by=by.pk if by else None, at=at, rows=gone)
    return gone


@transaction.atomic
def _decide(visit: ExpectedVisit, said: dict[str, Any]) -> None:
    open_still = ExpectedVisit.objects.filter(pk=visit.pk, withdrawn_at=None, declined_at=None)
    if not open_still.update(**said):
        raise DecidedAlready("This visit was withdrawn or declined before. Announce it anew if it shall take place.")


def _check(new: Announced, at: dt.datetime, zone: ZoneInfo) -> None:
    if new.ends_at <= at:
        raise VisitRefused("That time is over. Choose a later one.")
    if day_in(zone, new.starts_at) >= day_in(zone, at) + dt.timedelta(days=DAYS_AHEAD):
        raise VisitRefused("A visit is announced at most %(days)d days ahead.", days=DAYS_AHEAD)
    if not 1 <= new.many <= MOST:
        raise VisitRefused("Between 1 and %(most)d people come to one visit.", most=MOST)


def _check_count(subject: UUID, unit: int, at: dt.datetime) -> None:
    mine = ExpectedVisit.objects.filter(
        subject=subject, node_id=unit, ends_at__gt=at, withdrawn_at=None, declined_at=None
    )
    if mine.count() >= MOST_OF_ONE:
        raise VisitRefused(
            "This number is announced here %(most)d times already. Withdraw one of them first.", most=MOST_OF_ONE
        )
