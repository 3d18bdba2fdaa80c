"""What hangs on a person stays with him: it is of the unit where he is registered, and seen from there alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Model

from kakou.access.models import Staff
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


def follow(people: Collection[UUID], to: int, *, by: Staff | None, at: dt.datetime) -> None:
    """All that hangs on these people, who are registered at the unit on `to` now, and what higher capabilities hang on
    them. Asks for no permission over the register: whoever calls does. Raises what those refuse."""
    for model, column in _HANGING:
        model._default_manager.filter(**{f"{column}__in": people}).update(node=to)
    tell_moved(people, to, by, at)


def follow_from(former: Iterable[Person], present: Iterable[Person], *, by: Staff | None, at: dt.datetime) -> None:
    """The same of those who were registered at another unit in `former`, each to where he is in `present`."""
    homes = {person.pk: person.node_id for person in former}
    moved: dict[int, list[UUID]] = {}
    for person in present:
        if homes.get(person.pk, person.node_id) != person.node_id:
            moved.setdefault(person.node_id, []).append(person.pk)
    for node, people in moved.items():
        follow(people, node, by=by, at=at)
