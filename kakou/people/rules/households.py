"""Who of a household is its head, and who is called for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kakou.people.rules.persons import Special
from kakou.people.rules.relations import Relation

_ORDER = tuple(Relation)  # who stands first in a household, and is called first


@dataclass(frozen=True, slots=True)
class Member:
    """One of those who share a door. `answers`: by whom he is answered for, the first named first."""

    id: UUID
    relation: Relation | None
    special: frozenset[Special]
    has_phone: bool
    answers: Sequence[UUID] = ()

    @property
    def may_be_called(self) -> bool:
        """No child is called."""
        return self.has_phone and Special.MINOR not in self.special


def in_order(members: Sequence[Member]) -> list[Member]:
    """The head first, then by relation; whose relation nobody said comes last."""
    return sorted(members, key=lambda one: _ORDER.index(one.relation) if one.relation else len(_ORDER))


def head_of(members: Sequence[Member]) -> Member | None:
    """Who is said to be the head; where nobody is, whoever lives there alone."""
    heads = [one for one in members if one.relation is Relation.HEAD]
    return heads[0] if heads else (members[0] if len(members) == 1 else None)


def contact_of(members: Sequence[Member]) -> Member | None:
    """Whom to call for the household: the first in order who may be called; None: nobody there has a telephone."""
    return next((one for one in in_order(members) if one.may_be_called), None)


def reached_by(member: Member, members: Sequence[Member]) -> UUID | None:
    """Whom to call for one of them: himself, else who answers for him, else whom the household is called by."""
    if member.may_be_called:
        return member.id
    if member.answers:
        return member.answers[0]
    contact = contact_of(members)
    return contact.id if contact else None
