"""Channels hear of events: kept in the transaction of what happened, told together a moment later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import override

from kakou.access.events import registry as known
from kakou.access.scope import acting_as_system
from kakou.notices.actions.telling import put
from kakou.notices.events import EVENTS
from kakou.notices.models import Channel, Heard
from kakou.notices.rules.gathering import Waiting, gathered, tells_now
from kakou.web.queries import site_zone

MOST = 2_000  # things in one message
UNKNOWN = dt.timedelta(0)


def hear(event: str, happened: Mapping[str, int], *, at: dt.datetime) -> int:
    """Have every channel that wants to hear of `event` told of these: key → node where it happened; how many are kept.
    With the caller's transaction or not at all. The same key once more is a no-op. One query, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("select notices_hear(%s, %s, %s, %s)", [event, list(happened), list(happened.values()), at])
        many: int = cursor.fetchone()[0]
    return many


def tell_what_was_heard(*, at: dt.datetime) -> int:
    """Put what has waited long enough into one message for each channel; how many messages. In the system's own scope,
    a transaction to a channel."""
    with acting_as_system():
        waiting = list(
            Heard.objects.filter(told_at=None, channel__enabled=True)
            .order_by("channel_id").values_list("channel_id", flat=True).distinct()
        )  # fmt: skip
    return sum(_tell(channel, at) for channel in waiting)


def _tell(channel: int, at: dt.datetime) -> bool:
    with acting_as_system():
        here = Channel.objects.filter(pk=channel, enabled=True).first()
        rows = list(
            Heard.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(channel_id=channel, told_at=None).order_by(_wakes().desc(), "id")[:MOST]
        )  # fmt: skip
        told = [rows[number] for number in tells_now([_waiting(row) for row in rows], at, site_zone())]
        if here is None or not told:
            return False
        with override(settings.LANGUAGE_CODE):
            subject, body = _words(told)
        put(
            [(here.pk, here.node_id, here.may_name_people)],
            subject=subject,
            body=body,
            key=f"heard:{told[-1].pk}",
            at=at,
        )
        Heard.objects.filter(pk__in=[row.pk for row in told]).update(told_at=at)
    return True


def _wakes() -> Case:
    """First what wakes people: in quiet hours more may wait than one message takes."""
    waking = [name for name, event in EVENTS.items() if event.wakes]
    return Case(When(event__in=waking, then=Value(True)), default=Value(False), output_field=BooleanField())


def _waiting(row: Heard) -> Waiting:
    event = EVENTS.get(row.event)  # None: heard by a version that had it; it is told all the same
    quiet = (row.quiet_from, row.quiet_until) if row.quiet_from and row.quiet_until else None
    return Waiting(
        row.event, row.place_id, row.at, event.wait if event else UNKNOWN, event.wakes if event else False, quiet
    )


def _words(told: Sequence[Heard]) -> tuple[str, str]:
    titles = {row.event: _(EVENTS[row.event].title) for row in told if row.event in EVENTS}
    names = known.names(frozenset(row.place_id for row in told))
    text = gathered([(row.event, row.place_id) for row in told], titles, names, line=_line, rest=_rest)
    pages = dict.fromkeys(EVENTS[row.event].page for row in told if row.event in EVENTS)
    where = [f"{settings.SITE_URL}{page}" for page in pages]
    if where:
        text += "\n" + _("More after logging in: %(where)s") % {"where": " ".join(where)}
    return _("Kakou: %(n)d new") % {"n": len(told)}, text


def _line(title: str, many: int, named: str, more: int) -> str:
    said = {"title": title, "n": many, "places": named, "more": more}
    if not named:
        return _("%(title)s: %(n)d") % said
    return (_("%(title)s: %(n)d (%(places)s and %(more)d more)") if more else _("%(title)s: %(n)d (%(places)s)")) % said


def _rest(many: int) -> str:
    return _("and %(n)d of other kinds") % {"n": many}
