"""Everything known of one subject: each passage as it was written, and the stays that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from kakou.kernel.arrays import array
from kakou.kernel.errors import NotFound
from kakou.ledger.models import Passage, Stay
from kakou.ledger.queries.labels import PERSON, VEHICLE
from kakou.people import queries as people
from kakou.people.queries import PersonShown

STAYS_AT_MOST = 200


def keys_of(subject: UUID) -> list[UUID]:
    """Every key under which passages may name this subject, itself included: a document shown at a gate before its
    bearer was registered, a phone that he alone has, what was merged with him. Within the reader's scope.
    """
    return [subject, *(one.key for one in people.identities([subject]) if one.key != subject)]


def passages_of(subject: UUID) -> QuerySet[Passage]:
    """Newest first, replaced rows too: nothing is hidden on a trail. A vehicle's includes who rode in it."""
    keys = keys_of(subject)
    return Passage.objects.filter(Q(subject__in=keys) | Q(vehicle__in=keys)).order_by("-happened_at", "-id")


def stays_of(subject: UUID) -> list[Stay]:
    """The latest stays, newest first."""
    return list(Stay.objects.filter(subject__in=keys_of(subject)).order_by("-since_at", "-id")[:STAYS_AT_MOST])


def corrected_of(passages: Sequence[Passage]) -> set[UUID]:
    """Which of these were replaced by a later row of their own gate."""
    gate_of = {passage.id: passage.node_id for passage in passages}
    found = Passage.objects.filter(corrects__in=list(gate_of)).values_list("corrects", "node_id")
    return {id for id, gate in found if id is not None and gate_of[id] == gate}


def kind_of(subject: UUID) -> int:
    """Person or vehicle. Raises NotFound when nothing in the reader's scope speaks of the subject."""
    if known := people.shown_many([subject]).get(subject):  # also who has not passed a gate yet
        return PERSON if isinstance(known, PersonShown) else VEHICLE
    keys = keys_of(subject)
    for rows in (Passage.objects.filter(subject__in=keys), Stay.objects.filter(subject__in=keys)):
        kind = rows.values_list("subject_kind", flat=True).first()
        if kind is not None:
            return int(kind)
    if Passage.objects.filter(vehicle__in=keys).exists():
        return VEHICLE
    raise NotFound("Nothing is known of this person or vehicle in your places.")


def vehicles_among(subjects: Collection[UUID]) -> set[UUID]:
    """Those of `subjects` whose stays are a vehicle's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct subject from ledger_stay where subject = any(%s::uuid[]) and subject_kind = %s",
            [array(subjects), VEHICLE],
        )
        return {subject for (subject,) in cursor.fetchall()}
