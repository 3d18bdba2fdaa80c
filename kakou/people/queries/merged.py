"""Who was merged with another, and whom that leaves; within the reader's scope."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef

from kakou.people.models import SameSubject

MOST_MERGES = 8  # of merged with merged: more would be a mistake


def stands_alone() -> Exists:
    """Of persons: not merged with another. `Person.objects.filter(stands_alone())`."""
    return ~Exists(SameSubject.objects.filter(subject=OuterRef("pk"), ended_at=None))  # type: ignore[return-value]


def standing(ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Merged person → whom he is now, for those of `ids` who are merged."""
    found = {id: id for id in ids}
    for _ in range(MOST_MERGES):
        merged = dict(
            SameSubject.objects.filter(subject__in=set(found.values()), ended_at=None).values_list("subject", "same_as")
        )
        if not merged:
            break
        found = {id: merged.get(end, end) for id, end in found.items()}
    return {id: end for id, end in found.items() if id != end}


def rows_of(ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Each of `ids`, who stand → all keys that are he: his own first, then whatever was merged into him."""
    found = {id: [id] for id in ids}
    last = {id: id for id in ids}
    for _ in range(MOST_MERGES):
        merged = SameSubject.objects.filter(same_as__in=last, ended_at=None).values_list("subject", "same_as")
        last = {subject: last[into] for subject, into in merged}
        if not last:
            break
        for subject, end in last.items():
            found[end].append(subject)
    return found
