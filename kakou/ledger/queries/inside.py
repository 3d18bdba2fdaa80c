"""Who is inside a unit, now or at a past moment, and how sure that is.

Inside = residents, less those away, plus visitors. A unit with gates of its own is answered by its own stays; a unit
without (a street, most communities) by those of the outermost enclosures in it. Who is away from his compound but
visits another one of the same unit is inside the unit, neither away nor a visitor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from django.db.models import BooleanField, Case, Count, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.aggregates import Aggregate

from kakou.access.models import Closure
from kakou.ledger.models import Stay
from kakou.ledger.queries.ground import read_land
from kakou.ledger.queries.where import phones_of
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import ABSENCE, VISIT, StayState
from kakou.people import queries as people

PERSON, VEHICLE = 1, 2


class Group(StrEnum):
    """Each count opens the names behind it."""

    VISITORS = "visitors"
    AWAY = "away"
    PRESENT = "present"


@dataclass(frozen=True)
class SilentGate:
    """A gate of which not every phone has sent since `last_sync`: what happened there later may not be known yet."""

    node: int
    last_sync: dt.datetime


@dataclass(frozen=True)
class Inside:
    """Counts at `at`. `unsure`: of the visitors and the away, those whose exit or entry was missed, so that they may
    not be where this says. `silent`: gates of the unit that have not sent what they know."""

    node: int
    at: dt.datetime
    visitors: int
    vehicles: int
    residents: int
    away: int
    vehicles_away: int
    unsure: int
    silent: tuple[SilentGate, ...]

    @property
    def present(self) -> int:
        """Residents who are not away."""
        return max(0, self.residents - self.away)

    @property
    def total(self) -> int:
        """Persons inside."""
        return self.present + self.visitors

    @property
    def certain(self) -> bool:
        """Is there nothing that could change these counts?"""
        return not self.unsure and not self.silent


@dataclass(frozen=True)
class Line:
    """One subject behind a count; `since` None: at home, by the register. `gate`: where it began, if seen."""

    subject: UUID
    subject_kind: int
    since: dt.datetime | None
    gate: int | None
    node: int | None
    unsure: bool


class BoolOr(Aggregate):
    """True for a subject with any such row."""

    function = "BOOL_OR"
    output_field = BooleanField()


_VISIT, _ABSENCE = Q(kind=KINDS[VISIT]), Q(kind=KINDS[ABSENCE])
_UNSURE = Q(state=STATES[StayState.MISSED_EXIT]) | Q(state=STATES[StayState.ORPHAN_EXIT], left_at=None)


def inside(node: int, *, at: dt.datetime, now: dt.datetime) -> Inside:
    """The counts of the unit at `node` as of `at` (not after `now`), within the present scope. Four queries."""
    within = subtree(node)
    found = _subjects(node, within, at).aggregate(
        visitors=Count("subject", filter=Q(visits=True, absent=False, subject_kind=PERSON)),
        vehicles=Count("subject", filter=Q(visits=True, absent=False, subject_kind=VEHICLE)),
        away=Count("subject", filter=Q(visits=False, absent=True, subject_kind=PERSON)),
        vehicles_away=Count("subject", filter=Q(visits=False, absent=True, subject_kind=VEHICLE)),
        unsure=Count("subject", filter=Q(doubt=True)),
    )
    return Inside(node, at, residents=people.count_residents(within), silent=silent_gates(within, at, now), **found)


def lines(node: int, group: Group, *, at: dt.datetime, start: int = 0, most: int = 100) -> list[Line]:
    """The names behind a count, `most` from `start`: those who stay longest first, residents at home by register."""
    within = subtree(node)
    found = _subjects(node, within, at)
    if group is Group.PRESENT:
        away = found.filter(visits=False, absent=True, subject_kind=PERSON).values("subject")
        ids = people.residents(within).exclude(pk__in=away).order_by("pk").values_list("pk", "node_id")
        return [Line(pk, PERSON, None, None, home, False) for pk, home in ids[start : start + most]]
    visits = group is Group.VISITORS
    rows = found.filter(visits=visits, absent=not visits).order_by("since", "subject")[start : start + most]
    return [
        Line(row["subject"], row["subject_kind"], row["since"], row["gate"], row["node"], row["doubt"]) for row in rows
    ]


def subtree(node: int) -> list[int]:
    """The unit and everything below it."""
    return list(Closure.objects.filter(ancestor_id=node).values_list("descendant_id", flat=True))


def silent_gates(nodes: Sequence[int], at: dt.datetime, now: dt.datetime) -> tuple[SilentGate, ...]:
    """Gates that may still know something about `at` (see `Phones.silent`), the one unheard the longest first."""
    phones = phones_of(nodes)
    found = [SilentGate(node, have.synced) for node, have in phones.items() if have.synced and have.silent(now, at=at)]
    return tuple(sorted(found, key=lambda gate: (gate.last_sync, gate.node)))


def _subjects(node: int, within: Sequence[int], at: dt.datetime) -> QuerySet[Any, dict[str, Any]]:
    """One line per subject with a stay that counts at `at`: does he visit, is he absent, is there doubt."""
    rows = (
        Stay.objects.filter(
            Q(until_at=None) | Q(until_at__gt=at), node_id__in=_outermost(node, within), since_at__lte=at
        )
        .values("subject", "subject_kind")
        .annotate(
            visits=BoolOr(_case(_VISIT)),
            absent=BoolOr(_case(_ABSENCE)),
            doubt=BoolOr(_case(_UNSURE)),
            since=Min("since_at"),
            gate=Max("enter_gate"),
            node=Min(F("node_id")),
        )
    )
    return cast("QuerySet[Any, dict[str, Any]]", rows)


def _case(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _outermost(node: int, within: Sequence[int]) -> list[int]:
    """The enclosures whose loops bound the unit: itself, or the outermost ones in it."""
    topology = read_land().topology
    if node in topology.outer:
        return [node]
    inner = topology.outer.keys() & set(within)
    return sorted(enclosure for enclosure in inner if topology.outer[enclosure] not in inner)


def present_among(node: int, subjects: Collection[UUID], *, at: dt.datetime) -> set[UUID]:
    """Those of `subjects` who are inside the unit now: who visits it, and who lives there and is not away."""
    within = subtree(node)
    found = {row["subject"]: row for row in _subjects(node, within, at).filter(subject__in=subjects)}
    visits = {subject for subject, row in found.items() if row["visits"]}
    away = {subject for subject, row in found.items() if row["absent"]} - visits
    at_home = set(people.residents(within).filter(pk__in=subjects).values_list("pk", flat=True))
    return visits | (at_home - away)
