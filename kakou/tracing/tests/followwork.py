"""What tests of follow-up share: a household of two who are followed, a neighbour elsewhere, and whoever calls them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from kakou.access.models import Staff
from kakou.access.scope import acting_as
from kakou.tracing.actions.cases import NewContact, involve, take_step
from kakou.tracing.models import FollowUp, Involved, Outbreak
from kakou.tracing.policy import Grade
from kakou.tracing.rules.following import Finding, Task
from kakou.tracing.rules.standing import Move, Origin
from kakou.tracing.tests.outbreakwork import DAY, HOUR, outbreak, places, registered
from tests.cast import AT, Cast, Tree

__all__ = ["Followed", "followed", "outbreak", "places"]
PHONE = "13800138001"


@dataclass(frozen=True)
class Followed:
    """Ben and Cai (the garden, one telephone) and Dan (the orchard) are close contacts since yesterday."""

    cast: Cast
    tree: Tree
    outbreak: Outbreak
    ben: Involved
    cai: Involved
    dan: Involved

    def items(self, whose: Involved, **which: object) -> list[FollowUp]:
        """What is and was due for one."""
        with acting_as(self.cast.investigator):
            found = FollowUp.objects.filter(involved=whose, **which)
            return list(found.select_related("involved").order_by("day", "task"))

    def call(self, whose: Involved) -> FollowUp:
        """His first call that is due."""
        return self.items(whose, task=Task.CALL, finding=Finding.DUE)[0]

    def add(self, *subjects: UUID) -> list[Involved]:
        """More close contacts, of the garden."""
        return decided(self.outbreak, [contact(one, self.tree.garden.pk) for one in subjects], self.cast.investigator)


@pytest.fixture
def followed(places: Tree, outbreak: Outbreak, cast: Cast) -> Followed:
    """See the class."""
    homes = (("李本", places.garden), ("蔡成", places.garden), ("丁当", places.orchard))
    people = [(registered(home, name, phone=PHONE).pk, home.pk) for name, home in homes]
    found = decided(outbreak, [contact(subject, node) for subject, node in people], cast.investigator)
    return Followed(cast, places, outbreak, *found)


def contact(subject: UUID, node: int) -> NewContact:
    """Somebody told in an interview, met for an hour yesterday."""
    return NewContact(subject, node, Grade.CLOSE, Origin.INTERVIEW, last=AT - DAY, since=AT - DAY - HOUR)


def decided(outbreak: Outbreak, contacts: list[NewContact], by: Staff) -> list[Involved]:
    """They are followed up."""
    with acting_as(by):
        found = involve(outbreak, contacts, by=by, at=AT)
        return [take_step(one, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=AT) for one in found]
