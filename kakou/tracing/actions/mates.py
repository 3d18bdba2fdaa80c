"""Who lives behind the same door, and who sat in the same vehicle at a gate: proposed as contacts.

Neither is found by stays: a household is inside all night without a passage, and people in a car pass within seconds.
Source: domain notes 3.2 (密接: 共同居住, 同乘).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as, acting_as_system, nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.people import queries as people
from kakou.people.models import Person
from kakou.places import queries as places
from kakou.screening.models import Pass
from kakou.tracing.actions.cases import NewContact, involve
from kakou.tracing.actions.traces import Window, window_of
from kakou.tracing.models import Exposure, Involved, Trace
from kakou.tracing.policy import STRENGTH, Grade
from kakou.tracing.queries.cases import outbreak_at
from kakou.tracing.queries.editions import policy_of
from kakou.tracing.queries.known import in_outbreak
from kakou.tracing.queries.rides import rode_with
from kakou.tracing.rules.addresses import same_address
from kakou.tracing.rules.standing import Origin
from kakou.web.actions import announce

MOST_IN_A_HOUSEHOLD = 20  # more behind one door: the address names a building or a street, not a household


@dataclass(frozen=True, slots=True)
class Mates:
    """Who was proposed now, by how; `elsewhere`: how many more belong to places where the asker does not trace;
    `crowd`: how many share the address, if they are too many for one household (none of them is proposed)."""

    household: Sequence[Involved] = field(default_factory=list)
    vehicle: Sequence[Involved] = field(default_factory=list)
    elsewhere: int = 0
    crowd: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Without anybody's id."""
        household, vehicle = len(self.household), len(self.vehicle)
        return {"household": household, "vehicle": vehicle, "elsewhere": self.elsewhere, "crowd": self.crowd}


@transaction.atomic
def find_mates(involved: Involved, *, by: Staff, at: dt.datetime) -> Mates:
    """Propose the household and the vehicle mates of a case, or of a close contact where the plan follows those too.
    Doing it twice proposes nobody twice. Raises NotAllowed, NotFound, and as `window_of` where no time can be told."""
    access.require(by, Permission.TRACE, involved.node_id)
    involved.outbreak = outbreak_at(involved.outbreak_id)
    window = window_of(involved, at=at)
    until = min(window[1], at)
    household, crowd = ([], 0) if not _grade(involved, "household") else _household(involved, by, at)
    rides = rode_with(involved.subject, since=window[0], until=until) if _grade(involved, "vehicle") else {}
    contacts = [
        *(_contact(involved, id, node, Origin.HOUSEHOLD, (window[0], until)) for id, node in household),
        *(
            _contact(involved, id, node, Origin.VEHICLE, (rides[id][0].at, rides[id][-1].at))
            for id, node in _where(rides.keys(), {id: together[0].gate for id, together in rides.items()})
        ),
    ]
    mine = nodes_of(by)[Permission.TRACE]
    new = _news(involved, [one for one in contacts if one.node in mine])
    found = dict(
        zip(((one.subject, one.origin) for one in new), involve(involved.outbreak, new, by=by, at=at), strict=True)
    )
    mates = Mates(
        [one for (_, origin), one in found.items() if origin is Origin.HOUSEHOLD],
        [one for (_, origin), one in found.items() if origin is Origin.VEHICLE],
        len({one.subject for one in contacts if one.node not in mine}), crowd,
    )  # fmt: skip
    told = {name: many for name, many in mates.counts.items() if name != "crowd"}
    audit.record("mates.found", subject=involved.pk, by=by.pk, at=at, node=involved.node_id, **told)
    return mates


def find_mates_of_trace(id: UUID, *, at: dt.datetime) -> None:
    """The same once a trace that somebody asked for is answered, in his name, and told on its page: the engine knows
    neither doors nor vehicles. Where it is refused, the page goes on saying that nobody has looked."""
    with acting_as_system():
        trace = Trace.objects.select_related("source", "asked_by").filter(pk=id).first()
    if trace is None or trace.asked_by is None or (trace.kind, trace.state) != (Trace.Kind.CONTACTS, Trace.State.DONE):
        return
    try:
        with acting_as(trace.asked_by):
            found = find_mates(trace.source, by=trace.asked_by, at=at).counts
    except Refusal:
        return
    with acting_as_system():
        Trace.objects.filter(pk=id).update(mates=found)
        announce("cases.changed", node=trace.node_id)


def _grade(involved: Involved, kind: str) -> Grade | None:
    """What being together there makes of somebody; None: nothing."""
    policy = policy_of(involved.outbreak)
    if involved.is_case:
        proposed = policy.rule(kind).proposes
        return None if proposed is Grade.NONE else proposed
    return Grade.SECONDARY if kind in policy.secondary else None


def _contact(source: Involved, subject: UUID, node: int, origin: Origin, together: Window) -> NewContact:
    grade = _grade(source, origin.value)
    assert grade
    return NewContact(subject, node, grade, origin, last=together[1], since=together[0], source=source.pk)


def _where(subjects: Iterable[UUID], met: dict[UUID, int]) -> list[tuple[UUID, int]]:
    """Each with the node where he is registered; who is nowhere, with the gate where he was met."""
    persons, vehicles = people.registered(set(subjects))
    return [(id, persons.get(id, met[id])) for id in met if id not in vehicles]


def _household(involved: Involved, by: Staff, at: dt.datetime) -> tuple[list[tuple[UUID, int]], int]:
    """Persons behind the same door, with their nodes; and how many they are where that is too many for a household.
    Addresses are opened here, compared, and go nowhere: the audit hears how many."""
    person = Person.objects.filter(pk=involved.subject).first()
    if person is None:
        return [], 0
    names = [unit.name for unit in places.path_of(person.node_id)]
    mine = same_address(people.plain_field(person, "address"), within=names)
    found = dict.fromkeys(_by_pass(person), person.node_id)
    if mine:
        others = Person.objects.filter(node_id=person.node_id, address_sealed__isnull=False).exclude(pk=person.pk)
        compared = 0
        for other in others.only("id", "address_sealed"):
            compared += 1
            if same_address(people.plain_field(other, "address"), within=names) == mine:
                found[other.pk] = person.node_id
        audit.record(
            "addresses.compared", subject=involved.pk, by=by.pk, at=at, node=person.node_id, many=compared,
            same=len(found),
        )  # fmt: skip
    return ([], len(found)) if len(found) > MOST_IN_A_HOUSEHOLD else (list(found.items()), 0)


def _by_pass(person: Person) -> list[UUID]:
    """Who has a pass for the same door, by its blind index."""
    doors = Pass.objects.filter(person=person, household__isnull=False, cancelled_at=None).values("household")
    others = Pass.objects.filter(household__in=doors, cancelled_at=None, person__isnull=False).exclude(person=person)
    return [id for id in others.values_list("person_id", flat=True).distinct() if id]


def _news(source: Involved, contacts: Sequence[NewContact]) -> list[NewContact]:
    """Those by whom something is added to what the outbreak knows of `source`."""
    known = in_outbreak(source.outbreak, [one.subject for one in contacts])
    told = set(Exposure.objects.filter(source=source).values_list("target_id", flat=True))
    return [
        one
        for one in contacts
        if (held := known.get(one.subject)) is None
        or (not held.is_case and (held.pk not in told or STRENGTH[Grade(held.proposed)] < STRENGTH[one.grade]))
    ]
