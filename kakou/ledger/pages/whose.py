"""Whose a passage is, for pages below the ledger that know only its id."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from kakou.ledger.models import Passage
from kakou.ledger.queries.labels import labels
from kakou.ledger.templatetags.ledger import called
from kakou.screening.events import Whose


def whose(ids: Collection[UUID]) -> dict[UUID, Whose]:
    """Passage → masked name, trail, moment; of those that the reader may see. Three queries."""
    rows = list(Passage.objects.filter(id__in=ids).values_list("id", "subject", "subject_kind", "happened_at"))
    called_by = labels((subject, kind) for _id, subject, kind, _at in rows)
    return {
        id: Whose(called(called_by[subject]), reverse("ledger:timeline", args=[subject]), at)
        for id, subject, _kind, at in rows
    }
