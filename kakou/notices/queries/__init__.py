"""Reads of notices, all within the reader's scope."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.notices.adapters import Reach
from kakou.notices.models import Attempt, Channel, Message, Telling
from kakou.notices.rules import Outcome, State
from kakou.vault.keys import KeyDestroyed, KeyUnknown
from kakou.vault.sealing import Purpose, blind, unseal

CHANNEL, MESSAGE = "notices_channel", "notices_message"
LONG = dt.timedelta(hours=1)  # that a message may wait before somebody should know
# the nearest node at or above this one that has a channel switched on, and all that hang there
SERVING = """select ch.id, ch.node_id, ch.may_name_people from notices_channel ch
  join access_closure c on c.ancestor_id = ch.node_id and c.descendant_id = %s
  where ch.enabled and c.depth = (select min(c2.depth) from access_closure c2
    join notices_channel n on n.node_id = c2.ancestor_id and n.enabled where c2.descendant_id = %s)
  order by ch.id"""
# the same of many nodes at once
SERVING_EACH = """select c.descendant_id, ch.id, ch.node_id, ch.may_name_people from notices_channel ch
  join access_closure c on c.ancestor_id = ch.node_id
  where ch.enabled and c.descendant_id = any(%s) and c.depth = (select min(c2.depth) from access_closure c2
    join notices_channel n on n.node_id = c2.ancestor_id and n.enabled where c2.descendant_id = c.descendant_id)
  order by ch.id, c.descendant_id"""
# of each channel that is on the one message whose turn it is, and of those to people the one that may go first
HEADS = """select distinct ch.id from notices_channel ch cross join lateral (
    (select m.next_at, m.begun_at from notices_message m
      where m.channel_id = ch.id and m.state = 'waiting' and m.about is null order by m.id limit 1)
    union all (select m.next_at, m.begun_at from notices_message m
      where m.channel_id = ch.id and m.state = 'waiting' and m.about is not null
      order by m.begun_at nulls last, m.next_at limit 1)) head
  where (ch.enabled and head.next_at <= %s) or head.begun_at is not null order by ch.id"""


@dataclass(frozen=True, slots=True)
class Told:
    """Subject and body of a message."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel with what lies in it. `sent_at`: when it last took something; `trouble`: what its last attempt came to
    when it did not."""

    channel: Channel
    waiting: int
    dead: int
    again: int
    sent_at: dt.datetime | None
    trouble: Attempt | None


def channels_below(node: int | None) -> list[Standing]:
    """The channels at `node` and below, or all within scope, by place and name."""
    found = Channel.objects.order_by("node_id", "name", "id")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    rows = list(found)
    counts = _counts([channel.pk for channel in rows])
    latest = _latest([channel.pk for channel in rows])
    return [_standing(channel, counts.get(channel.pk, {}), latest.get(channel.pk)) for channel in rows]


def channel_for(id: int) -> Channel:
    """One channel within scope. Raises NotFound: missing and forbidden look the same."""
    found = Channel.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such channel, or it is not at one of your places.")
    return found


def messages_below(node: int | None, *states: State, channel: int | None = None) -> QuerySet[Message]:
    """Messages that stand in one of `states`, at `node` and below, the oldest first."""
    found = Message.objects.filter(state__in=[state.value for state in states]).select_related("channel")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    if channel is not None:
        found = found.filter(channel_id=channel)
    return found.order_by("id")


def channels_to_tell() -> list[Channel]:
    """Channels within scope that are switched on, by name."""
    return list(Channel.objects.filter(enabled=True).order_by("name", "id"))


def tellings_below(node: int | None) -> QuerySet[Telling]:
    """Who is told of what, at `node` and below, by place, channel and event."""
    found = Telling.objects.select_related("channel")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("node_id", "channel_id", "event")


def message_for(id: int) -> Message:
    """One message within scope. Raises NotFound: missing and forbidden look the same."""
    found = Message.objects.select_related("channel", "settled_by").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such message, or it is not at one of your places.")
    return found


def attempts_of(message: Message) -> list[Attempt]:
    """Everything that was tried, in order."""
    return list(Attempt.objects.filter(message=message).order_by("id"))


def last_attempts(messages: Sequence[Message]) -> dict[int, Attempt]:
    """Message → what its last attempt came to."""
    rows = Attempt.objects.filter(message_id__in=[one.pk for one in messages]).exclude(outcome=Outcome.BEGUN.value)
    return {row.message_id: row for row in rows.order_by("message_id", "-id").distinct("message_id")}


def serving(node: int) -> list[tuple[int, int, bool]]:
    """(channel, its node, may it name people) of the channels that serve `node`: those on the nearest node at or above
    it that has any switched on. Within the reader's scope."""
    with connection.cursor() as cursor:
        cursor.execute(SERVING, [node, node])
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


