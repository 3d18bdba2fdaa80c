"""Two become one, and are parted again: nothing is deleted, the merged one points to the other."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound, Refusal
from kakou.people import queries
from kakou.people.actions.rows import MERGING, AlreadyKnown
from kakou.people.events import tell_subjects_changed
from kakou.people.models import Distinct, Person, SameSubject, Vehicle
from kakou.web.turns import wait_for_turn


@transaction.atomic
def merge_subjects(keep: Person | Vehicle, subject: UUID, *, by: Staff, at: dt.datetime) -> SameSubject:
    """Say that the passages of `subject` are those of `keep`; whoever keeps stays folds both anew. Reversible by
    `part_subjects`. Raises NotAllowed, AlreadyKnown when one of them is merged with another already.
    """
    access.require(by, Permission.EDIT_PEOPLE, keep.node_id)
    wait_for_turn(MERGING)  # two at once, each the other's, would leave nobody standing
    ends = queries.canonical([keep.pk, subject])
    if ends.get(keep.pk, keep.pk) in {subject, ends.get(subject, subject)} or subject == keep.pk:
        raise AlreadyKnown("These two are one already.")
    try:
        with transaction.atomic():
            same = SameSubject.objects.create(
                node_id=keep.node_id, subject=subject, same_as=keep.pk, merged_at=at, merged_by=by
            )
    except IntegrityError as error:
        raise AlreadyKnown("This one is merged with another already; part them first.") from error
    audit.record("subjects.merged", subject=keep.pk, by=by.pk, at=at, node=keep.node_id, other=subject)
    tell_subjects_changed([subject, keep.pk])
    return same


@transaction.atomic
def part_subjects(same: SameSubject, *, by: Staff, at: dt.datetime) -> None:
    """Take a merge back; doing it twice changes nothing. Raises NotAllowed."""
    access.require(by, Permission.EDIT_PEOPLE, same.node_id)
    if SameSubject.objects.filter(pk=same.pk, ended_at=None).update(ended_at=at, ended_by=by):
        audit.record("subjects.parted", subject=same.same_as, by=by.pk, at=at, node=same.node_id, other=same.subject)
        tell_subjects_changed([same.subject, same.same_as])


class TwoPeople(Refusal):
    """Their documents say that these are two."""

    code = "two-people"
    status = 409


@transaction.atomic
def merge_people(keep: Person, other: Person, *, by: Staff, at: dt.datetime) -> SameSubject:
    """`other` is `keep`: whoever is looked up by anything of either is `keep` from now on. Nothing of `other` is
    deleted; `part_subjects` restores both. Raises NotAllowed over either, AlreadyKnown, TwoPeople.
    """
    access.require(by, Permission.EDIT_PEOPLE, other.node_id)
    if not queries.may_be_one(keep, other):
        raise TwoPeople("Their identity cards say that these are two people. Correct the wrong number first.")
    return merge_subjects(keep, other.pk, by=by, at=at)


@transaction.atomic
def keep_apart(one: Person, other: Person, *, by: Staff, at: dt.datetime) -> None:
    """These two are not one person: nobody is asked about them again. Twice changes nothing. Raises NotAllowed,
    AlreadyKnown for one and himself."""
    if one.pk == other.pk:
        raise AlreadyKnown("These two are one already.")
    first, second = sorted((one, other), key=lambda person: person.pk)
    for person in (first, second):
        access.require(by, Permission.EDIT_PEOPLE, person.node_id)
    said = {"node_id": first.node_id, "said_at": at, "said_by": by}
    _, made = Distinct.objects.get_or_create(one=first, other=second, defaults=said)
    if made:
        audit.record("subjects.kept_apart", subject=first.pk, by=by.pk, at=at, node=first.node_id, other=second.pk)


def merge_at(id: UUID) -> SameSubject:
    """One merge. Raises NotFound, also outside the reader's scope."""
    same = SameSubject.objects.filter(pk=id).first()
    if same is None:
        raise NotFound("This merge is not known here.")
    return same
