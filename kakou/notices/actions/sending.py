"""Sending what waits: in the order of each channel, within its rate, one at a time. Messages to people wait each for
itself: a number that takes nothing holds up no other, and nobody is written to more often than `for_a_person` allows.

Before the network is touched it is committed that an attempt has begun, and after it what it came to. A worker that is
killed in between leaves an attempt that has begun and not ended; whoever takes the channel next calls its answer lost
and sends again. Nothing is lost, at most one message of a channel comes twice by it, and that one is marked.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import structlog
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from kakou.access.scope import acting_as_system
from kakou.kernel.time import now
from kakou.notices import queries
from kakou.notices.adapters import Kind, Letter, Notice, Parcel, kind_of
from kakou.notices.models import Attempt, Channel, Message
from kakou.notices.posting import Carrier, NotReached, ReplyLost, carry
from kakou.notices.queries.people import receiver, written_to
from kakou.notices.rules import PATIENCE, Answer, Outcome, State, Why, for_a_person, free_at, masked, settle
from kakou.web.turns import turn

log = structlog.get_logger("kakou.notices")
TURN = 25  # attempts from one channel before it is looked around again
AT_ONCE = 4  # channels: one that hangs holds up no other


def send_all(*, at: dt.datetime) -> int:
    """Send what may go now, from several channels at once; how many attempts. In the system's own scope, in
    transactions of its own."""
    with acting_as_system():
        due = queries.due_channels(at)
    if not due:
        return 0
    with ThreadPoolExecutor(AT_ONCE, "notices") as pool:
        return sum(pool.map(_in_a_thread, due))


def _in_a_thread(channel: int) -> int:
    try:
        return Sender(carry=carry, clock=now, dice=random.random).send_from(channel)
    except Exception:
        log.exception("a channel cannot be sent from", channel=channel)
        return 0  # the others go on; this one is tried again at the next look
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Taken:
    """The `number`-th attempt of a message, which has begun. Without a parcel there is nothing to send any more, as
    `why` says."""

    message: int
    number: int
    kind: Kind
    parcel: Parcel | None
    why: str


class Sender:
    """Takes messages and has them carried. `dice` gives numbers in [0, 1)."""

    def __init__(self, *, carry: Carrier, clock: Callable[[], dt.datetime], dice: Callable[[], float]) -> None:
        self._carry, self._clock, self._dice = carry, clock, dice

    def send_from(self, channel: int) -> int:
        """Send what may go from this channel now; how many attempts. None while another worker is at it."""
        done = 0
        with turn("channel", channel) as alone:
            if alone:
                self._recover(channel)
                while done < TURN and (taken := self._take(channel)) is not None:
                    self._note(taken.message, taken.number, self._answer(taken))
                    done += 1
        return done

    def _recover(self, channel: int) -> None:
        """Whoever began these never came back: nobody but us is at the channel now."""
        with acting_as_system():
            left = Message.objects.filter(channel_id=channel, state=State.WAITING.value, begun_at__isnull=False)
            begun = list(left.values_list("id", "tries"))
        for message, number in begun:
            self._note(message, number, Answer(Outcome.LOST, "worker-died"))

    def _take(self, channel: int) -> Taken | None:
        """Begin an attempt of the message whose turn it is; None when none may go yet."""
        at = self._clock()
        with acting_as_system():
            here = Channel.objects.filter(pk=channel, enabled=True).first()
            if here is None or _free_at(here, at) > at:
                return None
            message = _next(channel, at)
            if message is None:
                return None
            message.tries, message.begun_at = message.tries + 1, at
            message.save(update_fields=["tries", "begun_at"])
            _add(message, at, Answer(Outcome.BEGUN, ""))
            parcel = _parcel(here, message, at)
            return Taken(message.pk, message.tries, kind_of(here.kind), *parcel)

    def _answer(self, taken: Taken) -> Answer:
        if taken.parcel is None:
            return Answer(Outcome.NEVER, taken.why)
        if isinstance(taken.parcel, Letter) and not taken.parcel.to:
            return Answer(Outcome.SENT, "")  # everybody left on the list has it
        try:
            return taken.kind.read(self._carry(taken.parcel))
        except NotReached as why:
            return Answer(Outcome.NEVER if why.for_good else Outcome.LATER, why.code)
        except ReplyLost as why:
            return Answer(Outcome.LOST, why.code)

    def _note(self, id: int, number: int, answer: Answer) -> None:
        at = self._clock()
        with acting_as_system():
            message = Message.objects.select_for_update().get(pk=id)
            if message.begun_at is None or message.tries != number:
                return  # our hold on the channel broke; whoever took it has called this answer lost
            message.lost += answer.outcome is Outcome.LOST
            message.had_by = [*message.had_by, *(queries.receiver_of(message, one) for one in answer.taken)]
            told = settle(answer, tries=number, lost=message.lost, since=message.waits_since, at=at, dice=self._dice())
            stands = State.DROPPED if message.dropped and not told.state.arrived else told.state
            message.state, message.next_at, message.begun_at = stands.value, told.next_at, None
            message.settled_at = None if stands is State.WAITING else at
            message.save(update_fields=["state", "lost", "had_by", "next_at", "begun_at", "settled_at"])
            _add(message, at, answer)
        log.info(
            "an attempt ended", channel=message.channel_id, message=id, outcome=answer.outcome.value,
            code=answer.code, status=answer.status, state=message.state,
        )  # fmt: skip


def _free_at(channel: Channel, at: dt.datetime) -> dt.datetime:
    """When the channel may be sent to next, as far as what was tried before says."""
    rate = kind_of(channel.kind).rate.slower(channel.per_minute)
    past = Attempt.objects.filter(channel_id=channel.pk).exclude(outcome=Outcome.BEGUN.value).order_by("-id")
    rows = list(past.values_list("at", "until")[: rate.memory])
    quiet = [until for _, until in rows if until is not None]
    return free_at(rate, [ended for ended, _ in rows], max([at, *quiet]))


def _next(channel: int, at: dt.datetime) -> Message | None:
    """The message whose turn it is: of those to the channel's own receivers the first, if it may go; of those to people
    any that may, unless its receiver was written to so often that he is left alone."""
    waiting = Message.objects.filter(channel_id=channel, state=State.WAITING.value)
    first = waiting.filter(about=None).order_by("id").values("id")[:1]
    may_go = waiting.filter(Q(about__isnull=False) | Q(pk__in=first), next_at__lte=at).order_by("id")
    while (message := may_go.select_for_update().first()) is not None:
        free = at if message.person is None else _free_for(bytes(message.person), message.event, at)
        if free <= at:
            return message
        _leave_alone(message, free, at)
    return None


def _free_for(person: bytes, event: str, at: dt.datetime) -> dt.datetime:
    return free_at(for_a_person(event), written_to(person, event, at), at)


def _leave_alone(message: Message, until: dt.datetime, at: dt.datetime) -> None:
    """It waits until its receiver may be written to; after a day of that it is not worth telling any more."""
    if until - message.waits_since >= PATIENCE:
        message.state, message.dropped, message.settled_at = State.DROPPED.value, Why.TOO_MANY.value, at
    message.next_at = until
    message.save(update_fields=["state", "dropped", "settled_at", "next_at"])


def _parcel(channel: Channel, message: Message, at: dt.datetime) -> tuple[Parcel | None, str]:
    """What is carried; or why nothing is."""
    told, to = queries.text_of(message), receiver(message)
    if told is None or (message.about is not None and not to):
        return None, "text-gone"
    if message.about is not None and not channel.may_write_people:
        return None, "not-to-people"
    hide = (lambda text: text) if channel.may_name_people else masked  # it may have been allowed when this was told
    notice = Notice(
        message.mark,
        message.key,
        hide(told.subject),
        hide(told.body),
        message.told_at,
        _("… (cut: the rest is in Kakou)"),
    )
    reach = queries.reach_left(channel, message)
    return kind_of(channel.kind).build(replace(reach, to=(to,)) if to else reach, notice, at), ""


def _add(message: Message, at: dt.datetime, answer: Answer) -> None:
    Attempt.objects.create(
        message=message, channel_id=message.channel_id, node_id=message.node_id, number=message.tries, at=at,
        outcome=answer.outcome.value, code=answer.code[:20], status=answer.status,
        until=at + answer.wait if answer.wait else None,
    )  # fmt: skip
