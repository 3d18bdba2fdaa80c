"""Which keys that passages carry are one subject, who lives where, and who is registered at all. Within the scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from kakou.kernel.arrays import array
from kakou.people.models import Person, SameSubject, Vehicle
from kakou.people.queries.merged import MOST_MERGES, stands_alone
from kakou.people.rules import LIVES_HERE, Special

# of a document before that of a plate before that of a phone, which tells somebody only if he alone has it
_OWNERS = """select phone_index, min(id::text)::uuid from people_person where phone_index = any(%(keys)s)
    group by phone_index having count(*) = 1
  union all select plate_index, id from people_vehicle where plate_index = any(%(keys)s)
  union all select document_index, id from people_person where document_index = any(%(keys)s)"""


def canonical(subjects: Iterable[UUID]) -> dict[UUID, UUID]:
    """Subject of a passage → the one subject it belongs to, for those that belong to another than themselves.

    A blind index of a document or plate belongs to the person or vehicle that has it; one of a phone only when a single
    person has that phone, because families share one. Merged subjects belong to what they were merged with.
    """
    asked = set(subjects)
    found = _registered(asked)
    for _ in range(MOST_MERGES):
        ends = {found.get(subject, subject) for subject in asked}
        merged = dict(SameSubject.objects.filter(subject__in=ends, ended_at=None).values_list("subject", "same_as"))
        if not merged:
            break
        for subject in asked:
            if (end := merged.get(found.get(subject, subject))) is not None:
                found[subject] = end
    return found


def _registered(subjects: set[UUID]) -> dict[UUID, UUID]:
    # all of them: one blind index in 64 has by chance the shape of a UUIDv7, so the shape tells nothing
    keys = [subject.bytes for subject in subjects]
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, {"keys": keys})
        return {UUID(bytes=bytes(key)): id for key, id in cursor.fetchall()}


def residents_among(ids: Collection[UUID]) -> QuerySet[Person]:
    """Those of `ids` who live where they are registered."""
    return Person.objects.filter(pk__in=ids, category__in=LIVES_HERE)


def residents(nodes: Collection[int]) -> QuerySet[Person]:
    """Who lives at one of `nodes` (the caller adds the nodes below); of merged ones whom that leaves."""
    return Person.objects.filter(stands_alone(), node_id__in=nodes, category__in=LIVES_HERE)


def count_residents(nodes: Collection[int]) -> int:
    """How many live at one of `nodes`."""
    return residents(nodes).count()


def callable_among(ids: Collection[UUID]) -> dict[UUID, bool]:
    """Of those who are registered persons: may they be called? Never a child, and else who has a telephone; of whom no
    telephone is known is no key."""
    rows = Person.objects.filter(pk__in=ids).values_list("pk", "phone_index", "special")
    grown = {pk: (phone is not None, Special.MINOR not in special) for pk, phone, special in rows}
    return {pk: is_grown for pk, (has_phone, is_grown) in grown.items() if has_phone or not is_grown}


class Identity(NamedTuple):
    """One key that passages may carry, the subject it belongs to, and where that subject lives (None: nowhere here)."""

    key: UUID
    subject: UUID
    home: int | None


# The inverse of `canonical` besides it, in one statement: every late passage asks. `registered` is the same rule:
# a document or plate, else a phone that one person alone has. One index in 16 has by chance the 7 of our own ids in its
# place, so the shape of a key tells nothing and all are looked up
_REGISTERED = """coalesce(
  (select id from people_person where document_index = uuid_send({0})),
  (select id from people_vehicle where plate_index = uuid_send({0})),
  (select min(id::text)::uuid from people_person where phone_index = uuid_send({0}) having count(*) = 1), {0})"""
_IDENTITIES = f"""with recursive
  asked(key) as (select distinct unnest(%s::uuid[])),
  up(key, subject, n) as (
    select key, {_REGISTERED.format("key")}, 0 from asked
    union all select up.key, m.same_as, n + 1 from up join people_samesubject m on m.subject = up.subject
      and m.ended_at is null where n < {MOST_MERGES}),
  subjects(subject) as (select distinct subject from (
    select distinct on (key) subject from up order by key, n desc) ends),
  down(subject, key, n) as (
    select subject, subject, 0 from subjects
    union all select down.subject, m.subject, n + 1 from down join people_samesubject m on m.same_as = down.key
      and m.ended_at is null where n < {MOST_MERGES} and m.subject = {_REGISTERED.format("m.subject")}),
  keys(subject, key) as (
    select subject, key from down
    union select d.subject, encode(p.document_index, 'hex')::uuid from down d join people_person p on p.id = d.key
      where p.document_index is not null
    union select d.subject, encode(p.phone_index, 'hex')::uuid from down d join people_person p on p.id = d.key
      where p.phone_index is not null
      and (select count(*) from people_person q where q.phone_index = p.phone_index) = 1
    union select d.subject, encode(v.plate_index, 'hex')::uuid from down d join people_vehicle v on v.id = d.key)
  select key, subject, coalesce(
    (select node_id from people_person where id = subject and category = any(%s)),
    (select node_id from people_vehicle where id = subject and lives_here)) from keys"""  # noqa: S608


_FEW = 20  # keys, for which no plan is worth two more words with the database


def identities(keys: Collection[UUID]) -> list[Identity]:
    """Every key of the subjects that `keys` belong to (`canonical`), these included, within the present scope."""
    many = len(keys) > _FEW
    with connection.cursor() as cursor:
        # of a register just brought in the planner knows nothing, and would AND the few who have a phone with everybody
        # within the scope, for every key anew
        if many:
            cursor.execute("set local enable_bitmapscan = off")
        cursor.execute(_IDENTITIES, [list(keys), [category.value for category in LIVES_HERE]])
        found = [Identity(*row) for row in cursor.fetchall()]
        if many:
            cursor.execute("set local enable_bitmapscan to default")
    return found


def homes_of(ids: Collection[UUID]) -> dict[UUID, int]:
    """Person or vehicle → node of the unit where they live; blind indexes and merges are not looked through."""
    homes: dict[UUID, int] = dict(residents_among(ids).values_list("pk", "node_id"))
    return homes | dict(Vehicle.objects.filter(pk__in=ids, lives_here=True).values_list("pk", "node_id"))


def registered(ids: Collection[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Persons and vehicles among `ids`: id → node where they are registered."""
    found = []
    with connection.cursor() as cursor:  # an array of ids, which Django's own `in` would spell out one by one
        for table in ("people_person", "people_vehicle"):
            cursor.execute(f"select id, node_id from {table} where id = any(%s::uuid[])", [array(ids)])  # noqa: S608
            found.append(dict(cursor.fetchall()))
    return found[0], found[1]


def sharing_a_phone(keys: Collection[UUID]) -> set[UUID]:
    """Everybody in scope whose phone is one of `keys`."""
    return set(Person.objects.filter(phone_index__in=[key.bytes for key in keys]).values_list("pk", flat=True))


def at_home(nodes: Collection[int]) -> list[UUID]:
    """Persons and vehicles that live at one of `nodes`."""
    vehicles = Vehicle.objects.filter(node_id__in=nodes, lives_here=True)
    return [*residents(nodes).values_list("pk", flat=True), *vehicles.values_list("pk", flat=True)]
