"""Putting a message into the outbox, in the transaction of whoever has something to tell."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from kakou import vault
from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.notices import queries
from kakou.notices.models import Channel
from kakou.notices.rules import NoticeRefused, masked, one_line, plain
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone

KEEP = dt.timedelta(days=30)  # then the text is emptied, and the key of that day may be destroyed
MOST_SUBJECT, MOST_BODY, MOST_KEY = 200, 50_000, 120
INSERT = """insert into notices_message
  (mark, channel_id, node_id, key, text_sealed, told_at, waits_since, next_at, to_sealed, person, about, event,
    state, tries, lost, had_by, reason, dropped)
  values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'waiting', 0, 0, '[]', '', '')
  on conflict do nothing returning id"""


class ToPerson(NamedTuple):
    """Whom a message to a person goes to, sealed and by keyed hash, and of what of his it tells which event."""

    sealed: bytes | None
    person: bytes | None
    about: UUID | None
    event: str


NOBODY = ToPerson(None, None, None, "")


@transaction.atomic
def tell(
    text: str,
    *,
    key: str,
    at: dt.datetime,
    node: int | None = None,
    channel: int | None = None,
    subject: str = "",
) -> int:
    """Tell `text` in one channel, or in all that serve `node`; into how many it was put. It goes out if the caller's
    transaction commits, and never otherwise.

    `key` names what is told, such as `order:<id>:late`: the same key into the same channel twice is a no-op, for ever.
    A channel that is off is told nothing; where nobody made a channel nobody is told, and 0 says so. Numbers of people
    are masked in channels that may not name them. Raises NoticeRefused for an empty text or key.

    It needs no permission over the channel: whoever may do the act that is told of may have it told (the street's
    group hears of a gate whose recorder may not see the street).
    """
    assert (node is None) != (channel is None), "a message goes to one channel, or to those of one node"
    with acting_as_system():
        if channel is not None:
            found = list(
                Channel.objects.filter(pk=channel, enabled=True).values_list("id", "node_id", "may_name_people")
            )
        else:
            assert node is not None
            found = queries.serving(node)
        return put(found, subject=subject, body=text, key=key, at=at)


@transaction.atomic
def tell_together(
    nodes: Collection[int], words: Callable[[list[int]], str], *, key: str, at: dt.datetime, subject: str = ""
) -> list[list[int]]:
    """As `tell`, of many nodes at once: one message to every channel that serves some of them, with the `words` for
    those; of each channel into which it was put, those."""
    with acting_as_system():
        return [
            served
            for channel, served in queries.serving_each(nodes).items()
            if put([channel], subject=subject, body=words(served), key=key, at=at)
        ]


def put(channels: Sequence[tuple[int, int, bool]], *, subject: str, body: str, key: str, at: dt.datetime) -> int:
    """`tell` into (channel, its node, may it name people), in the caller's scope."""
    return sum(insert(one, subject=subject, body=body, key=key, at=at, mark=new_id()) for one in channels)


def insert(
    channel: tuple[int, int, bool],
    *,
    subject: str,
    body: str,
    key: str,
    at: dt.datetime,
    mark: UUID,
    to: ToPerson = NOBODY,
) -> bool:
    """One message into one channel, in the caller's scope; was it new? Raises NoticeRefused."""
    subject, body = one_line(subject), plain(body)
    if not (subject or body) or not key or len(key) > MOST_KEY:
        raise NoticeRefused("A message has a text and a key of at most %(most)d characters.", most=MOST_KEY)
    id, node, may_name = channel
    said = (subject, body) if may_name else (masked(subject), masked(body))
    text = {"subject": said[0][:MOST_SUBJECT], "body": said[1][:MOST_BODY]}
    sealed = seal(
        vault.store(), due=day_in(site_zone(), at + KEEP), table=queries.MESSAGE, row=mark, field="text",
        plain=json.dumps(text, ensure_ascii=False).encode(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [mark, id, node, key, sealed, at, at, at, *to])
        return cursor.fetchone() is not None
