"""Licences are written down, looked at, agreed to, ended; and somebody is told before one runs out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.people.models import Person
from kakou.skills.models import TABLE, Licence
from kakou.skills.queries.licences import number_of
from kakou.skills.rules import (
    LICENCE_EXPIRING,
    SOON,
    LicenceRefused,
    Skill,
    checked_last_day,
    checked_number,
    due_of,
)
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone
from kakou.workorders.actions import Matter, close_cause, close_causes, open_many
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN


@dataclass(frozen=True, slots=True)
class NewLicence:
    """What is written down. `number` "" and `expires_on` None for an ability without a paper; `is_seen`: whoever writes
    it down has the original before him; `has_agreed`: its bearer said that he may be asked for help."""

    person: Person
    skill: Skill
    number: str = ""
    expires_on: dt.date | None = None
    is_seen: bool = False
    has_agreed: bool = False


@transaction.atomic
def add_licence(new: NewLicence, *, by: Staff, at: dt.datetime) -> Licence:
    """Write one down; it takes the place of an earlier one for the same, and closes what its running out opened.
    Raises LicenceRefused, NotAllowed."""
    access.require(by, Permission.EDIT_PEOPLE, new.person.node_id)
    today = day_in(site_zone(), at)
    number = checked_number(new.number, new.skill)
    expires_on = checked_last_day(new.expires_on, new.skill, today=today)
    for former in Licence.objects.select_for_update().filter(person=new.person, skill=new.skill, ended_at=None):
        _end(former, by, at, healed="renewed")
    id, due = new_id(), due_of(expires_on, looked_on=today)
    seen, agreed = (by, at) if new.is_seen else (None, None), (by, at) if new.has_agreed else (None, None)
    made = Licence.objects.create(
        id=id, person=new.person, node_id=new.person.node_id, skill=new.skill, expires_on=expires_on, recorded_at=at,
        recorded_by=by, verified_by=seen[0], verified_at=seen[1], agreed_by=agreed[0], agreed_at=agreed[1], due_on=due,
        number_sealed=_sealed(id, number, due) if number else None,
    )  # fmt: skip
    audit.record("licence.added", subject=id, by=by.pk, at=at, node=made.node_id, skill=new.skill.value)
    return made


@transaction.atomic
def verify_licence(licence: Licence, *, by: Staff, at: dt.datetime) -> None:
    """Somebody saw the original; it is kept a year from now. Raises NotAllowed, LicenceRefused when it has ended."""
    now = _locked(licence, by)
    due = due_of(now.expires_on, looked_on=day_in(site_zone(), at))
    number = number_of(now)
    Licence.objects.filter(pk=now.pk).update(
        verified_at=at, verified_by=by, due_on=due, number_sealed=_sealed(now.pk, number, due) if number else None
    )
    audit.record("licence.verified", subject=now.pk, by=by.pk, at=at, node=now.node_id)


@transaction.atomic
def set_agreed(licence: Licence, has_agreed: bool, *, by: Staff, at: dt.datetime) -> None:
    """Its bearer says that he may be asked for help, or takes that back. Raises as `verify_licence`."""
    now = _locked(licence, by)
    said = {"agreed_at": at, "agreed_by": by} if has_agreed else {"agreed_at": None, "agreed_by": None}
    Licence.objects.filter(pk=now.pk).update(**said)
    if has_agreed:
        audit.record("licence.agreed", subject=now.pk, by=by.pk, at=at, node=now.node_id)
    else:
        audit.record("licence.agreement_taken_back", subject=now.pk, by=by.pk, at=at, node=now.node_id)


@transaction.atomic
def end_licence(licence: Licence, *, by: Staff, at: dt.datetime) -> None:
    """It holds no more: withdrawn, or its bearer wants to be off the list. Raises as `verify_licence`."""
    now = _locked(licence, by)
    _end(now, by, at, healed="ended")
    audit.record("licence.ended", subject=now.pk, by=by.pk, at=at, node=now.node_id)


def watch_licences(*, at: dt.datetime) -> int:
    """Open an order for each licence that runs out, or must be looked at again, within a month; close those whose
    licence is renewed, ended or destroyed. How many were opened. Run by the worker."""
    with acting_as_system():
        soon = day_in(site_zone(), at) + SOON
        rows = Licence.objects.filter(Q(expires_on__lte=soon) | Q(due_on__lte=soon), ended_at=None)
        near = {str(id): node for id, node in rows.values_list("pk", "node_id")}
        open_now = set(
            WorkOrder.objects.filter(kind=LICENCE_EXPIRING.name, state__in=STILL_OPEN).values_list("cause", flat=True)
        )
        close_causes(LICENCE_EXPIRING.name, open_now - near.keys(), at=at, healed="gone")
        matters = [Matter(id, node) for id, node in near.items() if id not in open_now]
        return len(open_many(LICENCE_EXPIRING.name, matters, at=at)) if matters else 0


def _locked(licence: Licence, by: Staff) -> Licence:
    access.require(by, Permission.EDIT_PEOPLE, licence.node_id)
    now = Licence.objects.select_for_update().get(pk=licence.pk)
    if now.ended_at is not None:
        raise LicenceRefused("This licence was ended before.")
    return now


def _end(licence: Licence, by: Staff, at: dt.datetime, *, healed: str) -> None:
    Licence.objects.filter(pk=licence.pk).update(ended_at=at, ended_by=by)
    if by.may(Permission.CLOSE_ORDERS, licence.node_id):  # else the worker closes it within a minute
        close_cause(LICENCE_EXPIRING.name, licence.pk, at=at, by=by, healed=healed)


def _sealed(id: UUID, number: str, due: dt.date) -> bytes:
    return seal(vault.store(), due=due, table=TABLE, row=id, field="number_sealed", plain=number.encode())