def serving_each(nodes: Collection[int]) -> dict[tuple[int, int, bool], list[int]]:
    """As `serving`, of many nodes: each channel with those of `nodes` that it serves."""
    found: dict[tuple[int, int, bool], list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(SERVING_EACH, [list(nodes)])
        for node, *channel in cursor.fetchall():
            found.setdefault((channel[0], channel[1], channel[2]), []).append(node)
    return found


def due_channels(at: dt.datetime) -> list[int]:
    """The channels whose next message may go at `at`, or whose worker left one under way."""
    with connection.cursor() as cursor:
        cursor.execute(HEADS, [at])
        return [row[0] for row in cursor.fetchall()]


def stuck_channels(at: dt.datetime) -> list[tuple[int, int]]:
    """(channel, its node) of those with messages that cannot be sent, or that wait for an hour though it is on; not for
    one that waits until its receiver may be written to again."""
    waits = Q(state=State.WAITING.value, channel__enabled=True, waits_since__lt=at - LONG)
    left_alone = Q(about__isnull=False, tries=0, next_at__gt=at)
    found = Message.objects.filter(Q(state=State.DEAD.value) | waits & ~left_alone)
    return list(found.order_by("channel_id").values_list("channel_id", "channel__node_id").distinct())


def reach_of(channel: Channel) -> Reach:
    """How it is reached. For sending only: no page shows it."""
    plain = unseal(vault.store(), table=CHANNEL, row=channel.row, field="reach", sealed=bytes(channel.reach_sealed))
    told = json.loads(plain)
    return Reach(told["url"], told["secret"], tuple(told["to"]))


def reach_left(channel: Channel, message: Message) -> Reach:
    """As `reach_of`, without the receivers who have the message already."""
    reach = reach_of(channel)
    if not message.had_by:
        return reach
    return replace(reach, to=tuple(one for one in reach.to if receiver_of(message, one) not in message.had_by))


def receiver_of(message: Message, address: str) -> str:
    """A receiver of this one message, as it is kept that he has it."""
    return blind(vault.store(), Purpose.CHANNEL, f"{message.mark.hex}:{address}").hex()


def text_of(message: Message) -> Told | None:
    """What it says; None once its day has come and nobody can read it any more."""
    sealed = bytes(message.text_sealed)
    if not sealed:
        return None
    try:
        plain = unseal(vault.store(), table=MESSAGE, row=message.mark, field="text", sealed=sealed)
    except (KeyDestroyed, KeyUnknown):
        return None
    told = json.loads(plain)
    return Told(told["subject"], told["body"])


def _counts(channels: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    found: dict[int, dict[str, int]] = {}
    kept = Message.objects.filter(channel_id__in=channels).filter(
        Q(state__in=[State.WAITING.value, State.DEAD.value, State.SENT_AGAIN.value])
    )
    for row in kept.values("channel_id", "state").annotate(n=Count("id")):
        found.setdefault(row["channel_id"], {})[row["state"]] = row["n"]
    return found


def _latest(channels: Sequence[int]) -> dict[int, tuple[dt.datetime | None, Attempt]]:
    """Of each channel when it last took something, and its last attempt that came to an end."""
    ended = Attempt.objects.filter(channel_id__in=channels).exclude(outcome=Outcome.BEGUN.value)
    took = dict(
        ended.filter(outcome=Outcome.SENT.value)
        .values("channel_id")
        .annotate(at=Max("at"))
        .values_list("channel_id", "at")
    )
    last = ended.order_by("channel_id", "-id").distinct("channel_id")
    return {row.channel_id: (took.get(row.channel_id), row) for row in last}


def _standing(
    channel: Channel, counts: Mapping[str, int], latest: tuple[dt.datetime | None, Attempt] | None
) -> Standing:
    sent_at, last = latest or (None, None)
    return Standing(
        channel, counts.get(State.WAITING, 0), counts.get(State.DEAD, 0), counts.get(State.SENT_AGAIN, 0), sent_at,
        last if last is not None and last.outcome != Outcome.SENT else None,
    )  # fmt: skip
