"""One after the other: what goes wrong is told as failed and holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError

log = structlog.get_logger("kakou.tracing")


def one_by_one(waiting: Iterable[UUID], answer: Callable[[UUID], object], give_up: Callable[[UUID], object]) -> None:
    """Answer each; for one that goes wrong by a fault of ours `give_up` says so on its page, and a person asks again.
    Raises a lost database only: all wait for it."""
    for one in waiting:
        try:
            answer(one)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("a question to the tracer went wrong", id=str(one))
            give_up(one)
