"""Calls for helpers: for staff within their scope, and the one that a code opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from kakou.access.models import Closure
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for
from kakou.kernel.errors import NotFound
from kakou.people import queries as people
from kakou.people.models import Person
from kakou.skills.models import Asked, Call
from kakou.skills.rules import Answer, Skill
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN


class Stage(StrEnum):
    """How far a call is."""

    ASKING = "asking"
    TAKEN = "taken"
    DONE = "done"
    ENDED = "ended"  # without anybody


@dataclass(frozen=True, slots=True)
class Said:
    """One who was asked; `name` masked, "" for whoever may not see the person."""

    row: Asked
    name: str

    @property
    def answer(self) -> Answer:
        """What came of it."""
        return Answer(self.row.answer)


@dataclass(frozen=True, slots=True)
class Seen:
    """A call with everybody who was asked, the first first."""

    row: Call
    asked: Sequence[Said]

    @property
    def skill(self) -> Skill:
        """What is needed."""
        return Skill(self.row.skill)

    @property
    def taken(self) -> Said | None:
        """Who does it."""
        return next((one for one in self.asked if one.answer is Answer.YES), None)

    @property
    def stage(self) -> Stage:
        """How far it is."""
        if self.taken:
            return Stage.DONE if self.taken.row.done_at else Stage.TAKEN
        is_over = self.row.ended_at is not None or self.row.order.state not in STILL_OPEN
        return Stage.ENDED if is_over else Stage.ASKING


def call_at(id: UUID) -> Call:
    """One call. Raises NotFound, also outside the reader's scope."""
    found = Call.objects.select_related("order", "opened_by").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such call for helpers here.")
    return found


def asked_at(id: UUID) -> Asked:
    """One who was asked. Raises NotFound, also outside the reader's scope."""
    found = Asked.objects.select_related("call").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such call for helpers here.")
    return found


def is_over(call: Call) -> bool:
    """Is nobody looked for any more: was it ended, or is the request settled by now, wherever it was handled?"""
    if call.ended_at is not None:
        return True
    with acting_as_system():
        return not WorkOrder.objects.filter(pk=call.order_id, state__in=STILL_OPEN).exists()


def listed(*, node: int | None, ended: bool) -> QuerySet[Call]:
    """Calls at `node` and below (None: all in scope), the latest first: those that go on, or those that were ended or
    whose request is settled."""
    goes_on = Q(ended_at=None, order__state__in=STILL_OPEN)
    found = Call.objects.select_related("order").filter(~goes_on if ended else goes_on)
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("-opened_at", "-pk")


def seen(calls: Sequence[Call]) -> list[Seen]:
    """With who was asked. Two queries."""
    rows = list(
        Asked.objects.select_related("asked_by", "answered_by", "rated_by")
        .filter(call__in=calls)
        .order_by("asked_at", "pk")
    )
    persons = Person.objects.filter(pk__in={row.person_id for row in rows})
    names = {person.pk: people.shown(person).name for person in persons}
    said = [Said(row, names.get(row.person_id, "")) for row in rows]
    return [Seen(call, [one for one in said if one.row.call_id == call.pk]) for call in calls]


def hours_served(*, node: int | None, since: dt.datetime) -> tuple[int, int]:
    """How many helped since then, and for how many minutes together, at `node` and below."""
    found = Asked.objects.filter(Q(done_at__gte=since))
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.count(), found.aggregate(sum=Sum("minutes"))["sum"] or 0


@contextmanager
def behind(code: str) -> Iterator[Asked | None]:
    """Act at the place of one call, for whoever has the code of one who was asked; None for a code of nobody's."""
    with connection.cursor() as cursor:
        cursor.execute("select skills_place_of(%s)", [code])
        (node,) = cursor.fetchone() or (None,)
    nodes = frozenset(() if node is None else {node})
    with acting_for(dict.fromkeys((Permission.SEE_ORDERS, Permission.CLOSE_ORDERS), nodes)):
        yield Asked.objects.select_related("call").filter(code=code).first() if nodes else None
