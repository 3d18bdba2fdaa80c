"""An import taken back: whom it wrote down is gone, whom it changed stands as before. All of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotAllowed, NotFound, Refusal
from kakou.people.actions import AlreadyKnown
from kakou.people.actions.rows import CENSUS, MERGING, put_back, take_away
from kakou.people.census.history import changed_since, former_of
from kakou.people.census.words import N_
from kakou.people.events import dependents
from kakou.people.models import Attachment, CensusImport, CensusRow, Distinct, Proxy, SameSubject
from kakou.web.turns import wait_for_turn

CHANGED_SINCE = N_("changed since by hand or by a later list")
MERGED = N_("merged with another")
ANSWERS = N_("for whom somebody answers, or who answers for somebody")
APART = N_("said to be another than somebody alike")
PICTURES = N_("with a picture in the record")
DESTROYED = N_("whose former data was destroyed meanwhile")


class UndoRefused(Refusal):
    """Something was built on the rows of the import."""

    code = "undo-refused"
    status = 409


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why it cannot be undone: `what` is a msgid, `people` how many it is about."""

    what: str
    people: int


def import_at(id: UUID) -> CensusImport:
    """One import. Raises NotFound, also outside the reader's scope."""
    found = CensusImport.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This import is not known here.")
    return found


def obstacles(census: CensusImport) -> list[Obstacle]:
    """What stands in the way of undoing it; none: it can be undone."""
    return _obstacles(list(census.rows.all()))


def _obstacles(rows: Sequence[CensusRow]) -> list[Obstacle]:
    added = {row.person for row in rows if row.former is None}
    changed = [row for row in rows if row.former is not None]
    merged = SameSubject.objects.filter(Q(subject__in=added) | Q(same_as__in=added), ended_at=None)
    found = [
        Obstacle(CHANGED_SINCE, len(changed_since(rows))),
        Obstacle(MERGED, merged.count()),
        Obstacle(ANSWERS, Proxy.objects.filter(Q(person__in=added) | Q(answers__in=added)).count()),
        Obstacle(APART, Distinct.objects.filter(Q(one__in=added) | Q(other__in=added)).count()),
        Obstacle(PICTURES, Attachment.objects.filter(person__in=added).values("person").distinct().count()),
        Obstacle(DESTROYED, len(changed) - len(former_of(changed))),
        *(Obstacle(what, len(people)) for what, people in dependents(added)),
    ]
    return [one for one in found if one.people]


@transaction.atomic
def undo_import(census: CensusImport, *, by: Staff, at: dt.datetime) -> None:
    """Take it back; twice changes nothing. Raises NotAllowed, UndoRefused while something was built on its rows."""
    access.require(by, Permission.EDIT_PEOPLE, census.node_id)
    wait_for_turn(CENSUS)  # a list at this moment may mean those who leave
    wait_for_turn(MERGING)
    if not CensusImport.objects.filter(pk=census.pk, undone_at=None).update(undone_at=at, undone_by=by):
        return
    rows = list(census.rows.all())
    if len(rows) != census.added + census.changed:
        raise NotAllowed("Some of these people are registered where you may not change the register.")
    for node in {row.node_id for row in rows}:
        access.require(by, Permission.EDIT_PEOPLE, node)
    if _obstacles(rows):
        raise UndoRefused("This import cannot be undone any more: something was built on it.")
    former = former_of(rows)
    try:
        with transaction.atomic():
            take_away([row.person for row in rows if row.former is None])
            as_before = put_back(former, by=by, at=at)
    except (IntegrityError, AlreadyKnown) as error:
        raise UndoRefused("This import cannot be undone any more: something was built on it.") from error
    if as_before != len(former):  # somebody of them is where one may not write any more
        raise UndoRefused("This import cannot be undone any more: something was built on it.")
    audit.record(
        "people.import_undone", subject=census.pk, by=by.pk, at=at, node=census.node_id, added=census.added,
        changed=census.changed,
    )  # fmt: skip
