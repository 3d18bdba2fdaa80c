"""Questions about an outbreak are answered in the tracer."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.tracing.actions.answering import answer_question, give_up, questions_left
from kakou.tracing.tasks.left import one_by_one
from kakou.tracing.tasks.segments import QUEUE


@app.task(name="tracing.question", queue=QUEUE, pass_context=False)
def answer_one(question: str) -> None:
    """Answer one question, after the traces that wait. The id names nobody."""
    from kakou.tracing.segments import warm_index

    at = now()
    answer_question(UUID(question), warm_index(at), at=at)


@app.periodic(cron="* * * * *")
@app.task(name="tracing.answer_what_is_left", queue=QUEUE, queueing_lock="tracing-questions-left", pass_context=False)
def answer_what_is_left(timestamp: int) -> None:
    """Questions whose job was lost with its tracer; one that goes wrong again is told so."""
    from kakou.tracing.segments import warm_index

    one_by_one(
        questions_left(at=now()),
        lambda question: answer_question(question, warm_index(now()), at=now()),
        lambda question: give_up(question, at=now()),
    )


def enqueue(question: UUID) -> None:
    """Have it answered, once the caller's transaction has committed."""
    answer_one.defer(question=str(question))
