"""Questions about an outbreak are answered in the tracer."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.tracing.actions.answering import answer_question
from kakou.tracing.tasks.segments import QUEUE


@app.task(name="tracing.question", queue=QUEUE, pass_context=False)
def answer_one(question: str) -> None:
    """Answer one question, after the traces that wait. The id names nobody."""
    from kakou.tracing.segments import warm_index

    at = now()
    answer_question(UUID(question), warm_index(at), at=at)


def enqueue(question: UUID) -> None:
    """Have it answered, once the caller's transaction has committed."""
    answer_one.defer(question=str(question))
