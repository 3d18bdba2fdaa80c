"""Who lives behind one door, who of them is called, and who answers for whom; within the reader's scope. Masked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from kakou.people.models import Person, Proxy
from kakou.people.queries.merged import rows_of, standing, stands_alone
from kakou.people.queries.persons import PersonShown, shown
from kakou.people.rules import LIVES_HERE, Relation, Special
from kakou.people.rules.households import Member, contact_of, head_of, in_order, reached_by

MOST_MEMBERS = 20  # more behind one door: the address names a building or a street


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody is answered for, as `proxy` says, by whoever that one is now: `by`."""

    proxy: Proxy
    by: Person


@dataclass(frozen=True, slots=True)
class Household:
    """The people of one door. `reached`: member → whom to call for him, also somebody of another door. `answers`:
    member → who answers for him, the first named first."""

    node_id: int
    members: Sequence[PersonShown]
    relations: Mapping[UUID, Relation | None]
    head: UUID | None
    contact: UUID | None
    reached: Mapping[UUID, UUID]
    answers: Mapping[UUID, Sequence[Answer]]
    is_crowd: bool


@dataclass(frozen=True, slots=True)
class Door:
    """One door in the list: who stands for it, and what is known of those behind it."""

    first: Person
    members: int
    phones: int
    heads: int


def people_of(person: Person) -> list[Person]:
    """Whoever lives behind the same door, the person among them; without a door he is alone."""
    if person.door_index is None or person.category not in LIVES_HERE:
        return [person]
    rows = _living().filter(node_id=person.node_id, door_index=bytes(person.door_index)).order_by("pk")
    return list(rows[: MOST_MEMBERS + 1]) or [person]


def household_of(person: Person) -> Household:
    """The household of a person."""
    people = people_of(person)
    answers = _answers(people)
    members = in_order([_member(one, answers.get(one.pk, ())) for one in people])
    told = {one.pk: shown(one) for one in people}
    head, contact = head_of(members), contact_of(members)
    return Household(
        person.node_id,
        [told[one.id] for one in members[:MOST_MEMBERS]],
        {one.id: one.relation for one in members},
        head.id if head else None,
        contact.id if contact else None,
        {one.id: called for one in members if (called := reached_by(one, members)) is not None},
        answers,
        len(people) > MOST_MEMBERS,
    )


def doors(nodes: Collection[int], *, unreached: bool = False) -> QuerySet[Person, Any]:
    """The doors of these units by unit, each with how many live there; `unreached`: where nobody may be called."""
    may_be_called = ~Q(special__contains=[Special.MINOR.value])
    rows = (
        _living()
        .filter(node_id__in=nodes, door_index__isnull=False)
        .values("node_id", "door_index")
        .annotate(
            members=Count("pk"),
            phones=Count("phone_index", filter=may_be_called),
            heads=Count("pk", filter=Q(relation="head")),
        )
        .order_by("node_id", "door_index")
    )
    return rows.filter(phones=0) if unreached else rows


def who_stands_for(rows: Sequence[Mapping[str, object]]) -> list[Door]:
    """These rows of `doors` with somebody who stands for each: the head, else who was registered first."""
    indexes = [row["door_index"] for row in rows]
    people: dict[bytes, Person] = {}
    for person in _living().filter(door_index__in=indexes).order_by("-pk"):
        key = bytes(person.door_index or b"")
        if key not in people or people[key].relation != Relation.HEAD:
            people[key] = person
    return [
        Door(people[bytes(row["door_index"])], row["members"], row["phones"], row["heads"])  # type: ignore[arg-type,call-overload]
        for row in rows
    ]


def _living() -> QuerySet[Person]:
    return Person.objects.filter(stands_alone(), category__in=LIVES_HERE)


def _answers(people: Sequence[Person]) -> dict[UUID, list[Answer]]:
    """What was said of any row that was merged into one of them is said of him."""
    whose = {row: end for end, rows in rows_of([one.pk for one in people]).items() for row in rows}
    named = Proxy.objects.filter(person__in=whose, ended_at=None).select_related("answers").order_by("named_at", "pk")
    merged = standing({proxy.answers_id for proxy in named})
    others = Person.objects.in_bulk(set(merged.values()))
    found: dict[UUID, list[Answer]] = {}
    for proxy in named:
        by, member = others.get(merged.get(proxy.answers_id, proxy.answers_id), proxy.answers), whose[proxy.person_id]
        if by.pk != member:
            found.setdefault(member, []).append(Answer(proxy, by))
    return found


def _member(person: Person, answers: Sequence[Answer]) -> Member:
    return Member(
        person.pk,
        Relation(person.relation) if person.relation else None,
        frozenset(map(Special, person.special)),
        person.phone_index is not None,
        [one.by.pk for one in answers if one.by.phone_index is not None],
    )
