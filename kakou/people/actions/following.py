"""What hangs on a person stays with him: it is of the unit where he is registered, and seen from there alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection
from django.db.models import Model

from kakou.access.models import Staff
from kakou.people import queries
from kakou.people.events import tell_moved
from kakou.people.models import Attachment, Distinct, Person, Proxy, SameSubject, SearchKey

# a merge is of the unit of whom it leaves, and two who are not one of that of the first
_HANGING: tuple[tuple[type[Model], str], ...] = (
    (SearchKey, "person"),
    (Proxy, "person"),
    (Attachment, "person"),
    (SameSubject, "same_as"),
    (Distinct, "one"),
)


_MOVE = """update people_person p set node_id = %s, door_index = n.door
  from unnest(%s::uuid[], %s::bytea[]) as n(id, door) where p.id = n.id"""


def register_at(people: Collection[Person], to: int) -> None:
    """These people live at the unit on `to`; their doors are known there as they were."""
    doors = [queries.index_of_door(to, queries.plain_field(one, "address")) for one in people]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [to, [one.pk for one in people], doors])


def follow(people: Collection[UUID], former: int, to: int, *, by: Staff | None, at: dt.datetime) -> None:
    """All that hangs on these people, who were registered at the unit on `former` and are at that on `to` now: the rows
    there that were merged into theirs, and what higher capabilities hang on them. Asks for no permission over the
    register: whoever calls does. Raises what those refuse."""
    merged = {row for rows in queries.rows_of(people).values() for row in rows} - set(people)
    hidden = list(Person.objects.filter(pk__in=merged, node=former))
    register_at(hidden, to)
    theirs = [*people, *(one.pk for one in hidden)]
    for model, column in _HANGING:
        model._default_manager.filter(**{f"{column}__in": theirs}).update(node=to)
    tell_moved(people, to, by, at)


def follow_from(former: Iterable[Person], present: Iterable[Person], *, by: Staff | None, at: dt.datetime) -> None:
    """The same of those who were registered at another unit in `former`, each to where he is in `present`."""
    homes = {person.pk: person.node_id for person in former}
    moved: dict[tuple[int, int], list[UUID]] = {}
    for person in present:
        if (home := homes.get(person.pk, person.node_id)) != person.node_id:
            moved.setdefault((home, person.node_id), []).append(person.pk)
    for (home, node), people in moved.items():
        follow(people, home, node, by=by, at=at)
