"""What tests of notices share: a clock that is moved, channels to local robots, and a sender whose line can be cut."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from django.db import connections

from kakou.access.scope import acting_as_system
from kakou.notices.actions import Sender, add_channel, tell
from kakou.notices.actions.channels import Wished
from kakou.notices.adapters import Parcel, Reach, Reply
from kakou.notices.models import Attempt, Channel, Message
from kakou.notices.posting import carry
from kakou.notices.queries import due_channels
from tests.cast import reconnect

START = dt.datetime(2021, 8, 10, 8, 15, tzinfo=dt.UTC)  # far from :00 and :30


class Clock:
    """Simulated time: as a moment for us, as seconds for robots."""

    def __init__(self, at: dt.datetime = START) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)


class Killed(BaseException):
    """The worker is gone in the middle of it."""


def channel_to(url: str, kind: str, node: int, *, secret: str = "", to: tuple[str, ...] = (), **wished) -> Channel:
    with acting_as_system():
        said = Wished(wished.pop("name", kind), **wished)
        return add_channel(node=node, kind=kind, reach=Reach(url, secret, to), wished=said, by=None, at=START)


def told(channel: Channel, *texts: str, at: dt.datetime = START) -> None:
    for text in texts:
        assert tell(text, key=text, channel=channel.pk, at=at) == 1


def sender(clock: Callable[[], dt.datetime], line: Callable[[Parcel], Reply] = carry, seed: int = 1) -> Sender:
    return Sender(carry=line, clock=clock, dice=random.Random(seed).random)


def sent_by_the_worker(at: dt.datetime) -> None:
    """A moment after `at` the worker looks: under its own role, with its own rights."""
    clock, before = Clock(at + dt.timedelta(minutes=1)), connections["default"].settings_dict["USER"]
    reconnect("kakou_worker")
    try:
        with acting_as_system():
            due = due_channels(clock())
        for channel in due:
            sender(clock).send_from(channel)
    finally:
        reconnect(before)


def states(channel: Channel) -> list[str]:
    with acting_as_system():
        return list(Message.objects.filter(channel=channel).order_by("id").values_list("state", flat=True))


def message_of(channel: Channel, key: str) -> Message:
    with acting_as_system():
        return Message.objects.select_related("channel").get(channel=channel, key=key)


def outcomes(message: Message) -> list[tuple[str, str]]:
    with acting_as_system():
        return list(Attempt.objects.filter(message=message).order_by("id").values_list("outcome", "code"))
