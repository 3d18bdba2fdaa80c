"""Telling one person something of his, in the transaction of what happened; and telling him no more of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When

from kakou import vault
from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.notices import queries
from kakou.notices.actions.telling import KEEP, ToPerson, insert
from kakou.notices.adapters import Whom
from kakou.notices.models import Message
from kakou.notices.queries.people import TO, person_of, way_to
from kakou.notices.rules import STUCK, State, Why
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone


@transaction.atomic
def tell_person(text: str, *, to: Whom, about: UUID, event: str, node: int, at: dt.datetime, subject: str = "") -> bool:
    """Tell one person that `event` happened to something of his (`about`, such as his request), by the nearest channel
    at or above `node` that may write to people and reaches him; is there one? It goes out if the caller's transaction
    commits, and never otherwise. The same event of the same at the same moment is told once.

    What was to be told of `about` before and has not gone out is told no more. `text` has nothing of what he wrote and
    nobody's name in it. Needs no permission over the channel, as `tell`. Raises NoticeRefused for an empty text.
    """
    key = f"{event}:{about}:{at.isoformat()}"
    with acting_as_system():
        _drop([about], Why.OVERTAKEN, at, but=key)
        way = way_to(node, to)
        if way is None:
            return False
        mark, due = new_id(), day_in(site_zone(), at + KEEP)
        sealed = seal(vault.store(), due=due, table=queries.MESSAGE, row=mark, field=TO, plain=way.address.encode())
        insert(
            way.channel, subject=subject, body=text, key=key, at=at, mark=mark,
            to=ToPerson(sealed, person_of(way.address), about, event),
        )  # fmt: skip
    return True


def overtake(about: Collection[UUID], *, at: dt.datetime, why: Why = Why.OVERTAKEN) -> int:
    """What these are about is over: what has not gone out of it is told no more; how many messages. With the caller's
    transaction or not at all."""
    with acting_as_system():
        return _drop(about, why, at)


def _drop(about: Collection[UUID], why: Why, at: dt.datetime, *, but: str = "") -> int:
    """What is under way may arrive still; if it does not, it is not tried again."""
    left = Message.objects.filter(about__in=about, state__in=[state.value for state in STUCK], dropped="")
    return left.exclude(key=but).update(
        dropped=why.value,
        state=Case(When(begun_at=None, then=Value(State.DROPPED.value)), default=F("state")),
        settled_at=Case(When(begun_at=None, then=Value(at)), default=F("settled_at")),
    )
