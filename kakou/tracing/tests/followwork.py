"""What tests of follow-up share: a household of three who are followed, and whoever calls them."""

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
from kakou.tracing.tests.casework import DAY, HOUR, NOW, Quarter, begun, quarter

__all__ = ["Followed", "followed", "quarter"]


@dataclass(frozen=True)
class Followed:
    """Ben, Cai (the garden, one telephone) and Dan (the orchard) are close contacts since yesterday."""

    quarter: Quarter
    outbreak: Outbreak
    case: Involved
    ben: Involved
    cai: Involved
    dan: Involved

    def items(self, whose: Involved, by: Staff | None = None, **which: object) -> list[FollowUp]:
        """What is and was due for one."""
        with acting_as(by or self.quarter.colleague):
            return list(FollowUp.objects.filter(involved=whose, **which).order_by("day", "task"))

    def call(self, whose: Involved, by: Staff | None = None) -> FollowUp:
        """His first call that is due."""
        return self.items(whose, by, task=Task.CALL, finding=Finding.DUE)[0]


@pytest.fixture
def followed(quarter: Quarter) -> Followed:
    """See the class."""
    by = quarter.colleague
    outbreak, case = begun(quarter)
    with acting_as(by):
        found = involve(
            outbreak,
            [
                contact(subject, node)
                for subject, node in (
                    (quarter.ben, quarter.tree.garden.pk), (quarter.cai, quarter.tree.garden.pk),
                    (quarter.dan, quarter.tree.orchard.pk),
                )
            ],
            by=by, at=NOW,
        )  # fmt: skip
        ben, cai, dan = (take_step(one, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=NOW) for one in found)
    return Followed(quarter, outbreak, case, ben, cai, dan)


def contact(subject: UUID, node: int) -> NewContact:
    """Somebody told in an interview, met for an hour yesterday."""
    return NewContact(subject, node, Grade.CLOSE, Origin.INTERVIEW, last=NOW - DAY, since=NOW - DAY - HOUR)
