"""What became of messages to people, for pages of what they are about: whether somebody was told, when and by what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from kakou.notices.pages.channels import SIGNS, why_dropped, words_of
from kakou.notices.queries.people import ToldPerson, told_about
from kakou.notices.rules import State
from kakou.web.kit.signs import Sign

BY = {"sms": gettext_noop("by text message"), "mail": gettext_noop("by mail")}
TOLD, NOT_TOLD = Sign(gettext_noop("told"), "go", "check"), Sign(gettext_noop("not told"), "plain", "ring")
STUCK = Sign(gettext_noop("could not be told"), "stop", "octagon")
_SIGNS = {
    State.WAITING: SIGNS[State.WAITING], State.SENT: TOLD, State.SENT_AGAIN: TOLD, State.DEAD: STUCK,
    State.DISCARDED: STUCK, State.DROPPED: NOT_TOLD,
}  # fmt: skip


class Word(NamedTuple):
    """One message as a page shows it. `event` as it was told; `at`: when it was settled, else when it was told."""

    event: str
    sign: Sign
    at: dt.datetime
    by: str
    why: str

    @property
    def arrived(self) -> bool:
        """Does its receiver have it?"""
        return self.sign is TOLD


def words_about(about: Collection[UUID]) -> Mapping[UUID, list[Word]]:
    """What each of these was told, the first first."""
    return {id: [_word(one) for one in told] for id, told in told_about(about).items()}


def _word(one: ToldPerson) -> Word:
    message, state = one.message, State(one.message.state)
    why = why_dropped(message) or (message.reason if state is State.DISCARDED else "")
    return Word(
        message.event, _SIGNS[state], message.settled_at or message.told_at, gettext(BY[message.channel.kind]),
        why or ("" if state.arrived else words_of(one.last)),
    )  # fmt: skip
