"""Pairs of the register that may be one person, each with its reasons; within the reader's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from kakou.kernel.arrays import array
from kakou.people.models import Person
from kakou.people.queries.persons import plain_field
from kakou.people.rules import Reason
from kakou.people.rules.doors import same_door
from kakou.people.rules.likeness import Looked, reasons

MOST_PAIRS = 2000  # looked at for one page
# a telephone of more than a dozen people is an office's, a name of so many at one unit is no name, and neither tells
_CROWD = 12

# by the indexes alone: nothing is opened but what has something in common
_PAIRS = """with mine as materialized (
    select id, node_id, name_index, phone_index, door_index, document_kind from people_person p
    where node_id = any(%(nodes)s::int[])
    and not exists (select from people_samesubject s where s.subject = p.id and s.ended_at is null)),
  phones as (select phone_index from mine where phone_index is not null
    group by 1 having count(*) between 2 and %(crowd)s),
  names as (select node_id, name_index from mine group by 1, 2 having count(*) between 2 and %(crowd)s),
  doors as (select node_id, name_index, door_index from mine where door_index is not null
    group by 1, 2, 3 having count(*) between 2 and %(crowd)s),
  pairs as (
    select a.id one, b.id other from phones join mine a using (phone_index) join mine b using (phone_index)
      where a.id < b.id
    union select a.id, b.id from doors join mine a using (node_id, name_index, door_index)
      join mine b using (node_id, name_index, door_index) where a.id < b.id
    union select a.id, b.id from names join mine a using (node_id, name_index) join mine b using (node_id, name_index)
      where a.id < b.id and (a.document_kind = '' or a.document_kind <> b.document_kind))
  select one, other from pairs
  where not exists (select from people_distinct d where d.one_id = one and d.other_id = other)
    and not exists (select from people_samesubject s where (s.subject = one and s.same_as = other)
      or (s.subject = other and s.same_as = one))
  order by one, other limit %(most)s"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may be one, the older row first."""

    one: Person
    other: Person
    why: Sequence[Reason]


def pairs(nodes: Collection[int]) -> list[Pair]:
    """Those registered on `nodes` who may be one person, the strongest reason first. Who was said to be two, or was
    parted after a merge, is not asked about again."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"nodes": array(nodes), "crowd": _CROWD, "most": MOST_PAIRS})
        found = cursor.fetchall()
    people = {person.pk: person for person in Person.objects.filter(pk__in={id for pair in found for id in pair})}
    looked = {id: _looked(person) for id, person in people.items()}
    return sorted(_told(found, people, looked), key=lambda pair: list(Reason).index(pair.why[0]))


def _told(found: Sequence[tuple[UUID, UUID]], people: dict[UUID, Person], looked: dict[UUID, Looked]) -> Iterator[Pair]:
    for one, other in found:
        if one in people and other in people and (why := reasons(looked[one], looked[other])):
            yield Pair(people[one], people[other], why)


def may_be_one(one: Person, other: Person) -> bool:
    """Do their resident documents leave that open?"""
    a, b = _looked(one), _looked(other)
    return not (a.kind == b.kind == "10" and a.number != b.number)


def _looked(person: Person) -> Looked:
    return Looked(
        plain_field(person, "name"),
        person.document_kind,
        plain_field(person, "document"),
        plain_field(person, "phone"),
        person.node_id,
        same_door(plain_field(person, "address")),
    )
