"""Doors of people who were registered before households were kept: told by their address, as of everybody since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import connection

from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.people import queries
from kakou.people.models import Person

PORTION = 500  # addresses opened at once: a tenth of a second
_FIRST = UUID(int=0)
# who was changed meanwhile has his door already
_FILL = """update people_person p set door_index = n.door from unnest(%s::uuid[], %s::int[], %s::bytea[], %s::bytea[])
  n (id, node, address, door)
  where p.id = n.id and p.node_id = n.node and p.address_sealed = n.address and p.door_index is null"""


def fill_doors(*, at: dt.datetime, over: Callable[[], bool] = lambda: False) -> int:
    """Give a door to everybody who has an address and none; how many got one. A transaction to a portion, so that what
    is broken off (`over`, or a kill) is done and the next run goes on with the rest. Needs the worker's role."""
    after: UUID | None = _FIRST
    done = 0
    while after is not None and not over():
        with acting_as_system():
            many, after = _portion(after)
            if many:
                audit.record("people.doors_filled", subject=None, by=None, at=at, count=many)
        done += many
    return done


def _portion(after: UUID) -> tuple[int, UUID | None]:
    """How many of the next ones got a door, and the last of them; None: there is nobody more."""
    people = list(
        Person.objects.filter(pk__gt=after, door_index=None, address_sealed__isnull=False).order_by("pk")[:PORTION]
    )
    told = [
        (one.pk, one.node_id, bytes(one.address_sealed or b""), door)
        for one in people
        if (door := queries.index_of_door(one.node_id, queries.plain_field(one, "address")))
    ]
    many = 0
    if told:
        with connection.cursor() as cursor:
            cursor.execute(_FILL, [list(column) for column in zip(*told, strict=True)])
            many = cursor.rowcount
    return many, people[-1].pk if people else None
