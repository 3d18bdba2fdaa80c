"""Decisions about messages: when the next may go, what its answer means, how a text is cut and masked. Pure."""

from kakou.notices.rules.numbers import masked
from kakou.notices.rules.rates import A_PERSON, A_STRANGER, UNASKED, Limit, Rate, for_a_person, free_at
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
    "A_STRANGER",
    "MOST_TRIES",
    "PATIENCE",
    "STUCK",
    "TRANSITIONS",
    "UNASKED",
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
    "for_a_person",
    "free_at",
    "masked",
    "one_line",
    "plain",
    "settle",
]
