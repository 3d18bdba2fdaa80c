"""Questions about an outbreak are answered in the tracer."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.tracing.actions.answering import answer_question, give_up, questions_left
from kakou.tracing.tasks.segments import QUEUE

log = structlog.get_logger("kakou.tracing")


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

    for question in questions_left(at=now()):
        try:
            answer_question(question, warm_index(now()), at=now())
        except (OperationalError, InterfaceError):
            raise  # the database is away: all wait for it
        except Exception:
            log.exception("a question went wrong", question=str(question))
            give_up(question, at=now())


def enqueue(question: UUID) -> None:
    """Have it answered, once the caller's transaction has committed."""
    answer_one.defer(question=str(question))
