"""Messages to people: by which channel somebody is reached, how often he was written to, what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from kakou import vault
from kakou.access.scope import acting_as_system
from kakou.notices.adapters import KINDS, TO_PEOPLE, Whom
from kakou.notices.models import Attempt, Message
from kakou.notices.queries import MESSAGE, last_attempts
from kakou.notices.rules import UNASKED, Outcome, for_a_person
from kakou.vault.keys import KeyDestroyed, KeyUnknown
from kakou.vault.sealing import Purpose, blind, unseal
from kakou.web.turns import wait_for_turn

TO = "to"
COUNTED = (Outcome.SENT, Outcome.LOST)  # it came, or may have
# channels at or above a node that may write to people, the nearest first
_WAYS = """select ch.kind, ch.id, ch.node_id, ch.may_name_people from notices_channel ch
  join access_closure c on c.ancestor_id = ch.node_id and c.descendant_id = %s
  where ch.enabled and ch.may_write_people order by c.depth, ch.id"""


class Way(NamedTuple):
    """How one person is reached. `channel`: (channel, its node, may it name people)."""

    channel: tuple[int, int, bool]
    kind: str
    address: str


class ToldPerson(NamedTuple):
    """A message to a person, without him and without its text; `last`: what its last attempt came to."""

    message: Message
    last: Attempt | None


def reaches(nodes: Collection[int]) -> frozenset[str]:
    """By what people may be written to from at least one of `nodes`: of "phone" and "email". Whoever asks: it tells
    nothing of a channel. One query."""
    with connection.cursor() as cursor:
        cursor.execute("select notices_reaches(%s)", [list(nodes)])
        return frozenset(KINDS[kind].person for (kind,) in cursor.fetchall())


def way_to(node: int, whom: Whom) -> Way | None:
    """The nearest channel of the kind that is read soonest and by which `whom` is reached. In the system's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, [node])
        rows = cursor.fetchall()
    for kind in TO_PEOPLE:
        address = address_for(kind, whom)
        for row in rows:
            if address and row[0] == kind:
                return Way((row[1], row[2], row[3]), kind, address)
    return None


def way_from(node: int, whom: Whom) -> bool:
    """Is there one? For whoever may see whom it is about, whatever he may see of channels."""
    with acting_as_system():
        return way_to(node, whom) is not None


def address_for(kind: str, whom: Whom) -> str:
    """By what a channel of this kind reaches somebody; "" where it cannot."""
    what = KINDS[kind]
    address: str = getattr(whom, what.person) if what.person else ""
    return address if what.receiver is not None and what.receiver.fullmatch(address) else ""


def person_of(address: str) -> bytes:
    """By what messages to one address are counted; of no use to find it elsewhere."""
    return blind(vault.store(), Purpose.CHANNEL, f"person:{address.casefold()}")


def receiver(message: Message) -> str:
    """Whom it goes to, in plain, for sending and to be masked; "" for a message to those of its channel, and once its
    day has come."""
    if not message.to_sealed:
        return ""
    try:
        plain = unseal(vault.store(), table=MESSAGE, row=message.mark, field=TO, sealed=bytes(message.to_sealed))
    except (KeyDestroyed, KeyUnknown):
        return ""
    return plain.decode()


def written_to(person: bytes, event: str, at: dt.datetime) -> list[dt.datetime]:
    """When this person was last written to of events that count with `event`, by whatever channel, the latest first;
    what is under way counts as now. Whoever else counts for him waits until the transaction ends."""
    wait_for_turn("written to", person.hex())
    alike = Message.objects.filter(person=person)
    alike = alike.filter(event__in=UNASKED) if event in UNASKED else alike.exclude(event__in=UNASKED)
    ended = Attempt.objects.filter(message__in=alike, outcome__in=[outcome.value for outcome in COUNTED])
    past = list(ended.order_by("-at").values_list("at", flat=True)[: for_a_person(event).memory])
    under_way = alike.filter(begun_at__isnull=False).count()
    return [at] * under_way + past


def told_about(about: Collection[UUID]) -> dict[UUID, list[ToldPerson]]:
    """What was told of each of these, the first first. For whoever may see what it is about, whatever he may see of
    channels: no receiver and no text is in it."""
    with acting_as_system():
        rows = list(
            Message.objects.filter(about__in=about).select_related("channel").defer("text_sealed", "to_sealed")
            .order_by("id")
        )  # fmt: skip
        last = last_attempts(rows)
    found: dict[UUID, list[ToldPerson]] = {}
    for row in rows:
        if row.about is not None:
            found.setdefault(row.about, []).append(ToldPerson(row, last.get(row.pk)))
    return found
