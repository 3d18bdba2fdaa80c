"""Passes are issued to who is in the register, and cancelled; a cancelled one stays on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.people.actions import merge_subjects
from kakou.people.models import Person, Vehicle
from kakou.people.queries import index_of_door
from kakou.people.rules.doors import DoorRefused, check_door
from kakou.screening.models import Pass
from kakou.screening.models.passes import PassKind, random_id
from kakou.screening.queries.passes import DOOR, TABLE, door_of
from kakou.vault.sealing import seal

MOST_PRINTED = 100  # ten sheets, some seconds
LONGEST = dt.timedelta(days=366)


class PassRefused(Refusal):
    """The pass makes no sense; the text says why."""

    code = "pass-refused"


@dataclass(frozen=True, slots=True)
class NewPass:
    """What kind of pass, of which door ("": none), from which day to which (None: until it is cancelled)."""

    kind: PassKind
    door: str
    valid_from: dt.date
    valid_to: dt.date | None


@transaction.atomic
def issue_pass(holder: Person | Vehicle, new: NewPass, *, by: Staff, at: dt.datetime) -> Pass:
    """A pass of the unit where the holder is registered. What is recorded with it belongs to the holder.

    Raises NotAllowed, PassRefused, DoorRefused.
    """
    access.require(by, Permission.ISSUE_PASSES, holder.node_id)
    person = holder if isinstance(holder, Person) else None
    if (new.kind is PassKind.VEHICLE) == (person is not None):
        raise PassRefused("A pass for vehicles is for a vehicle, and every other for a person.")
    if new.valid_to is not None and not new.valid_from <= new.valid_to <= new.valid_from + LONGEST:
        raise PassRefused("A pass ends after it begins, and within a year.")
    made = Pass(
        id=random_id(), node_id=holder.node_id, kind=new.kind, person=person,
        vehicle=holder if isinstance(holder, Vehicle) else None, due_on=holder.due_on, valid_from=new.valid_from,
        valid_to=new.valid_to, issued_at=at, issued_by=by,
    )  # fmt: skip
    if new.door.strip():
        _live_at(made, check_door(new.door))
    made.save(force_insert=True)
    merge_subjects(holder, made.pk, by=by, at=at)
    audit.record("pass.issued", subject=made.pk, by=by.pk, at=at, node=made.node_id, kind=new.kind.value)
    return made


@transaction.atomic
def cancel_pass(found: Pass, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """No gate takes it any more once it has heard of it. Twice changes nothing. Raises NotAllowed, ReasonUnfit."""
    access.require(by, Permission.ISSUE_PASSES, found.node_id)
    why = checked_reason(reason)
    changed = Pass.objects.filter(pk=found.pk, cancelled_at=None)
    if changed.update(cancelled_at=at, cancelled_by=by, cancel_reason=why):
        audit.record("pass.cancelled", subject=found.pk, by=by.pk, at=at, node=found.node_id, reason=why)
    elif not Pass.objects.filter(pk=found.pk).exists():
        raise NotFound("This pass is not known here.")


@transaction.atomic
def print_passes(found: Sequence[Pass], *, by: Staff, at: dt.datetime) -> None:
    """Note that these are printed. Raises NotAllowed, PassRefused for none, more than a hundred, cancelled ones, or
    those of several places.
    """
    nodes = {one.node_id for one in found}
    if len(nodes) != 1:
        raise PassRefused("Choose passes to print, all of one place.")
    if len(found) > MOST_PRINTED:
        raise PassRefused("At most %(most)d passes are printed at once.", most=MOST_PRINTED)
    if any(one.cancelled_at is not None for one in found):
        raise PassRefused("A cancelled pass is not printed.")
    (node,) = nodes
    access.require(by, Permission.ISSUE_PASSES, node)
    audit.record("passes.printed", subject=None, by=by.pk, at=at, node=node, count=len(found))


@transaction.atomic
def take_along(people: Collection[UUID], *, to: int, by: Staff | None, at: dt.datetime) -> int:
    """Passes of people who are registered at the unit on `to` from now on: so that its gates know them. How many.
    Raises NotAllowed when there are any."""
    held = list(Pass.objects.filter(person__in=people, cancelled_at=None).exclude(node=to))
    if by is not None and held:
        for node in {to, *(one.node_id for one in held)}:
            access.require(by, Permission.ISSUE_PASSES, node)
    for one in held:
        door = door_of(one)
        Pass.objects.filter(pk=one.pk).update(node=to, household=index_of_door(to, door) if door else one.household)
    if held:
        audit.record("passes.moved_house", subject=None, by=by.pk if by else None, at=at, node=to, count=len(held))
    return len(held)


def household_of(node: int, door: str) -> bytes:
    """16 bytes that are equal for one door of one unit. Raises DoorRefused for a door without letter or digit."""
    index = index_of_door(node, door)
    if index is None:
        raise DoorRefused("Write the door as 3-2-501 or 3栋2单元501: at most %(most)d characters.", most=60)
    return index


def _live_at(made: Pass, door: str) -> None:
    made.household = household_of(made.node_id, door)
    made.door_sealed = seal(vault.store(), due=made.due_on, table=TABLE, row=made.pk, field=DOOR, plain=door.encode())
