"""Residents who go to another unit together, because theirs was split: by the building in which they live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.people import queries
from kakou.people.actions.following import follow, register_at
from kakou.people.actions.rows import CENSUS, known_by
from kakou.people.events import tell_subjects_changed
from kakou.people.models import Person
from kakou.people.rules.doors import in_building
from kakou.web.turns import wait_for_turn


def living_in(node: int, buildings: Sequence[str]) -> list[Person]:
    """Who is registered at the unit on `node` and lives in one of these buildings, merged ones too. Opens every address
    of the unit and tells nobody."""
    people = Person.objects.filter(node_id=node, door_index__isnull=False)
    return [one for one in people if in_building(queries.plain_field(one, "address"), buildings)]


@transaction.atomic
def move_house(node: int, to: int, buildings: Sequence[str], *, by: Staff, at: dt.datetime) -> list[UUID]:
    """Register these people at the unit on `to`, with their doors and all that hangs on them. Raises NotAllowed."""
    for end in (node, to):
        access.require(by, Permission.EDIT_PEOPLE, end)
    wait_for_turn(CENSUS)  # a list at this moment may say that they live elsewhere, or would bring them back
    people = living_in(node, buildings)
    ids = [one.pk for one in people]
    register_at(people, to)
    follow(ids, node, to, by=by, at=at)
    tell_subjects_changed([*ids, *known_by(people)])
    audit.record("people.moved_house", subject=None, by=by.pk, at=at, node=to, former=node, count=len(ids))
    return ids
