"""Everything known of one subject: each passage as it was written, and the stays that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from kakou.kernel.errors import NotFound
from kakou.ledger.models import Passage, Stay
from kakou.ledger.queries.labels import VEHICLE

STAYS_AT_MOST = 200


def passages_of(subject: UUID) -> QuerySet[Passage]:
    """Newest first, replaced rows too: nothing is hidden on a trail. A vehicle's includes who rode in it."""
    return Passage.objects.filter(Q(subject=subject) | Q(vehicle=subject)).order_by("-happened_at", "-id")


def stays_of(subject: UUID) -> list[Stay]:
    """The latest stays, newest first."""
    return list(Stay.objects.filter(subject=subject).order_by("-since_at", "-id")[:STAYS_AT_MOST])


def corrected_of(passages: Sequence[Passage]) -> set[UUID]:
    """Which of these were replaced by a later row."""
    ids = [passage.id for passage in passages]
    found = Passage.objects.filter(corrects__in=ids).values_list("corrects", flat=True)
    return {id for id in found if id is not None}


def kind_of(subject: UUID) -> int:
    """Person or vehicle. Raises NotFound when nothing in the reader's scope speaks of the subject."""
    for rows in (Passage.objects.filter(subject=subject), Stay.objects.filter(subject=subject)):
        kind = rows.values_list("subject_kind", flat=True).first()
        if kind is not None:
            return int(kind)
    if Passage.objects.filter(vehicle=subject).exists():
        return VEHICLE
    raise NotFound("Nothing is known of this person or vehicle in your places.")
