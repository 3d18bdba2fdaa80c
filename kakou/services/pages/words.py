"""Words and signs of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, gettext_noop

from kakou.services.rules import LINES, Category, Channel, Rating
from kakou.web.kit.signs import Sign
from kakou.workorders.rules import State, Urgency

# as whoever reported reads it
STATES: Mapping[State, Sign] = {
    State.REPORTED: Sign(gettext_noop("Received"), "info", "ring"),
    State.ACCEPTED: Sign(gettext_noop("Taken on"), "info", "ring"),
    State.DISPATCHED: Sign(gettext_noop("Passed to who handles it"), "info", "ring"),
    State.IN_PROGRESS: Sign(gettext_noop("Being handled"), "info", "ring"),
    State.RETURNED: Sign(gettext_noop("Being passed on anew"), "info", "ring"),
    State.ANSWERED: Sign(gettext_noop("Answered"), "go", "check"),
    State.VERIFIED: Sign(gettext_noop("Answered and looked at"), "go", "check"),
    State.CLOSED: Sign(gettext_noop("Settled"), "go", "check"),
    State.DUPLICATE: Sign(gettext_noop("Joined with another request"), "plain", "check"),
    State.REOPENED: Sign(gettext_noop("Opened again"), "look", "ring"),
}
CHANNELS: Mapping[Channel, str] = {
    Channel.PAGE: gettext_noop("By the page"),
    Channel.PHONE: gettext_noop("By telephone"),
    Channel.DESK: gettext_noop("At the desk"),
    Channel.LETTERBOX: gettext_noop("In the letterbox"),
    Channel.MESSAGE: gettext_noop("In a group message"),
    Channel.MAIL: gettext_noop("By mail"),
    Channel.PROGRAM: gettext_noop("By another program"),
}
RATINGS: Mapping[Rating, str] = {
    Rating.VERY: gettext_noop("Very satisfied"),
    Rating.OK: gettext_noop("All right"),
    Rating.NOT: gettext_noop("Not satisfied"),
}
BY_STAFF = (Channel.PHONE, Channel.DESK, Channel.MESSAGE)
Choices = Sequence[tuple[str, str]]


def category_word(category: Category) -> str:
    """What it is about."""
    return gettext(LINES[category].words)


def is_emergency(category: Category) -> bool:
    """Is it counted in minutes?"""
    return LINES[category].clock is Urgency.EMERGENCY


def categories() -> Choices:
    """To choose from, each with an example."""
    return [(one.value, f"{gettext(line.words)} · {gettext(line.example)}") for one, line in LINES.items()]


def channels() -> Choices:
    """By which way somebody reported whose words are written down."""
    return [(one.value, gettext(CHANNELS[one])) for one in BY_STAFF]


def ratings() -> Choices:
    """To choose from."""
    return [(one.value, gettext(words)) for one, words in RATINGS.items()]
