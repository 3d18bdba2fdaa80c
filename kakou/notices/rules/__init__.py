"""Decisions about messages: when the next may go, what its answer means, how a text is cut and masked. Pure."""

from kakou.notices.rules.numbers import masked
from kakou.notices.rules.rates import A_PERSON, Limit, Rate, free_at
from kakou.notices.rules.states import (
    MOST_TRIES,
    PATIENCE,
    STUCK,
    TRANSITIONS,
    Answer,
    NoticeRefused,
    Outcome,
    Settled,
    State,
    Why,
    check_move,
    settle,
)
from kakou.notices.rules.texts import cut, one_line, plain

__all__ = [
    "A_PERSON",
    "MOST_TRIES",
    "PATIENCE",
    "STUCK",
    "TRANSITIONS",
    "Answer",
    "Limit",
    "NoticeRefused",
    "Outcome",
    "Rate",
    "Settled",
    "State",
    "Why",
    "check_move",
    "cut",
    "free_at",
    "masked",
    "one_line",
    "plain",
    "settle",
]
