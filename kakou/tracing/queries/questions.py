"""Questions about an outbreak."""

from __future__ import annotations

from uuid import UUID

from kakou.kernel.errors import NotFound
from kakou.tracing.models import Outbreak, Question

SHOWN = 30


def question_at(id: UUID) -> Question:
    """One question. Raises NotFound, also outside the reader's scope."""
    found = Question.objects.select_related("outbreak", "asked_by").filter(pk=id).first()
    if found is None:
        raise NotFound("This question is not known here.")
    return found


def questions_of(outbreak: Outbreak) -> list[Question]:
    """What was asked, the latest first."""
    found = Question.objects.filter(outbreak=outbreak).select_related("asked_by")
    return list(found.order_by("-asked_at", "-pk")[:SHOWN])
