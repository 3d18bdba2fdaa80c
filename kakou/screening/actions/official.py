"""Asking an official query service about a code that is shown at a gate."""

from __future__ import annotations

import datetime as dt

import structlog

from kakou.access.scope import acting_for_phone
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.screening.official import Answer, Asked, OfficialUnavailable, checked_answer
from kakou.screening.queries.official import service

log = structlog.get_logger("kakou.official")
UNKNOWN = "unknown"


def ask(asked: Asked, *, gate: int, device: int, at: dt.datetime) -> Answer:
    """What the authority says; audited, without saying of whom. Raises OfficialUnavailable; NotFound: it knows of no
    such code.
    """
    connected = service()
    if connected is None or asked.look not in connected.looks:
        raise OfficialUnavailable("No official query service is connected for this code. Look at what is shown.")
    try:
        answer = connected.ask(asked)
    except Exception as error:  # noqa: BLE001 an adapter is foreign code, and its words may name who was asked about
        log.warning("official service gave no answer", service=connected.name, fault=type(error).__name__)
        raise OfficialUnavailable("The official service gives no answer. Look at what is shown.") from None
    told = checked_answer(asked.look, answer) if answer else None
    with acting_for_phone(gate):  # only now: nothing of the database waits for a foreign server
        audit.record(
            "code.asked", subject=None, by=None, at=at, node=gate, device=device, look=asked.look.value,
            result=told.result if told else UNKNOWN,
        )  # fmt: skip
    if told is None:
        raise NotFound("The official service knows of no such code. Look at what is shown.")
    return told
